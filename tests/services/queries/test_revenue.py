"""Revenue of the overview's book, worked out by hand: rolled forward, split, ahead, and by line with what is credited.

acme (EUR): 1440.00 for 2026-01-10 – 2027-01-09, 613.48 for 2026-03-05 – 2027-01-09; gamma (USD): 1440.00 from 02-10.
"""

from datetime import date

import pytest
from sqlalchemy import select

from data import database
from data.models import Document
from data.money import Money
from services import rollups
from services.commands.credit_notes import CreditRequest, credit_invoice
from services.errors import NotAllowed
from services.permissions import Actor
from services.queries.credit_notes import preview_credit
from services.queries.recognition_schedule import recognition_schedule
from services.queries.revenue import Flow, earnings_ahead, revenue, revenue_split
from services.rules.report_filters import ReportFilters
from tests.services.queries import test_overview
from tests.services.queries.test_overview import MARCH_END, euros, on
from tests.services.queries.test_receivables import without_rates

book = test_overview.book
MONTHS = (202601, 202602, 202603)
# 1440 x 22/365 = 86.79, x 50/365 = 197.26, x 81/365 = 319.56; 613.48 x 27/311 = 53.26
ACME = {
    202601: ("0.00", "1440.00", "86.79", "1353.21"),
    202602: ("1353.21", "0.00", "110.47", "1242.74"),
    202603: ("1242.74", "613.48", "175.56", "1680.66"),
}
# 1440 x 19/365 = 74.96, x 50/365 = 197.26
GAMMA = {
    202601: ("0.00", "0.00", "0.00", "0.00"),
    202602: ("0.00", "1440.00", "74.96", "1365.04"),
    202603: ("1365.04", "0.00", "122.30", "1242.74"),
}


def shown(actor: Actor, currency: str, wanted: ReportFilters) -> dict[int, tuple[str, ...]]:
    lines = revenue(actor, wanted, MONTHS).by_currency[currency]
    assert not any(line.currency_effect or line.credited for line in lines)
    return {
        line.month: tuple(
            f"{amount.major:.2f}" for amount in (line.opening, line.invoiced, line.recognised, line.closing)
        )
        for line in lines
    }


def number_of(account: int) -> str:
    with database.read_session() as session:
        wanted = select(Document.number).where(Document.account_id == account).order_by(Document.issued_on)
        return session.scalars(wanted).first() or ""


@pytest.mark.parametrize("is_folded", [True, False])
def test_each_month_rolls_the_deferred_balance_forward(finance: Actor, book: dict[str, int], is_folded: bool) -> None:
    if is_folded:
        rollups.fold_all()
    assert shown(finance, "EUR", on()) == ACME
    assert shown(finance, "USD", on()) == GAMMA


def test_a_day_within_a_month_counts_the_month_whole(finance: Actor, book: dict[str, int]) -> None:
    assert shown(finance, "EUR", on(date(2026, 3, 4))) == ACME


def test_a_rep_sees_what_the_own_accounts_earn(rep: Actor, other_rep: Actor, book: dict[str, int]) -> None:
    assert shown(rep, "EUR", on()) == ACME and list(revenue(rep, on(), MONTHS).by_currency) == ["EUR"]
    assert list(revenue(other_rep, on(), MONTHS).by_currency) == ["USD"]
    assert list(earnings_ahead(other_rep, on(), MARCH_END).by_currency) == ["USD"]


def test_who_manages_licences_sees_no_revenue(licence_manager: Actor, book: dict[str, int]) -> None:
    for asked in (
        lambda: revenue(licence_manager, on(), MONTHS),
        lambda: revenue_split(licence_manager, on(), MONTHS, Flow.DEFERRED, "plan"),
        lambda: earnings_ahead(licence_manager, on(), MARCH_END),
        lambda: recognition_schedule(licence_manager, "ES-1"),
    ):
        with pytest.raises(NotAllowed):
            asked()


@pytest.mark.parametrize("split", ["product", "plan"])
def test_what_it_is_split_by_adds_up(finance: Actor, book: dict[str, int], split: str) -> None:
    found = revenue_split(finance, on(), MONTHS, Flow.DEFERRED, split).by_currency["EUR"]
    assert [one.code for one in found] == ["support" if split == "product" else "support-pro"]
    assert found[0].values == tuple(Money.of(ACME[month][-1], "EUR") for month in MONTHS)


def test_converted_balances_stand_at_their_days_and_the_rest_is_the_effect_of_rates(
    finance: Actor, book: dict[str, int]
) -> None:
    line = revenue(finance, on(converted=True), MONTHS).by_currency["EUR"][-1]
    assert line.closing == Money.of("1680.66", "EUR") + euros("1242.74", MARCH_END)
    assert line.opening == Money.of("1242.74", "EUR") + euros("1365.04", date(2026, 2, 28))
    assert line.recognised == Money.of("175.56", "EUR") + euros("122.30", MARCH_END)
    assert line.opening + line.invoiced - line.recognised + line.currency_effect == line.closing
    assert line.currency_effect


def test_a_currency_without_a_rate_is_named_and_stays_out(finance: Actor, book: dict[str, int]) -> None:
    with without_rates("USD"):
        found = revenue(finance, on(converted=True), MONTHS)
    assert {one.amount.currency for one in found.missing} == {"USD"}
    assert found.by_currency["EUR"][-1].closing == Money.of("1680.66", "EUR")


def test_the_deferred_balance_is_earned_over_the_months_ahead(finance: Actor, book: dict[str, int]) -> None:
    found = earnings_ahead(finance, on(), MARCH_END).by_currency["EUR"]
    assert found.deferred == Money.of("1680.66", "EUR") and len(found.months) == 24
    earned = dict(zip(found.months, found.earned, strict=True))
    # 1440 x 111/365 - 319.56 = 118.36; 613.48 x 57/311 - 53.26 = 59.18
    assert earned[202604] == Money.of("177.54", "EUR")
    # 1440 - 1440 x 356/365 = 35.51; 613.48 - 613.48 x 302/311 = 17.75
    assert earned[202701] == Money.of("53.26", "EUR") and not earned[202702]
    assert Money.total(found.earned, "EUR") == found.deferred and not found.later


def test_an_invoice_says_when_its_lines_are_earned_and_what_is_taken_back(
    finance: Actor, rep: Actor, book: dict[str, int]
) -> None:
    number = number_of(book["acme"])
    found = recognition_schedule(rep, f" {number.lower()} ")
    assert found is not None and len(found.lines) == 1
    assert found.lines[0].earned[202602] == Money.of("110.47", "EUR") and len(found.months) == 13
    preview = preview_credit(finance, book["acme"], found.document_id)
    wanted = CreditRequest(book["acme"], found.document_id, "Wrong plan", "credit")
    note = credit_invoice(finance, wanted, agreed=preview.total, today=MARCH_END).number
    for asked in (number, note):  # either leads to both
        both = recognition_schedule(finance, asked)
        assert both is not None and [line.kind for line in both.lines] == ["invoice", "credit_note"]
        assert both.lines[1].net == Money.of("-1440.00", "EUR")
        taken = Money.total((amount for line in both.lines for amount in line.earned.values()), "EUR")
        assert taken == Money.zero("EUR")
    assert revenue(finance, on(), MONTHS).by_currency["EUR"][-1].credited == Money.of("-1440.00", "EUR")


def test_a_colleagues_number_and_an_unknown_one_are_the_same(other_rep: Actor, book: dict[str, int]) -> None:
    assert recognition_schedule(other_rep, number_of(book["acme"])) is None
    assert recognition_schedule(other_rep, "ES-2026-999999") is None
