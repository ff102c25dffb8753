"""Days sales outstanding: how many days' invoices are still to be paid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from data.period import months_after

MONTHS = 3  # of invoices that what is open is measured against


def window(as_of: date) -> date:
    """The first day of the months that are looked at: the month of the day and the two before it."""
    return months_after(as_of.replace(day=1), 1 - MONTHS)


def days_sales(owed: int, billed: int, as_of: date) -> Decimal | None:
    """What is owed ÷ what was billed in the window × its days, to one decimal; None where nothing was billed."""
    if billed <= 0:
        return None
    days = (as_of - window(as_of)).days + 1
    return (Decimal(owed) * days / Decimal(billed)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def month_ends(as_of: date, count: int) -> list[date]:
    """The last days of the months before the day, the oldest first, and the day itself: `count` in all."""
    first = as_of.replace(day=1)
    return [_day_before(months_after(first, place)) for place in range(2 - count, 1)] + [as_of]


def billed_within(by_month: Mapping[int, int], as_of: date) -> int:
    """The sum of the months (yyyymm) of the window."""
    first = window(as_of)
    return sum(minor for month, minor in by_month.items() if _month(first) <= month <= _month(as_of))


def _month(day: date) -> int:
    return day.year * 100 + day.month


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
