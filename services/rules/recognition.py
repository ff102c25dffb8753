"""Recognition: in which months a line is earned (billing rules §10)."""

from datetime import date
from functools import lru_cache

from data.period import Period, months_after


def by_month(minor: int, period: Period, issued_on: date) -> list[tuple[int, int]]:
    """Every month (yyyymm) in which so many minor units are earned, with its part; the parts add up to the whole.

    Earned up to a day is the amount × days elapsed / days, rounded; a month is the difference of two such figures. What
    is earned before the month of issue counts in it; a period without days is earned at once.
    """
    days = period.days
    if not days:
        return [(month_of(max(period.start, issued_on)), minor)]
    sign, minor = (-1, -minor) if minor < 0 else (1, minor)
    found, before, twice = [], 0, 2 * days
    for month, elapsed in _month_ends(period.start, period.end, month_of(issued_on)):
        earned = (2 * minor * elapsed + days) // twice  # half away from zero, as `share` rounds
        if earned != before:
            found.append((month, sign * (earned - before)))
            before = earned
    return found


@lru_cache(maxsize=50_000)
def _month_ends(start: date, end: date, issued: int) -> tuple[tuple[int, int], ...]:
    """The months (yyyymm) of a period, none before the month of issue, with the days elapsed at the end of each."""
    found: dict[int, int] = {}
    month = start.replace(day=1)
    while month < end:
        next_month = months_after(month, 1)
        found[max(month_of(month), issued)] = (min(next_month, end) - start).days
        month = next_month
    return tuple(found.items())


def month_of(day: date) -> int:
    """The month as a number: 202604."""
    return day.year * 100 + day.month
