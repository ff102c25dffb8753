"""Days sales outstanding: the months looked at, and the arithmetic by hand."""

from datetime import date
from decimal import Decimal

from services.rules.days_sales import billed_within, days_sales, month_ends, window


def test_three_months_up_to_the_day_are_looked_at() -> None:
    assert window(date(2026, 3, 31)) == date(2026, 1, 1)
    assert window(date(2026, 1, 15)) == date(2025, 11, 1)
    assert billed_within({202510: 1, 202511: 2, 202512: 4, 202601: 8, 202602: 16}, date(2026, 1, 15)) == 14


def test_owed_over_billed_times_days() -> None:
    assert days_sales(45000, 90000, date(2026, 3, 31)) == Decimal("45.0")  # half of 31 + 28 + 31 days
    assert days_sales(10000, 30000, date(2026, 3, 10)) == Decimal("23.0")  # a third of 31 + 28 + 10 days
    assert days_sales(0, 30000, date(2026, 3, 10)) == 0
    assert days_sales(500, 0, date(2026, 3, 31)) is None
    assert days_sales(500, -100, date(2026, 3, 31)) is None


def test_the_points_are_month_ends_and_the_day() -> None:
    assert month_ends(date(2026, 3, 10), 4) == [
        date(2025, 12, 31),
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 10),
    ]
    assert len(month_ends(date(2026, 3, 31), 12)) == 12
