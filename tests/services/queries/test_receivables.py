"""Aging as of any day: a book with figures worked out by hand, on both databases and within the row scope.

01-10 acme  invoice 1742.40, due 02-09
02-15 acme  pays 742.40                          1000.00 left
02-20 beta  invoice 1742.40, due 03-22
03-01 beta  credited 200.00 and 42.00 of tax     1500.40 left
03-05 acme  disputes its invoice, until 04-05
04-01 acme  100.00 written off                    900.00 left
04-08 gamma invoice in US dollars, due 05-08
04-10 acme  its payment comes back               1642.40 left
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, insert, select

from data import database
from data.models import Allocation, Correction, Document, FxRate, Posting
from data.money import Money
from services.commands.approvals import decide_money
from services.commands.credit_notes import CreditRequest, credit_invoice
from services.commands.disputes import close_dispute, open_dispute
from services.commands.money_requests import WriteOffRequest, ask_write_off
from services.commands.payments import PaymentRequest, record_payment, reverse_payment
from services.errors import NotAllowed, Refusal
from services.permissions import Actor
from services.queries.credit_notes import preview_credit
from services.queries.receivables import CELLS, Aging, aging, aging_by_account, open_invoices
from services.rules.aging import Bucket, bucket_of
from services.rules.credits import CreditScope
from services.rules.exchange import converted
from services.rules.report_filters import ReportFilters
from tests.builders import TODAY, make_account, make_invoice
from tests.services.test_money_stories import Story

DOLLARS = 144000  # ten seats for a year, out of scope of tax


def on(month: int, day: int, **more: object) -> ReportFilters:
    return ReportFilters(date(2026, month, day), **more)  # type: ignore[arg-type]


def euro(major: str) -> int:
    return Money.of(major, "EUR").minor


@pytest.fixture
def book(rep: Actor, other_rep: Actor, finance: Actor, admin: Actor) -> dict[str, int]:
    """The book above: acme and gamma are the rep's, beta is the colleague's."""
    acme, beta = make_account("acme", rep=rep), make_account("beta", rep=other_rep, segment="Public")
    first = make_invoice(rep, acme, today=date(2026, 1, 10))
    transfer = PaymentRequest(acme, Money.of("742.40", "EUR"), date(2026, 2, 15), "bank_transfer", "T", "p-1")
    payment = record_payment(finance, transfer, date(2026, 2, 15)).payment_id
    second = make_invoice(other_rep, beta, today=date(2026, 2, 20))
    part = CreditScope(net=Money.of("200.00", "EUR"))
    total = preview_credit(finance, beta, second, part).total
    credit_invoice(finance, CreditRequest(beta, second, "Late", "c-1", part), agreed=total, today=date(2026, 3, 1))
    open_dispute(finance, acme, first, reason="Wrong seats", today=date(2026, 3, 5))
    request = WriteOffRequest(acme, first, Money.of("100.00", "EUR"), "Small", "w-1")
    approval = ask_write_off(admin, request, today=date(2026, 4, 1))
    decide_money(finance, acme, approval, is_approved=True, reason="", today=date(2026, 4, 1))
    close_dispute(finance, acme, first, outcome="Agreed", today=date(2026, 4, 5))
    gamma = make_account("gamma", rep=rep, country="US", currency="USD", region="NY", vat_number="")
    third = make_invoice(rep, gamma, today=date(2026, 4, 8))
    reverse_payment(finance, acme, payment, reason="Returned", today=date(2026, 4, 10))
    return {"acme": acme, "beta": beta, "gamma": gamma, "first": first, "second": second, "third": third}


@contextmanager
def without_rates(currency: str) -> Iterator[None]:
    """A database in which a currency has no rates; they come back, since tests share them."""
    of_currency = (FxRate.currency == currency,)
    with database.write_session() as session:
        columns = (FxRate.currency, FxRate.day, FxRate.rate, FxRate.source)
        rows = [dict(row) for row in session.execute(select(*columns).where(*of_currency)).mappings()]
        session.execute(delete(FxRate).where(*of_currency))
    yield
    with database.write_session() as session:
        session.execute(insert(FxRate), rows)


def cells(found: Aging, currency: str = "EUR") -> dict[Bucket, int]:
    """The buckets that hold something, in minor units."""
    lines = {line.currency: line for line in found.lines}
    if currency not in lines:
        return {}
    return {bucket: cell.minor for bucket, cell in zip(Bucket, lines[currency].cells, strict=True) if cell}


@pytest.mark.parametrize(
    ("month", "day", "wanted"),
    [
        (1, 9, {}),
        (1, 10, {Bucket.NOT_DUE: "1742.40"}),
        (2, 9, {Bucket.NOT_DUE: "1742.40"}),  # due that day is not due
        (2, 10, {Bucket.TO_30: "1742.40"}),
        (2, 15, {Bucket.TO_30: "1000.00"}),
        (2, 20, {Bucket.NOT_DUE: "1742.40", Bucket.TO_30: "1000.00"}),
        (2, 28, {Bucket.NOT_DUE: "1742.40", Bucket.TO_30: "1000.00"}),
        (3, 1, {Bucket.NOT_DUE: "1500.40", Bucket.TO_30: "1000.00"}),
        (3, 12, {Bucket.NOT_DUE: "1500.40", Bucket.TO_60: "1000.00"}),
        (3, 31, {Bucket.TO_30: "1500.40", Bucket.TO_60: "1000.00"}),
        (4, 1, {Bucket.TO_30: "1500.40", Bucket.TO_60: "900.00"}),
        (4, 9, {Bucket.TO_30: "1500.40", Bucket.TO_60: "900.00"}),
        (4, 10, {Bucket.TO_30: "1500.40", Bucket.TO_60: "1642.40"}),
        (4, 11, {Bucket.TO_30: "1500.40", Bucket.TO_90: "1642.40"}),
    ],
)
def test_a_past_day_gives_what_was_true_then(
    finance: Actor, book: dict[str, int], month: int, day: int, wanted: dict[Bucket, str]
) -> None:
    found = aging(finance, on(month, day))
    assert cells(found) == {bucket: euro(major) for bucket, major in wanted.items()}
    assert cells(found, "USD") == ({Bucket.NOT_DUE: DOLLARS} if (month, day) >= (4, 8) else {})


def test_disputes_count_on_the_days_they_are_open(finance: Actor, book: dict[str, int]) -> None:
    marked = {day: aging(finance, on(*day)).lines[0].disputed.minor for day in ((3, 4), (3, 5), (4, 4), (4, 5))}
    assert marked == {(3, 4): 0, (3, 5): euro("1000"), (4, 4): euro("900"), (4, 5): 0}
    listed = open_invoices(finance, on(3, 5), disputed_only=True).frame
    assert listed[["document_id", "status", "open_minor"]].to_numpy().tolist() == [
        [book["first"], "disputed", euro("1000")]
    ]


def test_accounts_come_most_overdue_first_and_add_up_to_the_total(finance: Actor, book: dict[str, int]) -> None:
    page = aging_by_account(finance, on(4, 11))
    assert page.frame["account"].tolist() == ["Acme", "Beta", "Gamma"] and page.total == 3
    acme = page.frame.iloc[0]
    assert acme["61-90_minor"] == acme["overdue_minor"] == acme["total_minor"] == euro("1642.40")
    assert [page.frame.iloc[2][name] for name in ("not_due_minor", "overdue_minor", "currency")] == [DOLLARS, 0, "USD"]
    for place, name in enumerate(CELLS):
        for line in aging(finance, on(4, 11)).lines:
            own = page.frame[page.frame["currency"] == line.currency]
            assert sum(value or 0 for value in own[name]) == line.cells[place].minor
    assert aging_by_account(finance, on(4, 11), overdue_only=True).frame["account"].tolist() == ["Acme", "Beta"]
    assert aging_by_account(finance, on(4, 11), limit=1, offset=1).frame["account"].tolist() == ["Beta"]


def test_a_cell_opens_to_its_invoices(finance: Actor, book: dict[str, int]) -> None:
    page = open_invoices(finance, on(3, 31), bucket=Bucket.TO_60)
    assert page.total == 1
    row = page.frame.iloc[0]
    assert (row["document_id"], row["open_minor"], row["days_late"]) == (book["first"], euro("1000"), 50)
    assert open_invoices(finance, on(3, 31), bucket=Bucket.NOT_DUE).total == 0
    assert open_invoices(finance, on(3, 31), account_id=book["beta"]).frame["open_minor"].tolist() == [euro("1500.40")]


def test_filters_limit_totals_and_accounts_alike(finance: Actor, rep: Actor, book: dict[str, int]) -> None:
    for more, names in (
        ({"currency": "USD"}, ["Gamma"]),
        ({"country": "ES"}, ["Acme", "Beta"]),
        ({"rep_id": rep.user_id}, ["Acme", "Gamma"]),
        ({"rep_id": 0}, []),
        ({"segment": "Public"}, ["Beta"]),
    ):
        wanted = on(4, 11, **more)
        page = aging_by_account(finance, wanted)
        assert page.frame["account"].tolist() == names, more
        assert sum(line.total.minor for line in aging(finance, wanted).lines) == page.frame["total_minor"].sum()


def test_converted_at_the_rate_of_the_day(finance: Actor, book: dict[str, int]) -> None:
    found = aging(finance, on(4, 11, converted=True))
    assert found.rates
    (rate,) = found.rates.known
    assert rate.base == "USD" and rate.day <= date(2026, 4, 11)
    dollars = converted(Money(DOLLARS, "USD"), rate=rate.rate, to="EUR")
    assert cells(found) == {
        Bucket.NOT_DUE: dollars.minor, Bucket.TO_30: euro("1500.40"), Bucket.TO_90: euro("1642.40")
    }  # fmt: skip
    page = aging_by_account(finance, on(4, 11, converted=True))
    assert page.frame["total_minor"].sum() == found.lines[0].total.minor
    assert set(page.frame["currency"]) == {"EUR"}


def test_a_missing_rate_is_said_and_its_amounts_are_left_out(finance: Actor, book: dict[str, int]) -> None:
    wanted = on(4, 11, converted=True)
    with without_rates("USD"):
        found, page = aging(finance, wanted), aging_by_account(finance, wanted)
    assert found.rates and found.rates.missing == ("USD",)
    assert found.lines[0].total.minor == euro("3142.80") == page.frame["total_minor"].sum()
    assert page.frame["account"].tolist() == ["Acme", "Beta"]


def test_a_rep_sees_the_own_accounts_and_a_licence_manager_nothing(
    rep: Actor, other_rep: Actor, licence_manager: Actor, book: dict[str, int]
) -> None:
    for day in (on(3, 31), on(4, 11)):  # a past day is worked out, the last one looked up
        assert set(aging_by_account(rep, day).frame["account"]) <= {"Acme", "Gamma"}
        assert aging_by_account(other_rep, day).frame["account"].tolist() == ["Beta"]
        assert cells(aging(other_rep, day)) == {Bucket.TO_30: euro("1500.40")}
        assert open_invoices(other_rep, day).frame["account"].tolist() == ["Beta"]
        assert open_invoices(other_rep, day, account_id=book["acme"]).total == 0
    with pytest.raises(NotAllowed):
        aging(licence_manager, on(4, 11))
    with pytest.raises(NotAllowed):
        aging_by_account(licence_manager, on(4, 11))
    with pytest.raises(NotAllowed):
        open_invoices(licence_manager, on(4, 11))


def replayed(day: date) -> Counter[Bucket]:
    """Aging by walking through everything that was booked up to a day."""
    found = Counter[Bucket]()
    with database.read_session() as session:
        documents = {row.id: row for row in session.scalars(select(Document))}
        left = {key: row.total_minor for key, row in documents.items() if row.kind == "invoice"}
        for paid in session.scalars(select(Allocation).where(Allocation.allocated_on <= day)):
            left[paid.invoice_id] -= paid.amount_minor
        for taken in session.scalars(select(Correction)):
            if documents[taken.credit_note_id].issued_on <= day:
                left[taken.invoice_id] -= taken.set_off_minor
        for key, minor in left.items():
            if documents[key].issued_on <= day:
                found[bucket_of(documents[key].due_on, day)] += minor
    return found


@pytest.mark.parametrize("seed", range(10, 13))
def test_aging_from_the_facts_is_the_replay_and_the_ledger(db: object, admin: Actor, finance: Actor, seed: int) -> None:
    account = make_account("madrid", rep=admin, net_days=15)
    story = Story(random.Random(seed), admin, finance, account)
    for step in range(60):
        story.step, story.day = step, story.day + timedelta(days=story.chance.choice((0, 1, 4, 9)))
        try:
            story.chance.choice(story.acts)()
        except Refusal:
            continue
    for day in sorted({TODAY - timedelta(days=1), story.day, *(TODAY + timedelta(days=7 * n) for n in range(40))}):
        wanted = ReportFilters(min(day, story.day))
        found = aging(admin, wanted)
        assert cells(found) == {bucket: minor for bucket, minor in replayed(wanted.as_of).items() if minor}
        posted = select(func.sum(Posting.amount_minor)).where(
            Posting.ledger_account == "receivables", Posting.posted_on <= wanted.as_of
        )
        with database.read_session() as session:
            owed = session.scalar(posted) or 0
        assert sum(line.total.minor for line in found.lines) == owed
        accounts = aging_by_account(admin, replace(wanted, currency="EUR")).frame
        assert accounts["total_minor"].sum() == owed
