"""Amounts as they are written in Spain, England and by banks."""

import pytest

from data.money import Money
from services.rules.amounts import parse_amount


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1,234.50", 123450),
        ("1.234,50", 123450),
        ("1234,5", 123450),
        ("1234.5", 123450),
        ("1 234,50", 123450),
        ("1'234.50", 123450),
        ("12.345", 1234500),  # three figures behind a mark are thousands
        ("1.234.567", 123456700),
        ("-3", -300),
        ("+0,07", 7),
    ],
)
def test_either_mark_may_stand_before_the_decimals(text: str, minor: int) -> None:
    assert parse_amount(text, "EUR") == Money(minor, "EUR")


def test_the_currency_decides_how_fine_it_may_be() -> None:
    assert parse_amount("1234", "JPY") == Money(1234, "JPY")
    assert parse_amount("1.234", "KWD") == Money(1234, "KWD")
    assert parse_amount("1.234", "JPY") == Money(1234, "JPY")
    assert parse_amount("0.1234", "CLF") == Money(1234, "CLF")


@pytest.mark.parametrize("text", ["", "abc", "1e5", "1.23.4,5,6", "--1", "1,2345", "€5", "9" * 40, "NaN"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_amount(text, "EUR")
