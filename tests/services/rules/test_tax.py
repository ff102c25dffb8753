"""Tax: treatments, dated rates, and the tax of a document (billing rules §9)."""

import tomllib
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import eu_vat_rates_data
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.money import Money
from services.rules.exchange import converted, cross_rate
from services.rules.tax import (
    NoTaxRate,
    RateTable,
    TaxDecision,
    TaxFacts,
    Treatment,
    VatState,
    credit_tax,
    decide,
    taxed,
)
from services.rules.territories import EU_STATES
from tests.services.rules.makers import day, euro

ROWS = tomllib.loads((Path(__file__).parents[3] / "data" / "tax_rates.toml").read_text(encoding="utf-8"))["rate"]
RATES = RateTable((row["country"], row["valid_from"], Decimal(row["percent"])) for row in ROWS)


def decided(
    seller: str,
    buyer: str,
    *,
    postal_code: str = "",
    business: bool = True,
    state: VatState | None = None,
    exemption: str | None = None,
    on: str = "2026-01-15",
) -> TaxDecision:
    facts = TaxFacts(
        seller,
        buyer,
        postal_code,
        business,
        f"{buyer}1" if state else "",
        state or VatState.UNCHECKED,
        exemption,
        day(on),
    )
    return decide(facts, RATES)


@pytest.mark.parametrize(
    ("seller", "buyer", "given", "treatment", "rate", "reason"),
    [
        ("ES", "ES", {}, "standard", "21", "domestic"),  # also business to business
        ("ES", "ES", {"state": VatState.CONFIRMED}, "standard", "21", "domestic"),
        ("ES", "FR", {"state": VatState.CONFIRMED}, "reverse_charge", "0", "eu_business"),
        ("ES", "GR", {"state": VatState.FORM_ONLY}, "reverse_charge", "0", "eu_business"),
        ("ES", "FR", {}, "standard", "20", "eu_buyer_rate"),
        ("ES", "FR", {"state": VatState.REFUSED}, "standard", "20", "eu_buyer_rate"),
        ("ES", "FR", {"state": VatState.UNCHECKED}, "standard", "20", "eu_buyer_rate"),
        ("ES", "FR", {"business": False}, "standard", "20", "eu_buyer_rate"),
        ("ES", "FR", {"business": False, "state": VatState.CONFIRMED}, "standard", "20", "eu_buyer_rate"),
        ("ES", "US", {}, "out_of_scope", "0", "outside_country"),
        ("DE", "GB", {}, "out_of_scope", "0", "outside_country"),
        ("DE", "GB", {"on": "2020-12-31"}, "standard", "20", "eu_buyer_rate"),  # Great Britain was still in
        ("GB", "GB", {}, "standard", "20", "domestic"),
        ("GB", "IM", {}, "standard", "20", "domestic"),  # one VAT area
        ("FR", "MC", {}, "standard", "20", "domestic"),
        ("CH", "LI", {}, "standard", "8.1", "domestic"),
        (
            "GB",
            "ES",
            {"state": VatState.CONFIRMED},
            "out_of_scope",
            "0",
            "outside_country",
        ),  # EU to EU only
        ("GB", "ES", {"business": False}, "standard", "21", "eu_buyer_rate"),
        ("US", "US", {}, "out_of_scope", "0", "not_calculated"),
        ("US", "ES", {"state": VatState.CONFIRMED}, "out_of_scope", "0", "not_calculated"),
        ("ES", "ES", {"postal_code": "35001"}, "out_of_scope", "0", "outside_vat_area"),
        ("DE", "ES", {"postal_code": "38003", "state": VatState.CONFIRMED}, "out_of_scope", "0", "outside_vat_area"),
        ("ES", "ES", {"exemption": "art. 20 LIVA"}, "exempt", "0", "exemption"),
        ("ES", "DE", {"exemption": "art. 151"}, "exempt", "0", "exemption"),
        ("ES", "US", {"exemption": "art. 151"}, "out_of_scope", "0", "outside_country"),
    ],
)
def test_the_treatment_follows_from_the_facts(
    seller: str, buyer: str, given: dict[str, Any], treatment: str, rate: str, reason: str
) -> None:
    found = decided(seller, buyer, **given)
    assert (found.treatment, found.rate, found.reason) == (Treatment(treatment), Decimal(rate), reason)
    mention = {"standard": "", "not_calculated": "not_calculated"}
    assert found.mention == mention.get(reason if reason in mention else treatment, treatment)


@pytest.mark.parametrize(
    ("given", "warnings"),
    [
        ({"state": VatState.FORM_ONLY}, ("vat_number_form_only",)),
        ({"state": VatState.CONFIRMED}, ()),
        ({}, ("business_charged_abroad",)),
        ({"state": VatState.REFUSED}, ("vat_number_refused", "business_charged_abroad")),
        ({"business": False}, ()),
        ({"business": False, "postal_code": "9000-039"}, ("regional_rate",)),
    ],
)
def test_what_finance_should_look_at_is_warned_of(given: dict[str, Any], warnings: tuple[str, ...]) -> None:
    assert decided("ES", "PT", **given).warnings == warnings


def test_the_exemption_and_the_territory_are_named() -> None:
    assert decided("ES", "ES", exemption="art. 20 LIVA").article == "art. 20 LIVA"
    assert decided("ES", "ES", postal_code="51001").territory == "ceuta"


def test_a_country_without_a_rate_is_refused_where_it_would_be_charged() -> None:
    facts = TaxFacts("ES", "FR", "", False, "", VatState.UNCHECKED, None, day("2026-01-01"))
    with pytest.raises(NoTaxRate):
        decide(facts, RateTable([("ES", day("2012-09-01"), Decimal(21))]))


