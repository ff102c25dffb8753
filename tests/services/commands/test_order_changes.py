"""Orders that change what an account has: seats added with both timings, a trial bought."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from data import database
from data.models import Document, Entitlement, Movement, Subscription
from data.money import Money
from data.period import Interval
from services.commands.seats import assign_seats
from services.errors import SeatsInUse, TermsNotAccepted, TrialRunning
from services.permissions import Actor
from services.queries.orders import preview_order
from services.rules.changes import Timing
from services.rules.order_request import OrderRequest
from services.rules.ordering import ItemKind, OrderItem
from tests.builders import TODAY, make_account
from tests.ordering import PRO, TRIAL, order, request


def test_five_seats_added_with_reset_credit_the_old_period_and_open_a_new_one(db: object, rep: Actor) -> None:
    """Billing rules §5: annual, 10 seats from 2026-01-01, +5 on 2026-04-11: credit 1045.48, charge 2160.00."""
    account = make_account(rep=rep)
    bought = order(rep, request(account, PRO), today=date(2026, 1, 1))
    more = OrderItem(
        ItemKind.CHANGE,
        "support-pro",
        15,
        Interval.YEAR,
        subscription_id=bought.subscription_ids[0],
        timing=Timing.RESET,
    )
    wanted = request(account, more, key="key-2", accepts_new_period=True)
    preview = preview_order(rep, wanted, today=TODAY)
    assert preview.subtotal == Money.of("1114.52", "EUR")
    placed = order(rep, wanted)
    with database.read_session() as session:
        note, invoice = session.scalars(
            select(Document).where(Document.id.in_(placed.document_ids)).order_by(Document.kind)
        ).all()
        assert (note.number, note.subtotal_minor, invoice.subtotal_minor) == ("CNES-2026-000001", -104548, 216000)
        # 21 % of 1,045.48 = 219.55: 1,265.03 is set off against the first invoice, 1,742.40 − 1,265.03 = 477.37
        old = session.scalars(select(Document).where(Document.number == "INVES-2026-000001")).one()
        assert (old.open_minor, invoice.open_minor) == (47737, 261360)
        row = session.scalars(select(Subscription)).one()
        assert (row.seats, row.sequence, row.anchor_on, row.period_end) == (15, 2, TODAY, date(2027, 4, 11))
        kinds = [(m.kind, m.amount_minor) for m in session.scalars(select(Movement).order_by(Movement.moved_on))]
        assert kinds == [("new", 12000), ("expansion", 6000)]


def test_five_seats_added_with_keep_charge_the_days_left(db: object, rep: Actor) -> None:
    """Billing rules §5: annual, +5 on 2026-04-11 with keep: 5 × 144.00 × 265/365 = 522.74."""
    account = make_account(rep=rep)
    bought = order(rep, request(account, PRO), today=date(2026, 1, 1))
    more = OrderItem(
        ItemKind.CHANGE,
        "support-pro",
        15,
        Interval.YEAR,
        subscription_id=bought.subscription_ids[0],
        timing=Timing.KEEP,
    )
    placed = order(rep, request(account, more, key="key-2"))
    assert placed.total == Money.of("632.52", "EUR")  # 522.74 + 109.78
    with database.read_session() as session:
        row = session.scalars(select(Subscription)).one()
        assert (row.seats, row.sequence, row.period_end) == (15, 1, date(2027, 1, 1))


def test_a_new_period_must_be_accepted(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    bought = order(rep, request(account, PRO))
    more = replace(PRO, kind=ItemKind.CHANGE, seats=11, subscription_id=bought.subscription_ids[0], timing=Timing.RESET)
    with pytest.raises(TermsNotAccepted):
        order(rep, request(account, more, key="key-2"))


def test_buying_what_is_on_trial_converts_the_trial_and_keeps_its_seats(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    tried = order(rep, OrderRequest(account, "trial", (TRIAL,)), today=date(2026, 4, 1))
    subscription = tried.subscription_ids[0]
    assign_seats(rep, account, subscription, pasted="a@x.example\nb@x.example", notify=False, today=TODAY)
    paid = OrderItem(ItemKind.PURCHASE, "meetings-team", 1, Interval.YEAR)
    with pytest.raises(SeatsInUse):
        order(rep, request(account, paid))
    with pytest.raises(TrialRunning):
        order(rep, request(account, replace(paid, seats=20, starts_on=date(2026, 4, 20))))
    bought = order(rep, request(account, replace(paid, seats=20)))
    assert bought.subscription_ids == (subscription,)
    with database.read_session() as session:
        row = session.scalars(select(Subscription)).one()
        assert (row.status, row.is_trial, row.seats, row.seats_assigned) == ("active", False, 20, 2)
        assert (row.anchor_on, row.period_end, row.sequence) == (TODAY, date(2027, 4, 11), 1)
        assert session.scalars(select(Entitlement)).one().ends_on is None
