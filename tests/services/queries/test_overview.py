"""The overview of a book worked out by hand, each currency by itself and converted, within the row scope.

01-10 acme (EUR) buys ten seats for a year: 1440.00, tax 302.40, due 02-09; MRR 120.00
02-10 gamma (USD) buys the same: 1440.00 without tax; MRR 120.00
02-15 acme pays 742.40
03-05 acme adds five seats to the period: 720.00 x 311/365 = 613.48, tax 128.83, due 04-04; MRR 180.00
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from sqlalchemy import select

from data import database
from data.models import FxRate
from data.money import Money
from data.period import Interval
from services import rollups
from services.commands.payments import PaymentRequest, record_payment
from services.errors import NotAllowed
from services.permissions import Actor
from services.queries.mrr_bridge import movements, mrr_bridges
from services.queries.overview import Key, overview, recurring_months
from services.rules.changes import Timing
from services.rules.exchange import converted, cross_rate
from services.rules.figures import Measure
from services.rules.ordering import ItemKind, OrderItem
from services.rules.report_filters import ReportFilters
from tests.builders import make_account
from tests.ordering import PRO, order, request
from tests.services.queries.test_receivables import without_rates

MARCH_END = date(2026, 3, 31)
MARCH = {
    Key.MRR: "180.00",
    Key.ARR: "2160.00",
    Key.INVOICED: "742.31",
    Key.COLLECTED: "0.00",
    Key.RECOGNISED: "175.56",  # 1440 x (81 - 50)/365 = 319.56 - 197.26; 613.48 x 27/311 = 53.26
    Key.DEFERRED: "1680.66",  # 2053.48 - 319.56 - 53.26
    Key.OUTSTANDING: "1742.31",
    Key.OVERDUE: "1000.00",  # the second is due on 04-04
}
FEBRUARY = {
    Key.MRR: "120.00",
    Key.ARR: "1440.00",
    Key.INVOICED: "0.00",
    Key.COLLECTED: "742.40",
    Key.RECOGNISED: "110.47",  # 1440 x 50/365 - 1440 x 22/365 = 197.26 - 86.79
    Key.DEFERRED: "1242.74",
    Key.OUTSTANDING: "1000.00",
    Key.OVERDUE: "1000.00",
}


def on(day: date = MARCH_END, **more: object) -> ReportFilters:
    return ReportFilters(day, **more)  # type: ignore[arg-type]


@pytest.fixture
def book(rep: Actor, other_rep: Actor, admin: Actor) -> dict[str, int]:
    """The book above: acme is the rep's, gamma the colleague's."""
    acme = make_account("acme", rep=rep, segment="Retail")
    gamma = make_account("gamma", rep=other_rep, country="US", currency="USD", region="NY", vat_number="")
    placed = order(rep, request(acme, PRO, key="one"), date(2026, 1, 10))
    order(other_rep, request(gamma, PRO, key="two"), date(2026, 2, 10))
    transfer = PaymentRequest(acme, Money.of("742.40", "EUR"), date(2026, 2, 15), "bank_transfer", "T", "p-1")
    record_payment(admin, transfer, date(2026, 2, 15))
    more = replace(PRO, kind=ItemKind.CHANGE, seats=15, subscription_id=placed.subscription_ids[0], timing=Timing.KEEP)
    order(rep, request(acme, more, key="three"), date(2026, 3, 5))
    return {"acme": acme, "gamma": gamma}


def rate_of(day: date) -> Decimal:
    """Euros for a dollar, as published last on or before the day."""
    with database.read_session() as session:
        wanted = select(FxRate.rate).where(FxRate.currency == "USD", FxRate.day <= day).order_by(FxRate.day.desc())
        return cross_rate(per_euro_from=session.scalars(wanted.limit(1)).one(), per_euro_to=Decimal(1))


def euros(major: str, day: date) -> Money:
    return converted(Money.of(major, "USD"), rate=rate_of(day), to="EUR")


@pytest.mark.parametrize("is_folded", [True, False])
def test_each_currency_by_itself(finance: Actor, book: dict[str, int], is_folded: bool) -> None:
    if is_folded:
        rollups.fold_all()
    found = overview(finance, on())
    assert list(found.lines) == ["EUR", "USD"] and found.months[-1] == 202603 and len(found.months) == 13
    euro = found.lines["EUR"]
    assert {key: values[-1] for key, values in euro.items()} == {k: Money.of(v, "EUR") for k, v in MARCH.items()}
    assert {key: values[-2] for key, values in euro.items()} == {k: Money.of(v, "EUR") for k, v in FEBRUARY.items()}
    assert not any(values[0] for values in euro.values())  # a year before there was nothing
    assert found.lines["USD"][Key.MRR][-3:] == (Money(0, "USD"), Money(120_00, "USD"), Money(120_00, "USD"))


def test_a_day_within_a_month_counts_up_to_it(finance: Actor, book: dict[str, int]) -> None:
    found = overview(finance, on(date(2026, 3, 4))).lines["EUR"]
    assert found[Key.MRR][-1] == Money(120_00, "EUR") and found[Key.INVOICED][-1] == Money(0, "EUR")


def test_converted_figures_stand_at_the_rate_of_their_month(finance: Actor, book: dict[str, int]) -> None:
    found = overview(finance, on(converted=True))
    assert list(found.lines) == ["EUR"] and not found.missing
    line = found.lines["EUR"]
    assert line[Key.MRR][-1] == Money.of("180.00", "EUR") + euros("120.00", MARCH_END)
    assert line[Key.MRR][-2] == Money.of("120.00", "EUR") + euros("120.00", date(2026, 2, 28))
    assert [(one.currency, one.rate) for one in found.rates] == [("USD", rate_of(MARCH_END))]


def test_a_missing_rate_is_said_and_never_counted(finance: Actor, book: dict[str, int]) -> None:
    with without_rates("USD"):
        found = overview(finance, on(converted=True))
        bridge = mrr_bridges(finance, on(converted=True), (202603,))
    assert found.lines["EUR"][Key.MRR][-1] == Money.of("180.00", "EUR")
    assert found.lacks(Key.MRR, 202603) and not found.lacks(Key.MRR, 202601)
    assert (Key.MRR, 202603) in {one.what for one in found.missing if one.amount == Money(120_00, "USD")}
    assert bridge.missing and not bridge.bridges[0].currency_effect  # a gap is no effect of rates


def test_a_product_has_no_receivables(finance: Actor, book: dict[str, int]) -> None:
    line = overview(finance, on(product="support")).lines["EUR"]
    assert Key.OUTSTANDING not in line and line[Key.MRR][-1] == Money.of("180.00", "EUR")
    assert overview(finance, on(product="backup")).lines == {}


def test_the_bridge_of_a_month_and_of_a_quarter(finance: Actor, book: dict[str, int]) -> None:
    euro, dollar = mrr_bridges(finance, on(), (202603,)).bridges
    assert (euro.opening.minor, euro.movements[Measure.EXPANSION].minor, euro.closing.minor) == (120_00, 60_00, 180_00)
    assert dollar.opening == dollar.closing == Money(120_00, "USD")
    euro, dollar = mrr_bridges(finance, on(), (202601, 202602, 202603)).bridges
    assert (euro.opening.minor, euro.movements[Measure.NEW].minor, euro.closing.minor) == (0, 120_00, 180_00)
    assert not euro.transfers and not euro.currency_effect


def test_movements_convert_at_their_own_day(finance: Actor, book: dict[str, int]) -> None:
    (found,) = mrr_bridges(finance, on(date(2026, 2, 28), converted=True), (202602,)).bridges
    assert found.opening == Money.of("120.00", "EUR")
    assert found.movements[Measure.NEW] == euros("120.00", date(2026, 2, 10))
    exact = 120_00 * (Fraction(rate_of(date(2026, 2, 28))) - Fraction(rate_of(date(2026, 2, 10))))
    assert abs(found.currency_effect.minor - exact) < 1 and found.currency_effect
    assert found.closing == Money.of("120.00", "EUR") + euros("120.00", date(2026, 2, 28))


def test_a_plan_that_is_left_counts_no_more(rep: Actor, finance: Actor) -> None:
    """Within the product it is an expansion alone; by plan the one goes down to nothing, the other takes it over."""
    account = make_account("acme", rep=rep)
    backup = OrderItem(ItemKind.PURCHASE, "backup-devices", 20, Interval.MONTH)
    placed = order(rep, request(account, PRO, backup, key="one"), date(2026, 2, 10))
    up = replace(
        PRO,
        kind=ItemKind.CHANGE,
        plan="support-enterprise",
        subscription_id=placed.subscription_ids[0],
        timing=Timing.KEEP,
    )
    order(rep, request(account, up, key="up"), date(2026, 3, 5))
    (support,) = mrr_bridges(finance, on(product="support"), (202603,)).bridges
    assert not support.transfers and support.movements[Measure.EXPANSION] == support.closing - support.opening
    by_plan = {one.code: one.values for one in recurring_months(finance, on(), "plan").by_currency["EUR"]}
    assert by_plan["support-pro"][-2:] == (Money(120_00, "EUR"), Money(0, "EUR"))
    assert by_plan["support-enterprise"][-1] == support.closing


@pytest.mark.parametrize("split", ["product", "plan", "country", "rep", "currency"])
def test_whatever_it_is_split_by_it_adds_up(finance: Actor, book: dict[str, int], split: str) -> None:
    total = overview(finance, on()).lines
    for currency, parts in recurring_months(finance, on(), split).by_currency.items():
        assert Money.total((part.values[-1] for part in parts), currency) == total[currency][Key.MRR][-1]
    (parts,) = recurring_months(finance, on(converted=True), split).by_currency.values()
    whole = overview(finance, on(converted=True)).lines["EUR"][Key.MRR]
    for place in (-1, -2):
        assert Money.total((part.values[place] for part in parts), "EUR") == whole[place]


def test_the_largest_movements_come_first_with_account_and_order(finance: Actor, book: dict[str, int]) -> None:
    page = movements(finance, on(), (202601, 202602, 202603))
    assert page.total == 3
    assert page.frame["account"].tolist() == ["Acme", "Gamma", "Acme"]  # 120 euros, 120 dollars, 60 euros
    assert page.frame["order_id"].notna().all() and page.frame["amount_minor"].tolist()[-1] == 60_00
    only = movements(finance, on(), (202603,), currency="EUR")
    assert only.frame[["account_id", "kind", "amount_minor"]].to_numpy().tolist() == [
        [book["acme"], "expansion", 60_00]
    ]
    assert movements(finance, on(date(2026, 3, 4)), (202603,)).total == 0  # not before its day


def test_a_rep_has_the_own_accounts_only(rep: Actor, other_rep: Actor, book: dict[str, int]) -> None:
    assert list(overview(rep, on()).lines) == ["EUR"] and list(overview(other_rep, on()).lines) == ["USD"]
    assert overview(rep, on()).lines["EUR"][Key.OVERDUE][-1] == Money.of("1000.00", "EUR")
    assert [one.currency for one in mrr_bridges(rep, on(), (202603,)).bridges] == ["EUR"]
    assert set(movements(other_rep, on(), (202601, 202602, 202603)).frame["account"]) == {"Gamma"}
    assert list(recurring_months(other_rep, on(), "plan").by_currency) == ["USD"]


def test_without_the_right_there_is_nothing(licence_manager: Actor, book: dict[str, int]) -> None:
    for ask in (
        lambda: overview(licence_manager, on()),
        lambda: recurring_months(licence_manager, on(), "plan"),
        lambda: mrr_bridges(licence_manager, on(), (202603,)),
        lambda: movements(licence_manager, on(), (202603,)),
    ):
        with pytest.raises(NotAllowed):
            ask()