@pytest.mark.parametrize(
    ("country", "on", "rate"),
    [
        ("DE", "2020-06-30", "19"),
        ("DE", "2020-07-01", "16"),
        ("DE", "2020-12-31", "16"),
        ("DE", "2021-01-01", "19"),
        ("IE", "2020-08-31", "23"),
        ("IE", "2020-09-01", "21"),
        ("IE", "2021-02-28", "21"),
        ("IE", "2021-03-01", "23"),
        ("ES", "2012-08-31", "18"),
        ("FI", "2024-09-01", "25.5"),
        ("EE", "2025-06-30", "22"),
        ("EE", "2025-07-01", "24"),
        ("RO", "2025-08-01", "21"),
        ("SK", "2025-01-01", "23"),
        ("US", "2026-01-01", None),
        ("DE", "1990-01-01", None),
    ],
)
def test_rates_are_those_of_the_day(country: str, on: str, rate: str | None) -> None:
    assert RATES.rate(country, day(on)) == (None if rate is None else Decimal(rate))


def test_todays_rates_are_those_published() -> None:
    today = datetime.now(UTC).date()
    for country in sorted(EU_STATES | {"GB", "CH", "NO"}):
        published = eu_vat_rates_data.get_standard_rate(country)
        assert RATES.rate(country, today) == Decimal(str(published)), country


def test_each_country_has_each_day_once() -> None:
    keys = [(row["country"], row["valid_from"]) for row in ROWS]
    assert keys == sorted(set(keys))
    assert {country for country, _ in keys} == EU_STATES | {"GB", "CH", "NO"}


@pytest.mark.parametrize(
    ("rate", "nets", "tax", "parts"),
    [
        # 299.97 x 25 % = 74.9925 -> 74.99; each line alone would be 25.00
        ("25", ("99.99", "99.99", "99.99"), "74.99", ("25.00", "25.00", "24.99")),
        ("21", ("10.00",), "2.10", ("2.10",)),
        ("21", ("0.00", "0.00"), "0.00", ("0.00", "0.00")),
        ("0", ("10.00", "5.00"), "0.00", ("0.00", "0.00")),
        ("25", ("-99.99", "-99.99", "-99.99"), "-74.99", ("-25.00", "-25.00", "-24.99")),  # mirrors
        ("25.5", ("100.00",), "25.50", ("25.50",)),
        ("20", ("0.02", "0.02"), "0.01", ("0.01", "0.00")),  # 0.008
        ("23", ("0.33", "1.25"), "0.36", ("0.08", "0.28")),  # 0.36 by weight: 7.52 and 28.48 cents
    ],
)
def test_tax_is_rounded_per_rate_and_split_over_its_lines(
    rate: str, nets: tuple[str, ...], tax: str, parts: tuple[str, ...]
) -> None:
    found, split = taxed(Decimal(rate), [euro(net).minor for net in nets])
    assert found == euro(tax).minor
    assert split == tuple(euro(part).minor for part in parts)


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=30), st.sampled_from(["21", "25.5", "8.1", "0"]))
def test_the_taxes_of_the_lines_add_up_to_that_of_the_rate(nets: list[int], rate: str) -> None:
    tax, parts = taxed(Decimal(rate), nets)
    assert sum(parts) == tax
    assert abs(tax - sum(nets) * Fraction(rate) / 100) <= Fraction(1, 2)
    assert taxed(Decimal(rate), [-net for net in nets]) == (-tax, tuple(-part for part in parts))


@given(st.integers(1, 10**7), st.integers(0, 10**7), st.lists(st.integers(1, 10**6), max_size=10))
def test_credits_that_add_up_to_the_line_give_back_its_tax(net: int, tax: int, parts: list[int]) -> None:
    credited_net = credited_tax = 0
    for part in [*parts, net]:
        now = min(part, net - credited_net)
        back = credit_tax(
            line_net=Money(net, "EUR"),
            line_tax=Money(tax, "EUR"),
            credited_net=Money(credited_net, "EUR"),
            credited_tax=Money(credited_tax, "EUR"),
            now_net=Money(now, "EUR"),
        )
        assert back.minor >= 0
        credited_net, credited_tax = credited_net + now, credited_tax + back.minor
    assert (credited_net, credited_tax) == (net, tax)


def test_a_credits_tax_follows_the_formula() -> None:
    # line 10.00 with 2.11 of tax; 3.33 credited with 0.70; now 3.33: 2.11 x 6.66/10 = 1.40526, less 0.70
    back = credit_tax(
        line_net=euro("10.00"),
        line_tax=euro("2.11"),
        credited_net=euro("3.33"),
        credited_tax=euro("0.70"),
        now_net=euro("3.33"),
    )
    assert back == euro("0.71")
    zero = euro("0.00")
    free = credit_tax(line_net=zero, line_tax=zero, credited_net=zero, credited_tax=zero, now_net=zero)
    assert free == zero


def test_tax_is_shown_in_the_sellers_currency_too() -> None:
    assert converted(Money.of("21.00", "EUR"), rate=Decimal("162.35"), to="JPY") == Money.of("3409", "JPY")  # 3409.35
    assert converted(Money.of("1000", "JPY"), rate=Decimal("0.00616"), to="EUR") == euro("6.16")
    assert cross_rate(per_euro_from=Decimal("1.25"), per_euro_to=Decimal("0.85")) == Decimal("0.680000")
    assert cross_rate(per_euro_from=Decimal(3), per_euro_to=Decimal(2)) == Decimal("0.666667")


def test_a_rate_table_answers_for_any_day() -> None:
    first = min(row["valid_from"] for row in ROWS)
    assert RATES.rate("AT", first) == Decimal(20)
    assert RATES.rate("AT", date(1984, 1, 1) - timedelta(days=1)) is None
