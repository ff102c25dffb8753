"""Periods of tax: months, quarters and years, by their codes."""

from datetime import date

import pytest

from services.rules.tax_periods import TaxPeriod, period_of, period_on, periods


@pytest.mark.parametrize(
    ("code", "unit", "first", "end", "months", "quarters"),
    [
        ("2026-04", "month", date(2026, 4, 1), date(2026, 5, 1), (202604,), (20262,)),
        ("2025-12", "month", date(2025, 12, 1), date(2026, 1, 1), (202512,), (20254,)),
        ("2026-Q1", "quarter", date(2026, 1, 1), date(2026, 4, 1), (202601, 202602, 202603), (20261,)),
        ("2026-Q4", "quarter", date(2026, 10, 1), date(2027, 1, 1), (202610, 202611, 202612), (20264,)),
    ],
)
def test_a_code_is_a_period_and_the_period_its_code(
    code: str, unit: str, first: date, end: date, months: tuple[int, ...], quarters: tuple[int, ...]
) -> None:
    period = period_of(code)
    assert period == TaxPeriod(unit, first)
    assert (period.end, period.months, period.quarters, period.code) == (end, months, quarters, code)


def test_a_year_holds_twelve_months_and_four_quarters() -> None:
    period = period_of("2026")
    assert period is not None
    assert (period.end, len(period.months), period.quarters) == (date(2027, 1, 1), 12, (20261, 20262, 20263, 20264))


@pytest.mark.parametrize("code", ["", "2026-13", "2026-00", "2026-Q5", "26-01", "2026-1", "1999", "2026-04-01", "x"])
def test_anything_else_is_none(code: str) -> None:
    assert period_of(code) is None


def test_each_day_lies_in_one_period_of_a_unit() -> None:
    codes = [period_on(date(2026, 5, 31), unit).code for unit in ("month", "quarter", "year")]
    assert codes == ["2026-05", "2026-Q2", "2026"]


def test_the_periods_between_two_days_come_latest_first() -> None:
    first, last = date(2025, 11, 30), date(2026, 4, 1)
    assert [each.code for each in periods(first, last, "quarter")] == ["2026-Q2", "2026-Q1", "2025-Q4"]
    assert [each.code for each in periods(last, last, "month")] == ["2026-04"]
