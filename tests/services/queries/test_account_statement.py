"""A statement of account: worked out by hand, tied to the ledger in random stories, scoped, refused, worded."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from data import database
from data.models import Posting
from data.money import Money
from services.commands.payments import PaymentRequest, record_payment
from services.documents.statement import described, statement_sheet
from services.errors import Invalid, NotAllowed, NotFound, Refusal
from services.permissions import Actor
from services.queries.account_statement import StatementRequest, account_statement, statement_pdf
from services.rules.account_statement import EntryKind
from services.words.i18n import Words
from tests.builders import TODAY, make_account
from tests.services.queries.test_receivables import book
from tests.services.test_money_stories import Story

__all__ = ["book"]


def year(account: int, **days: date) -> StatementRequest:
    given = {"first_on": date(2026, 1, 1), "last_on": TODAY} | days
    return StatementRequest(account, **given)


def told(actor: Actor, request: StatementRequest) -> list[tuple[str, str, str, str]]:
    """Day, what, amount and balance of each entry."""
    facts = account_statement(actor, request, today=TODAY)
    return [
        (f"{one.day:%m-%d}", described(one, Words("en")), str(one.amount.major), str(one.balance.major))
        for one in facts.entries
    ]


def test_every_entry_with_its_running_balance(finance: Actor, book: dict[str, int]) -> None:
    """The book of the receivables, as acme and beta get it."""
    assert told(finance, year(book["acme"])) == [
        ("01-10", "Invoice INVES-2026-000001", "1742.40", "1742.40"),
        ("02-15", "Payment received T", "-742.40", "1000.00"),
        ("04-01", "Written off of invoice INVES-2026-000001", "-100.00", "900.00"),
        ("04-10", "Payment returned T", "742.40", "1642.40"),
    ]
    assert told(finance, year(book["beta"])) == [
        ("02-20", "Invoice INVES-2026-000002", "1742.40", "1742.40"),
        ("03-01", "Credit note CNES-2026-000001", "-242.00", "1500.40"),
        ("03-01", "Credit note CNES-2026-000001: €242.00 set off against invoice INVES-2026-000002", "0.00", "1500.40"),
    ]


def test_a_balance_of_nothing_is_printed_as_such(finance: Actor, book: dict[str, int]) -> None:
    whole = PaymentRequest(book["beta"], Money.of("1500.40", "EUR"), TODAY, "bank_transfer", "T", "p-9")
    record_payment(finance, whole, TODAY)
    facts = account_statement(finance, year(book["beta"]), today=TODAY)
    assert not facts.entries[-1].balance and not facts.closing
    assert statement_sheet(facts)["rows"][-1][-1] == "0.00"


def test_a_later_period_begins_where_the_earlier_ends(finance: Actor, book: dict[str, int]) -> None:
    march = account_statement(
        finance, year(book["acme"], first_on=date(2026, 2, 16), last_on=date(2026, 4, 1)), today=TODAY
    )
    assert (str(march.opening.major), str(march.closing.major)) == ("1000.00", "900.00")
    april = account_statement(finance, year(book["acme"], first_on=date(2026, 4, 2)), today=TODAY)
    assert april.opening == march.closing and str(april.closing.major) == "1642.40"
    assert [cell.minor for cell in april.aging] == [0, 0, 0, 164240, 0, 0]


def test_days_that_cannot_be_are_refused_and_accounts_are_scoped(
    finance: Actor, other_rep: Actor, licence_manager: Actor, book: dict[str, int]
) -> None:
    for days in ({"first_on": date(2026, 3, 2), "last_on": date(2026, 3, 1)}, {"last_on": TODAY + timedelta(days=1)}):
        with pytest.raises(Invalid):
            account_statement(finance, year(book["acme"], **days), today=TODAY)
    with pytest.raises(Invalid):
        account_statement(finance, year(book["acme"], first_on=date.min, last_on=date.min), today=TODAY)
    with pytest.raises(NotFound):
        account_statement(other_rep, year(book["acme"]), today=TODAY)
    with pytest.raises(NotAllowed):
        statement_pdf(licence_manager, year(book["acme"]), today=TODAY)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_paper_speaks_both_languages_and_says_where_to_pay(
    finance: Actor, book: dict[str, int], language: str
) -> None:
    request = StatementRequest(book["acme"], date(2026, 1, 1), TODAY, language)
    sheet = statement_sheet(account_statement(finance, request, today=TODAY))
    assert sheet["title"] == {"en": "Statement of account", "es": "Extracto de cuenta"}[language]
    assert any(name == "IBAN" and value for name, value in sheet["payment"]["rows"])
    first, second = (statement_pdf(finance, request, today=TODAY) for _ in range(2))
    assert first.content == second.content and first.content.startswith(b"%PDF")


@pytest.mark.parametrize("seed", range(20, 23))
def test_it_ties_to_the_ledger_in_random_stories(db: object, admin: Actor, finance: Actor, seed: int) -> None:
    account = make_account("madrid", rep=admin, net_days=15)
    story = Story(random.Random(seed), admin, finance, account)
    for step in range(50):
        story.step, story.day = step, story.day + timedelta(days=story.chance.choice((0, 1, 4, 9)))
        try:
            story.chance.choice(story.acts)()
        except Refusal:
            continue
    for _ in range(6):
        first = TODAY + timedelta(days=story.chance.randint(0, (story.day - TODAY).days))
        last = first + timedelta(days=story.chance.randint(0, (story.day - first).days))
        facts = account_statement(finance, StatementRequest(account, first, last), today=story.day)
        assert EntryKind.OTHER not in {entry.kind for entry in facts.entries}
        assert facts.opening == owed(first - timedelta(days=1)) and facts.closing == owed(last)
        assert (facts.entries[-1].balance if facts.entries else facts.opening) == facts.closing


def owed(day: date) -> Money:
    """What the ledger's receivables and customer credit come to."""
    with database.read_session() as session:
        minor = session.scalar(
            select(func.sum(Posting.amount_minor)).where(
                Posting.ledger_account.in_(("receivables", "customer_credit")), Posting.posted_on <= day
            )
        )
    return Money(int(minor or 0), "EUR")
