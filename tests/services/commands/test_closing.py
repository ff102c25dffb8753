"""Closing a month: what bars it, what it bars, and a pack that is the same bytes whenever it is built."""

import csv
import io
import shutil
import subprocess
import zipfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import select, update

from data import database
from data.models import Figure, Payment
from data.money import Money
from data.period import Interval
from services import rollups
from services.access import acting, record
from services.commands.closing import (
    MonthBeforeOpen,
    MonthNotOver,
    MonthStillOpen,
    NightsMissing,
    ReportsDiffer,
    StepsOpen,
    close_month,
    store_pack,
    tick_step,
)
from services.commands.credit_notes import CreditRequest, credit_invoice
from services.commands.payments import PaymentRequest, record_payment, reverse_payment
from services.errors import NotAllowed
from services.journal.closing import MonthClosed
from services.journal.ledger import LedgerAccount, Side, post
from services.permissions import Actor, Permission, Role
from services.queries.closing import closing_card, list_months, pack_of
from services.queries.credit_notes import preview_credit
from services.rules.closing import Ticked
from services.rules.ordering import ItemKind, OrderItem
from tests.builders import make_account, make_user
from tests.ordering import order, request
from tests.services.night.book import at_nine, nights

JANUARY, START, LATER = 202601, date(2026, 1, 15), date(2026, 2, 10)
PRO = OrderItem(ItemKind.PURCHASE, "support-pro", 10, Interval.YEAR)
DEVICES = OrderItem(ItemKind.PURCHASE, "backup-devices", 20, Interval.MONTH)


@pytest.fixture
def finance(db: object, admin: Actor) -> Actor:
    """Orders of two accounts, a payment and a credit note in January; the nights up to 10 February have run."""
    at_nine(START)
    madrid = make_account("madrid", rep=admin)
    london = make_account("london", rep=admin, country="GB", currency="GBP", vat_number="", postal_code="SW1A 1AA")
    placed = order(admin, request(madrid, PRO, DEVICES, key="first"), START)
    order(admin, request(london, PRO, key="second"), START)
    nights(START, date(2026, 1, 20))
    paid = PaymentRequest(madrid, Money.of("300.00", "EUR"), date(2026, 1, 20), "bank_transfer", "=1+1", "paid")
    record_payment(admin, paid, date(2026, 1, 20))
    invoice = placed.document_ids[-1]
    agreed = preview_credit(admin, madrid, invoice).total
    note = CreditRequest(madrid, invoice, "Wrong product", "credit")
    credit_invoice(admin, note, agreed=agreed, today=date(2026, 1, 20))
    nights(date(2026, 1, 21), LATER)
    return make_user(Role.FINANCE, email="fin@x.example")


def tick_all(finance: Actor) -> None:
    at_nine(LATER)
    for step in Ticked:
        tick_step(finance, JANUARY, step, done=True)


def closed(finance: Actor) -> None:
    tick_all(finance)
    close_month(finance, JANUARY, today=LATER)


def files(finance: Actor) -> dict[str, bytes]:
    archive = zipfile.ZipFile(io.BytesIO(pack_of(finance, JANUARY)))
    return {name: archive.read(name) for name in archive.namelist()}


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_a_month_closes_when_it_is_over_its_nights_have_run_and_all_is_ticked_off(finance: Actor) -> None:
    with pytest.raises(MonthNotOver):
        close_month(finance, 202602, today=LATER)
    with pytest.raises(StepsOpen):
        close_month(finance, JANUARY, today=LATER)
    assert not closing_card(finance, JANUARY, LATER).is_ready
    closed(finance)
    assert [(line.month, bool(line.who)) for line in list_months(finance, LATER)] == [(202602, False), (202601, True)]
    close_month(finance, JANUARY, today=LATER)  # twice is once


