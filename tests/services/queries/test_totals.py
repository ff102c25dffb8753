"""Totals by any two dimensions: the book of the overview, what each figure is made of, the ledger in random stories."""

import random
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import pytest
from sqlalchemy import func, select

from data import database
from data.models import Document, Posting
from data.money import Money
from services.commands.credit_notes import CreditRequest, credit_invoice
from services.errors import NotAllowed, Refusal
from services.permissions import Actor
from services.queries.credit_notes import preview_credit
from services.queries.report_dimensions import DIMENSIONS
from services.queries.totals import Total, Totals, TotalsRequest, totals
from services.queries.totals_rows import totals_rows
from services.rules.credits import CreditScope
from services.rules.exchange import converted
from services.rules.report_filters import ReportFilters
from services.rules.report_months import last_months
from tests.builders import make_account
from tests.services.queries import test_overview
from tests.services.queries.test_overview import MARCH_END, on, rate_of
from tests.services.test_money_stories import Story

book = test_overview.book
QUARTER = last_months(202603, 3)
ASKED = TotalsRequest(Total.INVOICED, False, "month", "product", QUARTER)


def cells(found: Totals) -> dict[tuple[str | None, str], str]:
    """What the table shows, by row and column; None: totals."""
    return {(line.row, column): str(amount) for line in found.lines for column, amount in line.amounts.items()}


def sums(found: Totals) -> dict[str, Money]:
    return {line.currency or "": line.total for line in found.lines if line.row is None and line.total is not None}


def test_invoiced_by_month_and_product(finance: Actor, book: dict[str, int]) -> None:
    found = totals(finance, on(currency="EUR"), ASKED)
    assert cells(found) == {
        ("202601", "support"): "1440.00 EUR",
        ("202603", "support"): "613.48 EUR",
        (None, "support"): "2053.48 EUR",
    }
    gross = totals(finance, on(currency="EUR"), replace(ASKED, is_gross=True))
    assert cells(gross)[None, "support"] == "2484.71 EUR"  # 302.40 and 128.83 of tax
    assert cells(totals(finance, on(currency="EUR"), replace(ASKED, total=Total.TAX)))[None, "support"] == "431.23 EUR"


def test_each_currency_has_totals_of_its_own(finance: Actor, book: dict[str, int]) -> None:
    assert sums(totals(finance, on(), ASKED)) == {"EUR": Money(205_348, "EUR"), "USD": Money(144_000, "USD")}
    apart = totals(finance, on(), replace(ASKED, columns="currency"))
    assert cells(apart)[None, "USD"] == "1440.00 USD" and apart.lines[-1].total is None


def test_collected_moves_to_the_plan_it_pays(finance: Actor, book: dict[str, int]) -> None:
    asked = replace(ASKED, total=Total.COLLECTED)
    assert cells(totals(finance, on(), asked)) == {("202602", "support"): "742.40 EUR", (None, "support"): "742.40 EUR"}
    page = totals_rows(finance, on(), asked, {"month": "202602", "product": "support"})
    assert page.frame[["account_id", "amount_minor"]].to_numpy().tolist() == [[book["acme"], 742_40]]
    assert not page.unassigned


def test_a_figure_opens_to_its_documents(finance: Actor, book: dict[str, int]) -> None:
    page = totals_rows(finance, on(), ASKED, {"month": "202603", "product": "support", "currency": "EUR"})
    assert page.frame[["account", "kind", "amount_minor"]].to_numpy().tolist() == [["Acme", "invoice", 613_48]]
    everything = totals_rows(finance, on(), ASKED, {})
    assert everything.total == 3 and everything.frame["day"].tolist() == sorted(everything.frame["day"], reverse=True)
    assert totals_rows(finance, on(), ASKED, {"product": "backup"}).total == 0
    second = totals_rows(finance, on(), ASKED, {}, limit=1, offset=1)
    assert second.total == 3 and second.frame["document_id"].tolist() == everything.frame["document_id"].tolist()[1:2]


def test_credited_is_negative_and_billed_is_the_rest(finance: Actor, book: dict[str, int]) -> None:
    with database.read_session() as session:
        invoice = session.scalars(
            select(Document.id).where(Document.account_id == book["acme"]).order_by(Document.issued_on)
        ).first()
    assert invoice is not None
    part = CreditScope(net=Money.of("200.00", "EUR"))
    total = preview_credit(finance, book["acme"], invoice, part).total
    request = CreditRequest(book["acme"], invoice, "Late", "c-1", part)
    credit_invoice(finance, request, agreed=total, today=date(2026, 3, 20))
    euro = on(currency="EUR")
    assert sums(totals(finance, euro, replace(ASKED, total=Total.CREDITED))) == {"EUR": Money(-200_00, "EUR")}
    assert sums(totals(finance, euro, replace(ASKED, total=Total.BILLED))) == {"EUR": Money(185_348, "EUR")}
    page = totals_rows(finance, euro, replace(ASKED, total=Total.CREDITED, is_gross=True), {"month": "202603"})
    assert page.frame[["kind", "amount_minor"]].to_numpy().tolist() == [["credit_note", -242_00]]


