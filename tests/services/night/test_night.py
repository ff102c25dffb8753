"""The nightly run over real accounts: renewals, ends, catching up, parking, holding, balance, twice is once."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from data import database
from data.models import (
    Account,
    BilledPeriod,
    Document,
    DocumentLine,
    HeldDocument,
    Movement,
    Night,
    OutboxMail,
    ParkedAccount,
    PurchaseOrder,
    Subscription,
)
from data.money import Money
from data.period import Interval
from services.commands.billing import release_held, resume_billing, retry_parked, run_night, stop_billing
from services.commands.payments import record_payment
from services.integrity import violations
from services.integrity.figures import differences
from services.night.calendar import BillingStopped, NightAhead, NightGoesBack
from services.night.release import ReleasedByStarter
from services.permissions import Actor
from services.rules.changes import Timing
from services.rules.ordering import ItemKind, OrderItem
from services.rules.payments import PaymentRequest
from tests.builders import make_account, make_purchase_order
from tests.ordering import order, request
from tests.services.night.book import BACKUP, START, SUPPORT, at_nine, ledger, night, nights


def rows(model: Any, *criteria: Any) -> list[Any]:
    """The rows of a model, in order of their ids."""
    with database.read_session() as session:
        found = list(session.scalars(select(model).where(*criteria).order_by(*model.__table__.primary_key.columns)))
        session.expunge_all()
        return found


def invoices(account: int) -> list[tuple[str, str, str]]:
    """Each invoice of the account: day of issue, period of its first line, net."""
    found = []
    with database.read_session() as session:
        documents = session.scalars(
            select(Document)
            .where(Document.account_id == account, Document.kind == "invoice")
            .order_by(Document.issued_on, Document.number)
        )
        for document in documents.all():
            line = session.scalars(
                select(DocumentLine)
                .where(DocumentLine.account_id == account, DocumentLine.document_id == document.id)
                .order_by(DocumentLine.position)
            ).first()
            assert line is not None
            net = str(Money(document.subtotal_minor, document.currency))
            found.append((document.issued_on.isoformat(), f"{line.starts_on}..{line.ends_on}", net))
    return found


@pytest.fixture(autouse=True)
def books_agree(db: object, request: pytest.FixtureRequest) -> Iterator[None]:
    """After each story every invariant holds."""
    yield
    if "bad" in request.node.name:  # its row was broken on purpose
        return
    with database.read_session() as session:
        assert [str(one) for one in (*violations(session), *differences(session))] == []


@pytest.fixture
def acme(rep: Actor) -> int:
    """An account with ten monthly seats since 31 January."""
    at_nine(START)
    account = make_account("acme", rep=rep)
    order(rep, request(account, SUPPORT), START)
    return account


def test_a_month_end_anchor_is_invoiced_on_each_last_day(acme: int) -> None:
    """10 × 16.00, from 31 January: 28 February, 31 March, 30 April."""
    nights(date(2026, 2, 1), date(2026, 4, 30))
    assert invoices(acme) == [
        ("2026-01-31", "2026-01-31..2026-02-28", "160.00 EUR"),
        ("2026-02-28", "2026-02-28..2026-03-31", "160.00 EUR"),
        ("2026-03-31", "2026-03-31..2026-04-30", "160.00 EUR"),
        ("2026-04-30", "2026-04-30..2026-05-31", "160.00 EUR"),
    ]


def test_missed_nights_are_caught_up_with_one_invoice_a_boundary_dated_today(acme: int) -> None:
    """The run is sixty days late: each document bears the day it is issued, each line its own days."""
    night(date(2026, 2, 27))
    night(date(2026, 4, 28))
    assert invoices(acme)[1:] == [
        ("2026-04-28", "2026-02-28..2026-03-31", "160.00 EUR"),
        ("2026-04-28", "2026-03-31..2026-04-30", "160.00 EUR"),
    ]
    missed = rows(Night, Night.day > date(2026, 2, 27), Night.day < date(2026, 4, 28))
    assert len(missed) == 59 and {row.report["caught_up_on"] for row in missed} == {"2026-04-28"}


def test_the_same_night_again_changes_nothing(acme: int) -> None:
    night(date(2026, 2, 28))
    before = ledger()
    assert not night(date(2026, 2, 28)).counts
    assert ledger() == before


def test_a_night_with_nothing_due_writes_only_that_it_was(acme: int) -> None:
    before = ledger()
    night(date(2026, 2, 3))
    after = ledger()
    assert [table for table in after if after[table] != before[table]] == ["audit_entries", "nights"]


def test_it_refuses_to_go_back_and_to_run_ahead(acme: int) -> None:
    night(date(2026, 2, 3))
    with pytest.raises(NightGoesBack):
        night(date(2026, 2, 2))
    with pytest.raises(NightAhead):
        run_night(None, date(2026, 2, 5), today=date(2026, 2, 4))


def test_one_invoice_an_account_and_purchase_order(rep: Actor) -> None:
    """Two products under one order, a third under its own: two invoices a night."""
    at_nine(START)
    account = make_account("acme", rep=rep)
    first, second = make_purchase_order(account, "A"), make_purchase_order(account, "B")
    order(rep, request(account, SUPPORT, BACKUP, po_id=first), START)
    signatures = replace(SUPPORT, plan="signatures-standard")
    order(rep, request(account, signatures, key="b", po_id=second), START)
    night(date(2026, 2, 28))
    found = rows(Document, Document.issued_on == date(2026, 2, 28))
    assert Counter(row.po_id for row in found) == {first: 1, second: 1}
    with database.read_session() as session:
        lines = session.scalars(select(DocumentLine.document_id).where(DocumentLine.sequence == 2)).all()
    assert sorted(Counter(lines).values()) == [1, 2]


def test_an_expired_purchase_order_parks_the_account_until_it_is_put_right(rep: Actor, finance: Actor) -> None:
    at_nine(START)
    account, other = make_account("acme", rep=rep), make_account("globex", rep=rep)
    po = make_purchase_order(account, "PO-1", expires_on=date(2026, 2, 27))
    order(rep, request(account, SUPPORT, po_id=po), START)
    order(rep, request(other, SUPPORT), START)
    night(date(2026, 2, 28))
    assert len(invoices(account)) == 1 and len(invoices(other)) == 2
    (parked,) = rows(ParkedAccount)
    assert (parked.account_id, parked.reason, parked.parked_on) == (
        account,
        "purchase_order_expired",
        date(2026, 2, 28),
    )
    assert not rows(BilledPeriod, BilledPeriod.account_id == account, BilledPeriod.sequence == 2)
    assert retry_parked(finance, account) is False
    with database.write_session() as session:
        session.execute(update(PurchaseOrder).values(expires_on=date(2026, 12, 31)))
    assert retry_parked(finance, account) is True
    assert [row.resolved_on for row in rows(ParkedAccount)] == [date(2026, 2, 28)]
    assert len(invoices(account)) == 2


def test_one_bad_subscription_does_not_stop_the_run(rep: Actor) -> None:
    """A subscription that no rule can read: its account is set aside, the others are billed."""
    at_nine(START)
    accounts = [make_account(f"account-{n}", rep=rep) for n in range(3)]
    for account in accounts:
        order(rep, request(account, SUPPORT), START)
    with database.write_session() as session:
        session.execute(update(Subscription).where(Subscription.account_id == accounts[1]).values(discount_percent=900))
    night(date(2026, 2, 28))
    assert [len(invoices(account)) for account in accounts] == [2, 1, 2]
    assert [row.reason for row in rows(ParkedAccount)] == ["fault"]


def test_a_steep_rise_is_held_and_released_by_another(rep: Actor, finance: Actor, admin: Actor, acme: int) -> None:
    """10 seats → 100 at the renewal: held, the period counts as billed; issued on the day it is released."""
    _change(rep, acme, seats=100, timing=Timing.RENEWAL, day=date(2026, 2, 10))
    night(date(2026, 2, 28), finance)
    assert len(invoices(acme)) == 1
    (held,) = rows(HeldDocument)
    assert (held.guard, held.status, held.subtotal_minor) == ("steep_rise", "held", 160_000)
    assert [row.sequence for row in rows(BilledPeriod)] == [1, 2]
    with pytest.raises(ReleasedByStarter):
        release_held(finance, acme, held.id, today=date(2026, 3, 2))
    at_nine(date(2026, 3, 2))
    issued = release_held(admin, acme, held.id, today=date(2026, 3, 2))
    assert release_held(admin, acme, held.id, today=date(2026, 3, 3)) == issued
    assert invoices(acme)[-1] == ("2026-03-02", "2026-02-28..2026-03-31", "1600.00 EUR")


def test_a_scheduled_fall_takes_effect_with_its_movement(rep: Actor, acme: int) -> None:
    _change(rep, acme, seats=6, timing=Timing.RENEWAL, day=date(2026, 2, 10))
    night(date(2026, 2, 28))
    assert invoices(acme)[-1] == ("2026-02-28", "2026-02-28..2026-03-31", "96.00 EUR")
    moved = [(row.moved_on.isoformat(), row.kind, row.amount_minor) for row in rows(Movement)]
    assert moved == [("2026-01-31", "new", 16_000), ("2026-02-28", "contraction", -6_400)]


def test_the_balance_pays_the_next_invoice(rep: Actor, finance: Actor, acme: int) -> None:
    """200.00 paid on 193.60 with VAT: 6.40 are left, and taken off the next invoice of 193.60."""
    paid = PaymentRequest(acme, Money.of("200", "EUR"), date(2026, 2, 2), "bank_transfer", "T-1", "p-1")
    record_payment(finance, paid, date(2026, 2, 2))
    night(date(2026, 2, 28))
    assert [row.open_minor for row in rows(Document)] == [0, 19_360 - 640]


def test_reminders_go_out_one_seven_and_fourteen_days_past_due(acme: int) -> None:
    """Due on 2 March: 3, 9 and 16 March; a late run tells the latest only."""
    nights(date(2026, 2, 1), date(2026, 3, 20))
    told = [row.facts["days"] for row in rows(OutboxMail, OutboxMail.kind == "payment_reminder")]
    assert told == [1, 7, 14]


def test_an_annual_renewal_is_announced_sixty_thirty_and_seven_days_before(rep: Actor) -> None:
    at_nine(START)
    account = make_account("acme", rep=rep, net_days=365)
    order(rep, request(account, replace(SUPPORT, interval=Interval.YEAR)), START)
    night(date(2026, 11, 1))
    nights(date(2026, 11, 30), date(2027, 1, 31))
    told = [
        (row.facts["days"], row.facts["act_until"]) for row in rows(OutboxMail, OutboxMail.kind == "renewal_notice")
    ]
    assert told == [(60, "2027-01-01"), (30, "2027-01-01"), (7, "2027-01-01")]


def test_a_stopped_billing_runs_no_night_until_it_is_resumed(finance: Actor, acme: int) -> None:
    stop_billing(finance, "Prices are wrong")
    with pytest.raises(BillingStopped):
        night(date(2026, 2, 28))
    resume_billing(finance)
    night(date(2026, 2, 28))
    assert len(invoices(acme)) == 2


def test_a_self_service_account_is_left_alone(acme: int) -> None:
    with database.write_session() as session:
        session.execute(update(Account).values(kind="self_service"))
    night(date(2026, 3, 28))
    assert len(invoices(acme)) == 1


def test_a_free_renewal_stores_its_period_without_a_document(rep: Actor) -> None:
    at_nine(START)
    account = make_account("acme", rep=rep)
    order(rep, request(account, OrderItem(ItemKind.PURCHASE, "monitoring-free", 5, Interval.MONTH)), START)
    night(date(2026, 2, 28))
    assert [row.sequence for row in rows(BilledPeriod)] == [1, 2] and not rows(Document)


def _change(rep: Actor, account: int, *, seats: int, timing: Timing, day: date) -> None:
    (subscription,) = rows(Subscription, Subscription.account_id == account)
    item = OrderItem(
        ItemKind.CHANGE, subscription.plan, seats, Interval(subscription.interval),
        subscription_id=subscription.id, timing=timing,
    )  # fmt: skip
    order(rep, request(account, item, key=f"change {day}", accepts_new_period=True), day)


def test_days_of_a_run_are_those_of_the_calendar(acme: int) -> None:
    """A night skipped on the change of the clocks bills once, whatever the zone."""
    for day in (date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 30)):
        night(day)
    assert len(invoices(acme)) == 2
    night(date(2026, 3, 30) + timedelta(days=1))
    assert len(invoices(acme)) == 3