def test_an_open_month_before_and_a_missing_night_bar_the_closing(finance: Actor) -> None:
    with pytest.raises(MonthBeforeOpen):
        close_month(finance, 202602, today=date(2026, 3, 5))
    closed(finance)
    with pytest.raises(NightsMissing) as missing:
        close_month(finance, 202602, today=date(2026, 3, 5))
    assert missing.value.values == {"count": 18}


def test_days_before_the_first_night_miss_none(db: object, admin: Actor) -> None:
    """The portal is set up, and sells, before its first night: that one does what is due by then."""
    at_nine(START)
    order(admin, request(make_account("madrid", rep=admin), PRO, key="first"), START)
    nights(date(2026, 1, 20), LATER)
    finance = make_user(Role.FINANCE, email="fin@x.example")
    closed(finance)
    assert [line.month for line in list_months(finance, LATER) if line.closed_at] == [JANUARY]


def test_a_month_that_is_over_is_not_closed_without_any_night(db: object, admin: Actor) -> None:
    at_nine(START)
    order(admin, request(make_account("madrid", rep=admin), PRO, key="first"), START)
    with pytest.raises(NightsMissing):
        close_month(make_user(Role.FINANCE, email="fin@x.example"), JANUARY, today=LATER)


def test_figures_that_do_not_tie_bar_the_closing(finance: Actor) -> None:
    rollups.fold_all()
    with database.write_session() as session:
        cash = (Figure.grain == 0, Figure.measure == "gl_cash")
        session.execute(update(Figure).where(*cash).values(amount_minor=Figure.amount_minor + 1))
    broken = [one.code for one in closing_card(finance, JANUARY, LATER).tie_outs if not one.holds]
    assert broken == ["collected_is_cash"]
    with pytest.raises(ReportsDiffer):
        close_month(finance, JANUARY, today=LATER)


def test_nothing_is_posted_into_a_closed_month(finance: Actor, admin: Actor) -> None:
    closed(finance)
    berlin = make_account("berlin", rep=admin, country="DE", vat_number="", vat_state="unchecked")
    with pytest.raises(MonthClosed):
        order(admin, request(berlin, PRO, key="late"), date(2026, 1, 31))
    order(admin, request(berlin, PRO, key="late"), LATER)


def test_a_pack_is_the_same_bytes_whatever_happened_since(finance: Actor, admin: Actor) -> None:
    with pytest.raises(MonthStillOpen):
        store_pack(finance, JANUARY)
    closed(finance)
    told: list[tuple[int, int]] = []
    first = store_pack(finance, JANUARY, progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1]
    with database.read_session() as session:
        account, payment = session.execute(select(Payment.account_id, Payment.id)).one()
    reverse_payment(admin, account, payment, reason="Returned", today=LATER)
    more = replace(DEVICES, plan="meetings-company")
    order(admin, request(account, more, key="more"), LATER)
    assert store_pack(finance, JANUARY) == first == sha256(pack_of(finance, JANUARY)).hexdigest()


def test_the_files_of_a_pack_agree_with_each_other(finance: Actor, tmp_path: Path) -> None:
    closed(finance)
    store_pack(finance, JANUARY)
    found = files(finance)
    for line in found["SHA256SUMS"].decode().splitlines():
        digest, name = line.split("  ")
        assert sha256(found[name]).hexdigest() == digest
    balance: defaultdict[str, Decimal] = defaultdict(Decimal)
    ledger: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in table(found["journal.csv"]):
        amount = Decimal(row["debit"] or 0) - Decimal(row["credit"] or 0)
        balance[row["entry"]] += amount
        ledger[row["ledger_account"], row["currency"]] += amount
        assert row["gl_code"]
    assert set(balance.values()) == {0}
    invoiced = [
        (row["currency"], Decimal(row["tax"]), Decimal(row["open_at_end"])) for row in table(found["invoices.csv"])
    ]
    for currency in ("EUR", "GBP"):
        assert -ledger["tax_payable", currency] == sum(tax for of, tax, _ in invoiced if of == currency)
        aged = sum(Decimal(row["total"]) for row in table(found["aging.csv"]) if row["currency"] == currency)
        assert aged == sum(still for of, _, still in invoiced if of == currency) == ledger["receivables", currency]
        book = sum(Decimal(row["tax"]) for row in table(found["tax_book.csv"]) if row["currency"] == currency)
        assert book == -ledger["tax_payable", currency]
        later = sum(
            Decimal(row["amount"]) for row in table(found["deferred_revenue.csv"]) if row["currency"] == currency
        )
        assert later == -ledger["deferred_revenue", currency]
        for row in table(found["mrr_bridge.csv"]):
            kinds = ("opening", "new", "expansion", "reactivation", "contraction", "churn", "transfers")
            assert sum(Decimal(row[kind]) for kind in kinds) == Decimal(row["closing"])
    assert table(found["payments.csv"])[0]["reference"] == "'=1+1"
    assert [row["step"] for row in table(found["checklist.csv"])] == [*sorted(Ticked), "closed"]
    assert {row["difference"] for row in table(found["tie_out.csv"])} <= {"0", "0.00"}
    (tmp_path / "journal.ledger").write_bytes(found["journal.ledger"])
    _check_with_hledger(tmp_path / "journal.ledger")


