"""Periods and their boundaries: half-open days counted from an anchor (billing rules §2)."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache


class Interval(StrEnum):
    """How often a price is billed."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def months(self) -> int:
        return _MONTHS[self]

    @property
    def per_year(self) -> int:
        """Full intervals in a year: 12, 4, 1."""
        return 12 // _MONTHS[self]


_MONTHS = {Interval.MONTH: 1, Interval.QUARTER: 3, Interval.YEAR: 12}
_remembered = lru_cache(maxsize=100_000)  # a night asks the same few hundred days for each of its subscriptions


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from `start` up to, without, `end`; may be empty. Raises ValueError when it would run backwards."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"{self.start} .. {self.end} runs backwards")

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def last_day(self) -> date:
        """The last day inside, for printed documents only."""
        return self.end - timedelta(days=1)

    def contains(self, day: date) -> bool:
        return self.start <= day < self.end

    def left_on(self, day: date) -> int:
        """Unused days, that day included: the whole period before its start, 0 from its end on."""
        return (self.end - min(max(day, self.start), self.end)).days

    def overlap(self, other: Period) -> int:
        """Days the two have in common."""
        return max(0, (min(self.end, other.end) - max(self.start, other.start)).days)


@_remembered
def months_after(day: date, months: int) -> date:
    """The same day so many months later (or earlier), clamped to the month's end: 31 Jan + 1 = 28 Feb."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month0 + 1, min(day.day, calendar.monthrange(year, month0 + 1)[1]))


def boundary(anchor_on: date, interval: Interval, n: int) -> date:
    """The n-th boundary, counted from the anchor: a clamped day never becomes the anchor. n may be negative."""
    return months_after(anchor_on, interval.months * n)


def period_at(anchor_on: date, interval: Interval, n: int) -> Period:
    """The n-th period of the anchor, from 0."""
    return Period(boundary(anchor_on, interval, n), boundary(anchor_on, interval, n + 1))


@_remembered
def period_containing(anchor_on: date, interval: Interval, day: date) -> Period:
    """The one period of the anchor's grid that contains the day (also before the anchor)."""
    months = (day.year - anchor_on.year) * 12 + day.month - anchor_on.month
    n = months // interval.months
    if boundary(anchor_on, interval, n) > day:
        n -= 1
    return period_at(anchor_on, interval, n)


def next_boundary_after(anchor_on: date, interval: Interval, day: date) -> date:
    """The first boundary of the anchor's grid later than the day."""
    return period_containing(anchor_on, interval, day).end


@_remembered
def boundary_from(bound: date, interval: Interval, n: int, anchor_day: int) -> date:
    """The boundary n intervals from one that is known; n may be negative.

    The known one tells the month, the anchor its day: a day that a month lacks is clamped there, and there only.
    """
    first = months_after(bound.replace(day=1), interval.months * n)
    return first.replace(day=min(anchor_day, calendar.monthrange(first.year, first.month)[1]))


def full_interval_ending(interval: Interval, end: date, anchor_day: int) -> Period:
    """The full interval that ends on a boundary: the base of a share when a period was cut short."""
    return Period(boundary_from(end, interval, -1, anchor_day), end)


def anchor_on_or_before(day: date, anchor_day: int) -> date:
    """The last date with that day of month, not after the day's own month: where such an anchor is written down."""
    month = day.replace(day=1)
    while calendar.monthrange(month.year, month.month)[1] < anchor_day:
        month = months_after(month, -1)
    return month.replace(day=anchor_day)
