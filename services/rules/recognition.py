"""Recognition: how much of a line has been earned by a day, and in a month (billing rules §10)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache

from data.money import Money
from data.period import Period, months_after


@dataclass(frozen=True, slots=True)
class Schedule:
    """A line's amount earned evenly over its days. A credit has one of its own, over the days it credits."""

    amount: Money
    period: Period
    issued_on: date


def recognised_until(schedule: Schedule, day: date) -> Money:
    """Earned on the days before that day, by days alone; an empty period is earned at once."""
    if not schedule.period.days:
        return schedule.amount if day > schedule.period.start else Money.zero(schedule.amount.currency)
    return schedule.amount.share(Fraction(schedule.period.elapsed_on(day), schedule.period.days))


def recognised_in(schedule: Schedule, month: date) -> Money:
    """Earned in the month that starts on that day; days before the month of issue count in the month of issue."""
    issued = schedule.issued_on.replace(day=1)
    if month < issued:
        return Money.zero(schedule.amount.currency)
    up_to = recognised_until(schedule, months_after(month, 1))
    return up_to if month == issued else up_to - recognised_until(schedule, month)


def by_month(minor: int, period: Period, issued_on: date) -> list[tuple[int, int]]:
    """Every month (yyyymm) in which so many minor units are earned, with its part: `recognised_in`, all at once."""
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


def deferred_after(schedule: Schedule, month: date) -> Money:
    """Invoiced and not yet earned at the end of the month that starts on that day; nothing before it is issued."""
    if month < schedule.issued_on.replace(day=1):
        return Money.zero(schedule.amount.currency)
    return schedule.amount - recognised_until(schedule, months_after(month, 1))


def rest_of(period: Period, day: date) -> Period:
    """The days a credit without a period reverses over: the line's remaining ones from the day it is credited."""
    return Period(min(max(day, period.start), period.end), period.end)