def _check_with_hledger(file: Path) -> None:
    if shutil.which("hledger") is None:
        return  # proven without it above: each entry balances
    subprocess.run(["hledger", "-f", str(file), "check", "--strict"], check=True)


def test_only_finance_closes(finance: Actor) -> None:
    for role in (Role.SALES_REP, Role.SALES_MANAGER, Role.LICENCE_MANAGER):
        somebody = make_user(role, email=f"{role}@x.example")
        for attempt in (
            lambda actor: close_month(actor, JANUARY, today=LATER),
            lambda actor: store_pack(actor, JANUARY),
            lambda actor: tick_step(actor, JANUARY, Ticked.STATEMENTS, done=True),
            lambda actor: closing_card(actor, JANUARY, LATER),
            lambda actor: pack_of(actor, JANUARY),
        ):
            with pytest.raises(NotAllowed):
                attempt(somebody)


@pytest.mark.postgresql
def test_a_closing_waits_for_what_is_being_posted(finance: Actor, admin: Actor) -> None:
    """Who found January open posts into it before it closes, never after."""
    tick_all(finance)
    posted = (Side(LedgerAccount.CASH, 1), Side(LedgerAccount.CASH, -1))
    with database.read_session() as session:
        account = session.scalars(select(Payment.account_id)).one()
    with ThreadPoolExecutor(1) as pool:
        with acting(admin, Permission.RECORD_PAYMENTS) as session:
            post(session, account, event="late", day=date(2026, 1, 20), currency="EUR", sides=posted)
            closing = pool.submit(close_month, finance, JANUARY, today=LATER)
            with pytest.raises(TimeoutError):
                closing.result(timeout=2)
        closing.result(timeout=20)


@pytest.mark.postgresql
def test_what_comes_while_a_month_is_being_closed_waits_and_is_refused(
    finance: Actor, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    tick_all(finance)
    with database.read_session() as session:
        account = session.scalars(select(Payment.account_id)).one()
    late = PaymentRequest(account, Money.of("1.00", "EUR"), date(2026, 1, 20), "bank_transfer", "late", "late")
    is_there, go_on = Event(), Event()

    def record_at_last(*given: Any, **named: Any) -> None:
        is_there.set()
        assert go_on.wait(20)
        record(*given, **named)

    monkeypatch.setattr("services.commands.closing.record", record_at_last)
    with ThreadPoolExecutor(2) as pool:
        closing = pool.submit(close_month, finance, JANUARY, today=LATER)
        assert is_there.wait(20)
        paying = pool.submit(record_payment, admin, late, date(2026, 1, 20))
        try:
            with pytest.raises(TimeoutError):
                paying.result(timeout=2)
        finally:
            go_on.set()
        closing.result(timeout=20)
        with pytest.raises(MonthClosed):
            paying.result(timeout=20)
