"""Recognition: how much of a line has been earned by a day, and in a month (billing rules §10)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

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


def deferred_after(schedule: Schedule, month: date) -> Money:
    """Invoiced and not yet earned at the end of the month that starts on that day; nothing before it is issued."""
    if month < schedule.issued_on.replace(day=1):
        return Money.zero(schedule.amount.currency)
    return schedule.amount - recognised_until(schedule, months_after(month, 1))


def rest_of(period: Period, day: date) -> Period:
    """The days a credit without a period reverses over: the line's remaining ones from the day it is credited."""
    return Period(min(max(day, period.start), period.end), period.end)
