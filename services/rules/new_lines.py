"""Lines of full periods: a new subscription's first and a renewal's next (billing rules §2, §4, §7)."""

from datetime import date

from data.period import Interval, Period, boundary_from, period_at
from services.rules.pricing import Discount, Price
from services.rules.proration import DueLine, charge


def first_period(starts_on: date, interval: Interval) -> Period:
    """`[start, start + interval)`; the start is the anchor."""
    return period_at(starts_on, interval, 0)


def first_line(price: Price, *, seats: int, starts_on: date, discount: Discount | None = None) -> DueLine:
    """The charge line of a new subscription: the first period in advance, in full."""
    return charge(price, seats=seats, period=first_period(starts_on, price.interval), discount=discount)


def next_period(anchor_on: date, interval: Interval, ended_on: date) -> Period:
    """The full period that starts where the last one ended; also with an interval that is new at this renewal."""
    return Period(ended_on, boundary_from(ended_on, interval, 1, anchor_on.day))


def renewal_line(
    price: Price, *, seats: int, anchor_on: date, ended_on: date, discount: Discount | None = None
) -> DueLine:
    """The charge line of the next period, in full. Raises TooFewSeats."""
    return charge(price, seats=seats, period=next_period(anchor_on, price.interval, ended_on), discount=discount)
