"""Subscriptions cancelled, reactivated, not renewed, and ended (billing rules §7)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from data import database
from data.identity import derive_id
from data.models import (
    Account,
    Document,
    Entitlement,
    Movement,
    OutboxMail,
    ScheduledChange,
    Seat,
    Subscription,
    SubscriptionEvent,
)
from data.money import Money
from services.commands.cancellations import cancel_subscription, reactivate_subscription, set_auto_renewal
from services.commands.credit_notes import CreditRequest, credit_invoice
from services.commands.seats import assign_seats
from services.deeds import endings
from services.errors import Invalid
from services.integrity import violations
from services.journal import lifecycle as journal
from services.permissions import Actor
from services.queries.credit_notes import preview_credit
from services.queries.lifecycle import paid_life
from services.rules.cancelling import EndReached, NotCancelled, RenewalDue, StartDue, TrialNotCancelled
from services.rules.changes import NothingChanges
from services.rules.lifecycle import Status, StatusMoveRefused
from services.rules.order_request import OrderRequest
from tests.builders import TODAY, add, make_account
from tests.ordering import PRO, TRIAL, order, request

END = date(2027, 4, 11)


@pytest.fixture
def account(rep: Actor) -> int:
    return make_account(rep=rep)


@pytest.fixture
def subscription(rep: Actor, account: int) -> int:
    return order(rep, request(account, PRO)).subscription_ids[0]


def row_of(account: int, subscription: int) -> Subscription:
    with database.read_session() as session:
        row = session.get_one(Subscription, (account, subscription))
        session.expunge(row)  # it is looked at after the session is gone
        return row


def access_ends() -> date | None:
    with database.read_session() as session:
        return session.scalars(select(Entitlement)).one().ends_on


def told(*kinds: str) -> list[str]:
    with database.read_session() as session:
        mails = session.scalars(select(OutboxMail).where(OutboxMail.kind.in_(kinds)))
        return sorted(mail.kind for mail in mails)


def end(account: int, subscription: int, on: date) -> bool:
    """What the night does."""
    with database.write_session() as session:
        return endings.end_subscription(session, session.get_one(Account, account), subscription, on=on)


def test_a_cancelled_subscription_runs_to_the_end_of_its_paid_period(
    db: object, rep: Actor, account: int, subscription: int
) -> None:
    assert cancel_subscription(rep, account, subscription, " Too  dear", TODAY + timedelta(days=20)) == END
    row = row_of(account, subscription)
    assert (row.status, row.ends_on, row.period_end, row.cancel_reason) == (
        "pending_cancellation",
        END,
        END,
        "Too dear",
    )
    assert row.cancelled_on == TODAY + timedelta(days=20) and access_ends() == END
    with database.read_session() as session:
        assert len(session.scalars(select(Document)).all()) == 1  # no credit
        assert [move.kind for move in session.scalars(select(Movement))] == ["new"]  # it still counts
        mail = session.scalars(select(OutboxMail).where(OutboxMail.kind == "cancellation_confirmed")).one()
        assert (mail.facts["ends_on"], mail.recipients) == ("2027-04-11", ["billing@acme.example"])
    with pytest.raises(StatusMoveRefused):
        cancel_subscription(rep, account, subscription, "Again", TODAY)


def test_it_can_be_taken_back_until_it_ends_with_what_was_scheduled(
    db: object, rep: Actor, account: int, subscription: int
) -> None:
    add(
        ScheduledChange(
            account_id=account, id=derive_id(TODAY, "s"), subscription_id=subscription, seats=6, scheduled_on=TODAY
        )
    )
    cancel_subscription(rep, account, subscription, "Too dear", TODAY)
    assert reactivate_subscription(rep, account, subscription, END - timedelta(days=1)) == END
    row = row_of(account, subscription)
    assert (row.status, row.ends_on, row.cancelled_on, row.cancel_reason) == ("active", None, None, "")
    assert access_ends() is None
    with database.read_session() as session:
        assert session.scalars(select(ScheduledChange)).one().status == "scheduled"
    cancel_subscription(rep, account, subscription, "Really", TODAY)  # each time its mail
    assert told("cancellation_confirmed", "reactivated") == ["cancellation_confirmed"] * 2 + ["reactivated"]
    with pytest.raises(EndReached):
        reactivate_subscription(rep, account, subscription, END)
    assert row_of(account, subscription).status == "pending_cancellation"


def test_the_night_ends_it_once(db: object, rep: Actor, account: int, subscription: int) -> None:
    add(
        ScheduledChange(
            account_id=account, id=derive_id(TODAY, "s"), subscription_id=subscription, seats=6, scheduled_on=TODAY
        )
    )
    assign_seats(rep, account, subscription, pasted="a@x.example", notify=False, today=TODAY)
    assert end(account, subscription, END) is False  # nobody cancelled it
    cancel_subscription(rep, account, subscription, "Too dear", TODAY)
    assert [end(account, subscription, END), end(account, subscription, END)] == [True, False]
    row = row_of(account, subscription)
    assert (row.status, row.ends_on, row.seats_assigned) == ("cancelled", END, 0)
    with database.read_session() as session:
        moves = session.scalars(select(Movement).order_by(Movement.moved_on)).all()
        assert [(m.kind, m.moved_on, m.amount_minor) for m in moves] == [("new", TODAY, 12000), ("churn", END, -12000)]
        assert session.scalars(select(Seat)).one().released_at is not None
        assert session.scalars(select(ScheduledChange)).one().status == "withdrawn"
        event = session.scalars(select(SubscriptionEvent).where(SubscriptionEvent.kind == "subscription_ended")).one()
        assert event.happened_on == END
    assert told("subscription_ended") == ["subscription_ended"]
    with pytest.raises(EndReached):
        reactivate_subscription(rep, account, subscription, END)


def test_what_is_not_renewed_expires_with_its_period(db: object, rep: Actor, account: int, subscription: int) -> None:
    assert set_auto_renewal(rep, account, subscription, False, TODAY) == date(2027, 3, 12)  # 30 days' notice
    with pytest.raises(NothingChanges):
        set_auto_renewal(rep, account, subscription, False, TODAY)
    assert row_of(account, subscription).status == "active" and access_ends() is None
    set_auto_renewal(rep, account, subscription, True, TODAY)
    assert end(account, subscription, END) is False
    set_auto_renewal(rep, account, subscription, False, TODAY)
    assert end(account, subscription, END) is True
    assert row_of(account, subscription).status == "expired" and access_ends() == END


def test_what_cannot_be_cancelled_says_why(db: object, rep: Actor, account: int, subscription: int) -> None:
    trial = order(rep, OrderRequest(account, "trial", (TRIAL,))).subscription_ids[0]
    with pytest.raises(TrialNotCancelled):
        cancel_subscription(rep, account, trial, "No", TODAY)
    with pytest.raises(RenewalDue):  # the night of that day comes first
        cancel_subscription(rep, account, subscription, "No", END)
    with pytest.raises(NotCancelled):
        reactivate_subscription(rep, account, subscription, TODAY)
    with pytest.raises(Invalid):
        cancel_subscription(rep, account, subscription, "  ", TODAY)


def test_what_has_not_begun_is_called_off_and_credited_in_full(db: object, rep: Actor, account: int) -> None:
    """Two items on one invoice, paid in part: 12 × 144.00 start later and go back, the other stays."""
    starts_on = TODAY + timedelta(days=20)
    later = replace(PRO, seats=12, starts_on=starts_on)
    placed = order(rep, request(account, later, replace(PRO, plan="backup-devices")))
    subscription, stays = placed.subscription_ids
    assign_seats(rep, account, subscription, pasted="a@x.example", notify=False, today=TODAY)
    shown = paid_life(rep, account, subscription, TODAY)
    assert (shown.is_called_off, shown.credit, shown.refusal) == (True, Money.of("1728.00", "EUR"), None)
    assert cancel_subscription(rep, account, subscription, "Ordered twice", TODAY) == starts_on
    row = row_of(account, subscription)
    assert (row.status, row.ends_on, row.seats_assigned) == ("cancelled", starts_on, 0)
    with database.read_session() as session:
        note = session.scalars(select(Document).where(Document.kind == "credit_note")).one()
        invoice = session.scalars(select(Document).where(Document.kind == "invoice")).one()
        assert (note.subtotal_minor, note.tax_minor) == (-172800, -36288)
        assert invoice.open_minor == invoice.total_minor + note.total_minor
        assert {move.subscription_id for move in session.scalars(select(Movement))} == {stays}
        assert session.get_one(Subscription, (account, stays)).status == "active"
        assert list(violations(session)) == []
        mail = session.scalars(select(OutboxMail).where(OutboxMail.kind == "cancellation_confirmed")).one()
        assert mail.facts["is_called_off"] is True
    assert told("credit_note") == ["credit_note"]
    with pytest.raises(StatusMoveRefused):
        cancel_subscription(rep, account, subscription, "Again", TODAY)
    with pytest.raises(EndReached):
        reactivate_subscription(rep, account, subscription, TODAY)


def test_on_its_first_day_the_night_comes_first(db: object, rep: Actor, account: int) -> None:
    starts_on = TODAY + timedelta(days=9)
    later = order(rep, request(account, replace(PRO, starts_on=starts_on))).subscription_ids[0]
    with pytest.raises(StartDue):
        cancel_subscription(rep, account, later, "No", starts_on)
    set_auto_renewal(rep, account, later, False, TODAY)  # one period and no more
    assert row_of(account, later).is_auto_renewed is False


def test_what_finance_credited_already_is_called_off_without_another_note(
    db: object, rep: Actor, admin: Actor, account: int
) -> None:
    later = order(rep, request(account, replace(PRO, starts_on=TODAY + timedelta(days=9))))
    total = preview_credit(admin, account, later.document_ids[0]).total
    credit_invoice(admin, CreditRequest(account, later.document_ids[0], "Wrong", "c"), agreed=total, today=TODAY)
    cancel_subscription(rep, account, later.subscription_ids[0], "Ordered twice", TODAY)
    assert row_of(account, later.subscription_ids[0]).status == "cancelled"
    assert told("credit_note") == ["credit_note"]


def test_the_journal_itself_ends_nothing_twice(db: object, rep: Actor, account: int, subscription: int) -> None:
    cancel_subscription(rep, account, subscription, "Too dear", TODAY)
    end(account, subscription, END)
    with database.write_session() as session, pytest.raises(StatusMoveRefused):
        row = session.get_one(Subscription, (account, subscription))
        journal.end(session, session.get_one(Account, account), row, Status.CANCELLED, "subscription_ended", END)
