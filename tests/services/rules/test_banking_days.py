"""Banking days, against the calendar the European Central Bank publishes; and when a mandate lapses."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.banking_days import banking_day_after, easter_sunday, is_banking_day
from services.rules.debits import day_problems, earliest_collection, end_to_end_id, holds


@pytest.mark.parametrize(
    ("year", "day"), [(2024, "03-31"), (2025, "04-20"), (2026, "04-05"), (2027, "03-28"), (2038, "04-25")]
)
def test_easter(year: int, day: str) -> None:
    assert easter_sunday(year) == date.fromisoformat(f"{year}-{day}")


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        ("2026-04-02", True),
        ("2026-04-03", False),  # Good Friday
        ("2026-04-04", False),
        ("2026-04-06", False),  # Easter Monday
        ("2026-04-07", True),
        ("2026-05-01", False),
        ("2026-12-25", False),
        ("2026-12-28", True),
        ("2027-01-01", False),
    ],
)
def test_the_calendar(day: str, is_open: bool) -> None:
    assert is_banking_day(date.fromisoformat(day)) is is_open


def test_the_day_after_skips_what_is_closed() -> None:
    assert earliest_collection(date(2026, 4, 2)) == date(2026, 4, 7)
    assert earliest_collection(date(2026, 12, 24)) == date(2026, 12, 28)


@given(st.dates(date(2020, 1, 1), date(2060, 1, 1)))
def test_a_collection_can_always_be_soon(today: date) -> None:
    first = earliest_collection(today)
    assert today < first <= today + timedelta(days=6) and banking_day_after(today) == first
    assert day_problems(first, today) == []
    assert [problem.code for problem in day_problems(today, today)] == ["day_between"]


def test_a_day_that_is_no_banking_day_or_too_far_is_refused() -> None:
    today = date(2026, 4, 1)
    assert [problem.code for problem in day_problems(date(2026, 4, 3), today)] == ["no_banking_day"]
    assert [problem.code for problem in day_problems(date(2026, 9, 1), today)] == ["day_between"]


def test_a_mandate_lapses_after_36_months_without_use() -> None:
    assert holds(None, date(2030, 1, 1))
    assert holds(date(2026, 4, 1), date(2029, 3, 31))
    assert not holds(date(2026, 4, 1), date(2029, 4, 1))


def test_the_end_to_end_id_fits_the_bank() -> None:
    assert end_to_end_id("INV-2026-000001", 123) == "INV-2026-000001-000000000123"
    assert len(end_to_end_id("X" * 30, 2**62)) <= 35