def test_converted_each_month_has_its_own_rate(finance: Actor, book: dict[str, int]) -> None:
    found = totals(finance, on(converted=True), ASKED)
    dollars = converted(Money.of("1440.00", "USD"), rate=rate_of(date(2026, 2, 28)), to="EUR")
    assert cells(found)["202602", "support"] == str(dollars)
    assert sums(found) == {"EUR": Money(205_348, "EUR") + dollars}


@pytest.mark.parametrize(("rows", "columns"), list(permutations(DIMENSIONS, 2)))
def test_any_two_dimensions_add_up_to_the_same(finance: Actor, book: dict[str, int], rows: str, columns: str) -> None:
    asked = replace(ASKED, rows=rows, columns=columns, is_gross=True)
    found = totals(finance, on(currency="EUR"), asked)
    assert sums(found) == {"EUR": Money(248_471, "EUR")}
    for line in found.lines:
        for column, amount in line.amounts.items():
            at = {columns: column} | ({} if line.row is None else {rows: line.row})
            page = totals_rows(finance, on(currency="EUR"), asked, at)
            assert page.frame["amount_minor"].sum() == amount.minor


def test_a_rep_has_the_own_accounts_only(rep: Actor, other_rep: Actor, book: dict[str, int]) -> None:
    assert sums(totals(rep, on(), ASKED)) == {"EUR": Money(205_348, "EUR")}
    assert sums(totals(other_rep, on(), ASKED)) == {"USD": Money(144_000, "USD")}
    assert set(totals_rows(other_rep, on(), ASKED, {}).frame["account"]) == {"Gamma"}
    assert totals_rows(other_rep, on(), ASKED, {"currency": "EUR"}).total == 0
    assert totals_rows(other_rep, on(), replace(ASKED, total=Total.COLLECTED), {}).total == 0


def test_without_the_right_there_is_nothing(licence_manager: Actor) -> None:
    with pytest.raises(NotAllowed):
        totals(licence_manager, on(), ASKED)
    with pytest.raises(NotAllowed):
        totals_rows(licence_manager, on(), ASKED, {})


@pytest.mark.parametrize("seed", [11, 12])
def test_totals_and_their_rows_are_the_ledgers(db: object, admin: Actor, finance: Actor, seed: int) -> None:
    """Random stories: each total is what the ledger was posted with, each cell what its rows come to."""
    mandate = {"iban": "ES9121000418450200051332", "mandate_reference": "M", "mandate_signed_on": date(2026, 1, 1)}
    account = make_account("madrid", rep=admin, payment_means="sepa_debit", net_days=0, **mandate)
    story = Story(random.Random(seed), admin, finance, account)
    for step in range(50):
        story.step, story.day = step, story.day + timedelta(days=story.chance.choice((0, 1, 4)))
        try:
            story.chance.choice(story.acts)()
        except Refusal:
            continue
    wanted = ReportFilters(story.day)
    months = last_months(story.day.year * 100 + story.day.month, 12)
    with database.read_session() as session:
        posted = func.sum(Posting.amount_minor)
        cash = session.scalar(select(posted).where(Posting.ledger_account == "cash"))
        tax = session.scalar(select(posted).where(Posting.ledger_account == "tax_payable"))
        issued = session.scalar(select(func.sum(Document.total_minor)))
    for total, expected in ((Total.BILLED, issued), (Total.COLLECTED, cash), (Total.TAX, -(tax or 0))):
        asked = TotalsRequest(total, True, "month", "plan", months)
        found = totals(finance, wanted, asked)
        assert sum(amount.minor for amount in sums(found).values()) == (expected or 0), total
        for line in found.lines:
            for plan, amount in line.amounts.items():
                at = {"plan": plan} | ({} if line.row is None else {"month": line.row})
                page = totals_rows(finance, wanted, asked, at, limit=1_000)
                rest = sum(one.minor for one in page.unassigned)
                assert page.frame["amount_minor"].sum() + rest == amount.minor, (total, at)


def test_the_month_that_is_running_ends_with_the_day(finance: Actor, book: dict[str, int]) -> None:
    found = totals(finance, on(date(2026, 3, 4)), ASKED)
    assert ("202603", "support") not in cells(found) and date(2026, 3, 4) < MARCH_END
