"""Money: exact amounts, one rounding, splits that add up."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.money import (
    CURRENCIES,
    CurrencyMismatch,
    InexactAmount,
    Money,
    UnknownCurrency,
    exponent,
    largest_remainder,
    round_half_away,
)

amounts = st.integers(min_value=-(10**15), max_value=10**15)


@pytest.mark.parametrize(
    ("currency", "places"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("BHD", 3), ("TND", 3), ("HUF", 2), ("CLF", 4)]
)
def test_each_currency_has_its_iso_exponent(currency: str, places: int) -> None:
    assert exponent(currency) == places


@pytest.mark.parametrize("code", ["EURO", "eur", "XXX", "", "DEM"])
def test_an_unknown_currency_is_refused(code: str) -> None:
    with pytest.raises(UnknownCurrency):
        Money(1, code)
    with pytest.raises(UnknownCurrency):
        Money.of("1", code)


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [
        ("0.5", 1),
        ("-0.5", -1),  # negative mirrors positive
        ("1.5", 2),
        ("2.5", 3),  # half to even would say 2
        ("-2.5", -3),
        ("0.49999", 0),
        ("-0.49999", 0),
        ("17496.5", 17497),  # 249.95 x 21/30 = 174.965
        ("0", 0),
    ],
)
def test_a_half_goes_away_from_zero(exact: str, rounded: int) -> None:
    assert round_half_away(Fraction(exact)) == rounded


@given(st.fractions())
def test_rounding_is_the_nearest_integer_and_mirrors(value: Fraction) -> None:
    assert abs(round_half_away(value) - value) <= Fraction(1, 2)
    assert round_half_away(-value) == -round_half_away(value)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.34", "EUR", 1234),
        ("12.3", "EUR", 1230),
        ("-0.05", "EUR", -5),
        ("1500", "JPY", 1500),
        ("1.234", "KWD", 1234),
    ],
)
def test_major_units_become_minor_ones(text: str, currency: str, minor: int) -> None:
    assert Money.of(text, currency) == Money.of(Decimal(text), currency) == Money(minor, currency)
    assert Money(minor, currency).major == Decimal(text)


@pytest.mark.parametrize("text", ["12.345", "abc", "", "NaN", "Infinity", "1e999999999", "1e-999999999"])
def test_an_amount_finer_than_the_minor_unit_or_no_number_is_refused(text: str) -> None:
    with pytest.raises(InexactAmount):
        Money.of(text, "EUR")


def test_money_is_never_made_from_float() -> None:
    with pytest.raises(TypeError):
        Money.of(12.34, "EUR")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Money(12.0, "EUR")  # type: ignore[arg-type]


def test_major_shows_the_decimals_of_its_currency() -> None:
    assert [str(Money(1230, code)) for code in ("EUR", "JPY", "KWD")] == ["12.30 EUR", "1230 JPY", "1.230 KWD"]


def test_amounts_of_one_currency_add_and_compare() -> None:
    three, five = Money.of(3, "EUR"), Money.of(5, "EUR")
    assert three + five == Money.of(8, "EUR")
    assert three - five == -Money.of(2, "EUR")
    assert three * 2 == 2 * three == Money.of(6, "EUR")
    assert three < five and five >= three and abs(-five) == five
    assert not Money.zero("EUR") and three
    assert Money.total([three, five], "EUR") == Money.of(8, "EUR")
    assert Money.total([], "EUR") == Money.zero("EUR")


def test_there_is_no_sum_across_currencies() -> None:
    euro, dollar = Money.of(1, "EUR"), Money.of(1, "USD")
    for act in (
        lambda: euro + dollar,
        lambda: euro - dollar,
        lambda: euro < dollar,
        lambda: Money.total([euro, dollar], "EUR"),
    ):
        with pytest.raises(CurrencyMismatch):
            act()
    assert euro != dollar


def test_a_share_is_rounded_once() -> None:
    # 10 seats x 16.00 x 17/31 = 87.7419...
    assert Money.of("160.00", "EUR").share(Fraction(17, 31)) == Money.of("87.74", "EUR")
    assert Money.of("-160.00", "EUR").share(Fraction(17, 31)) == Money.of("-87.74", "EUR")


@pytest.mark.parametrize(
    ("minor", "weights", "parts"),
    [
        (10, (1, 1, 2), (3, 2, 5)),  # 2.5 2.5 5: the tie goes to the earlier
        (100, (7, 3), (70, 30)),
        (100, (1, 1, 1), (34, 33, 33)),
        (-100, (1, 1, 1), (-34, -33, -33)),
        (5, (0, 1), (0, 5)),
        (0, (0, 0), (0, 0)),
        (0, (), ()),
    ],
)
def test_a_split_goes_by_largest_remainder(minor: int, weights: tuple[int, ...], parts: tuple[int, ...]) -> None:
    assert tuple(part.minor for part in Money(minor, "EUR").allocate(weights)) == parts


@pytest.mark.parametrize("weights", [(), (0, 0), (2, -1)])
def test_what_cannot_be_split_is_refused(weights: tuple[int, ...]) -> None:
    with pytest.raises(ValueError):
        Money(1, "EUR").allocate(weights)


@given(amounts, st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(any))
def test_the_parts_add_up_and_stay_within_one_unit(minor: int, weights: list[int]) -> None:
    parts = Money(minor, "EUR").allocate(weights)
    assert sum(part.minor for part in parts) == minor
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.minor - Fraction(minor * weight, sum(weights))) < 1


@given(st.lists(st.fractions(-1000, 1000), min_size=1, max_size=10), st.integers(-50, 50))
def test_any_total_is_reached(exact: list[Fraction], total: int) -> None:
    assert sum(largest_remainder(total, exact)) == total


def test_money_is_a_value() -> None:
    assert len({Money(1, "EUR"), Money(1, "EUR"), Money(1, "USD")}) == 2
    assert CURRENCIES["EUR"] == 2
