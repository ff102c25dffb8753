"""Billing cycles ahead: amounts of full periods, their boundaries, and when money is expected (rules §2, §7, §8)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from data.money import Money, rounded_ratio
from data.period import Interval, boundary_from, months_after
from services.rules import payment_terms, pricing
from services.rules.lifecycle import Status
from services.rules.pricing import Discount, Price

_RENEWING = (Status.SCHEDULED, Status.ACTIVE)
_BILLED = (*_RENEWING, Status.PENDING_CANCELLATION)


def period_amount(
    status: Status, *, is_trial: bool, price: Price, seats: int, discount: Discount | None
) -> Money | None:
    """What a full period comes to, rounded once as its line is; None for a trial and for one that is over."""
    if is_trial or status not in _BILLED:
        return None
    return pricing.amount(price, seats=seats, discount=discount)


def renews(status: Status, *, is_trial: bool, is_auto_renewed: bool) -> bool:
    """Whether a paid period begins by itself where the running one ends."""
    return status in _RENEWING and is_auto_renewed and not is_trial


def delay_of(paid_invoices: int, late_days: int) -> int:
    """An account's payment delay: the average days past due of its paid invoices; 0 without any, early is negative."""
    return rounded_ratio(late_days, paid_invoices) if paid_invoices else 0


@lru_cache(maxsize=100_000)  # a night asks the same few days of each account
def cash_day(issued_on: date, terms: payment_terms.Terms, delay: int) -> date:
    """When an invoice's money is expected: its due day and the account's delay later; never before it is issued."""
    return max(issued_on, payment_terms.due_on(issued_on, terms) + timedelta(days=delay))


@dataclass(frozen=True, slots=True)
class Cycle:
    """Subscriptions alike: `count` of them whose period ends on `ends_on`, together `minor` for a full period.

    `anchor_day`: the day of month of their later boundaries; None where it is the day of `ends_on`.
    """

    ends_on: date
    interval: Interval
    currency: str
    minor: int
    count: int
    anchor_day: int | None = None

    def days(self, until: date) -> Iterator[date]:
        """The boundaries before `until`, the end of the running period first."""
        day, n, anchor = self.ends_on, 0, self.anchor_day or self.ends_on.day
        while day < until:
            yield day
            n += 1
            day = boundary_from(self.ends_on, self.interval, n, anchor)


@dataclass(frozen=True, slots=True)
class Sum:
    """Periods that are billed, and what they come to together, in minor units."""

    minor: int = 0
    count: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(self.minor + other.minor, self.count + other.count)


Days = dict[tuple[str, date], Sum]


def add(sums: Days, currency: str, day: date, minor: int, count: int) -> None:
    """Add to a currency's day; what comes to nothing at all is no entry."""
    found = sums.get((currency, day), Sum()) + Sum(minor, count)
    if found == Sum():
        sums.pop((currency, day), None)
    else:
        sums[currency, day] = found


def spread(cycles: Iterable[Cycle], *, since: date, until: date) -> Days:
    """What is billed by currency and day, of the boundaries in `[since, until)`."""
    sums: Days = {}
    for cycle in cycles:
        for day in cycle.days(until):
            if day >= since:
                add(sums, cycle.currency, day, cycle.minor, cycle.count)
    return sums


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def months(first: date, count: int) -> tuple[date, ...]:
    """The first days of so many months, beginning with the day's own."""
    return tuple(months_after(month_of(first), n) for n in range(count))


def by_month(sums: Days, first: date) -> Days:
    """The same by currency and month; days before the first month count in it: they are still to be done."""
    found: Days = {}
    for (currency, day), one in sums.items():
        add(found, currency, max(month_of(day), month_of(first)), one.minor, one.count)
    return found
