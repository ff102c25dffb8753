"""Regrets of other billing systems, of the seventeen those about runs and requests: each shows here if we repeat it."""

import threading
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from data import database
from data.models import BilledPeriod, Document, NightStep, ParkedAccount, Price
from data.money import Money
from services import access
from services.commands.billing import run_night
from services.commands.orders import place_order
from services.commands.payments import record_payment
from services.errors import PriceChanged, RequestKeyReused
from services.integrity import violations
from services.night import run as night_run
from services.permissions import Actor
from services.queries.orders import preview_order
from services.rules.changes import Timing
from services.rules.ordering import ItemKind
from services.rules.payments import PaymentRequest
from tests.builders import make_account
from tests.ordering import order as place
from tests.ordering import request
from tests.services.night.book import NIGHT, START, SUPPORT, at_nine, ledger, night


def count(model: Any) -> int:
    """How many rows there are."""
    with database.read_session() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def sound() -> None:
    """The books agree."""
    with database.read_session() as session:
        assert list(violations(session)) == []


@pytest.mark.postgresql
def test_01_concurrent_runs_bill_twice(db: object, rep: Actor) -> None:
    """Four runs of one night at the same minute: every period once, every account once."""
    at_nine(START)
    for name in "abcdef":
        place(rep, request(make_account(name, rep=rep), SUPPORT), START)
    at_nine(NIGHT)
    counts: Counter[str] = Counter()
    start = threading.Barrier(4)

    def bill() -> None:
        start.wait()
        counts.update(run_night(None, NIGHT, today=NIGHT, chunk=1).counts)

    runs = [threading.Thread(target=bill) for _ in range(4)]
    for one in runs:
        one.start()
    for one in runs:
        one.join()
    assert (counts["invoices"], count(Document), count(BilledPeriod)) == (6, 12, 12)
    sound()


@pytest.mark.both_databases
def test_02_an_invoice_on_every_tick(db: object, rep: Actor) -> None:
    """Ten ticks on one day and one on each of the next ten: a single renewal."""
    place(rep, request(make_account(rep=rep), SUPPORT), START)
    for _ in range(10):
        night(NIGHT)
    before = ledger()
    night(NIGHT)
    assert ledger() == before
    for n in range(1, 11):
        night(NIGHT + timedelta(days=n))
    assert count(Document) == 2


def test_03_an_endless_loop_after_a_swallowed_exception(
    db: object, rep: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault that is caught is tried once a night, never again in the same one, and leaves one row, not one a try."""
    broken = make_account("broken", rep=rep)
    place(rep, request(broken, SUPPORT), START)
    tries: list[date] = []

    def fails(book: Any, shelf: Any, span: Any) -> Any:
        tries.append(span.day)
        raise ZeroDivisionError

    monkeypatch.setattr(night_run, "work_out_night", fails)
    days = [NIGHT + timedelta(days=n) for n in range(3)]
    for day in days:
        night(day)
    assert tries == days
    assert (count(ParkedAccount), count(Document), count(NightStep)) == (1, 1, 0)


@pytest.mark.both_databases
def test_08_the_preview_differs_from_the_invoice(db: object, rep: Actor) -> None:
    """What each timing shows is what it books; a price that changed since is refused, not booked."""
    day = date(2026, 4, 11)
    accounts = [make_account(timing.value.replace("_", "-"), rep=rep, co_term_on="06-30") for timing in Timing]
    owned = [place(rep, request(account, SUPPORT), date(2026, 4, 1)).subscription_ids[0] for account in accounts]
    for timing, account, subscription_id in zip(Timing, accounts, owned, strict=True):
        change = replace(SUPPORT, kind=ItemKind.CHANGE, seats=15, subscription_id=subscription_id, timing=timing)
        wanted = request(account, change, key="change", accepts_new_period=True)
        shown = preview_order(rep, wanted, today=day)
        placed = place_order(rep, wanted, agreed=shown.total, today=day)
        with database.read_session() as session:
            papers = [session.get_one(Document, (account, one)) for one in placed.document_ids]
            assert sum(paper.total_minor for paper in papers) == shown.total.minor
    account = make_account("late", rep=rep)
    shown = preview_order(rep, request(account, SUPPORT), today=day)
    with database.write_session() as session:
        old = session.scalars(
            select(Price).where(Price.plan == SUPPORT.plan, Price.currency == "EUR", Price.interval == "month")
        ).one()
        columns = {c.key: getattr(old, c.key) for c in Price.__mapper__.columns}
        dearer = [{"up_to": None, "unit_amount": "99.00", "flat_amount": "0"}]
        session.add(Price(**(columns | {"id": 1, "tiers": dearer, "valid_from": day})))
    with pytest.raises(PriceChanged):
        place_order(rep, request(account, SUPPORT), agreed=shown.total, today=day)
    sound()


@pytest.mark.both_databases
def test_14_one_payment_counted_twice(db: object, rep: Actor, finance: Actor) -> None:
    """The same request key is the same payment, for ever; with another amount it is refused."""
    account = make_account(rep=rep)
    place(rep, request(account, SUPPORT), START)
    paid = PaymentRequest(account, Money.of("50.00", "EUR"), START, "bank_transfer", "Transfer 1", "bank-77")
    first = record_payment(finance, paid, START)
    again = record_payment(finance, paid, START + timedelta(days=40))
    assert (again.payment_id, again.is_repeat) == (first.payment_id, True)
    with pytest.raises(RequestKeyReused):
        record_payment(finance, replace(paid, amount=Money.of("51.00", "EUR")), START)
    with database.read_session() as session:
        total, left = session.execute(select(Document.total_minor, Document.open_minor)).one()
    assert total - left == 50_00
    sound()


@pytest.mark.both_databases
def test_15_one_bad_subscription_aborts_the_run(db: object, rep: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """One account fails in the middle of its writing: nothing of it is left, the others are billed."""
    at_nine(START)
    accounts = {name: make_account(name, rep=rep) for name in ("a", "bad", "c")}
    for account in accounts.values():
        place(rep, request(account, SUPPORT), START)
    record = access.record

    def fails(session: Any, action: str, **more: Any) -> None:
        if action == "night" and more["account_id"] == accounts["bad"]:
            raise ZeroDivisionError
        record(session, action, **more)

    monkeypatch.setattr(access, "record", fails)
    night(NIGHT)
    with database.read_session() as session:
        billed = Counter(session.scalars(select(Document.account_id)))
    assert billed == {accounts["a"]: 2, accounts["bad"]: 1, accounts["c"]: 2}
    assert count(ParkedAccount) == 1
    sound()
    monkeypatch.undo()
    night(NIGHT + timedelta(days=1))
    assert count(Document) == 6
    sound()
