"""Waste in money: what a seat really costs a day, and how a period's money falls on used, idle and free seats."""

import math
from bisect import bisect_right
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from data.money import Money, split_ratios
from data.period import Interval, Period, full_interval_ending
from services.rules.usage import SeatUse, Use


class Share(StrEnum):
    """What a bought seat is: one of the four uses of an assigned seat, or free."""

    USED = "used"
    IDLE = "idle"
    EXCLUDED = "excluded"
    NO_EVIDENCE = "no_evidence"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Paid:
    """A net amount in minor units over its days: an issued charge line, or (negative) what a credit took back of one.

    `sequence`: of the billed period that the charge belongs to.
    """

    minor: int
    period: Period
    sequence: int = 0

    def on(self, day: date) -> Fraction:
        """Its part of a day, exact."""
        return Fraction(self.minor, self.period.days) if self.period.contains(day) else Fraction(0)


@dataclass(frozen=True, slots=True)
class SeatRate:
    """What one seat really costs on a day: `a_day` in exact minor units.

    `days`, `months`: of the full interval, by which a month is worked out. `is_contract`: no invoice line covers the
    day (another system billed it, or its invoice is held), so it is the contracted amount of a full period.
    """

    currency: str
    a_day: Fraction
    days: int
    months: int
    is_contract: bool = False

    def daily(self, seats: int) -> Money:
        """So many seats for a day, rounded once."""
        return self._money(self.a_day * seats)

    def monthly(self, seats: int) -> Money:
        """So many seats for a month, rounded once: a twelfth of what a full year comes to at the day's price."""
        return self._money(self.a_month * seats)

    @property
    def a_month(self) -> Fraction:
        """One seat for a month of the full interval, in exact minor units."""
        return self.a_day * self.days / self.months

    def _money(self, minor: Fraction) -> Money:
        return Money.rounded(minor, self.currency)


def seat_rate(
    paid: Sequence[Paid],
    *,
    currency: str,
    day: date,
    seats: int,
    interval: Interval,
    anchor_day: int,
    period_end: date,
    contracted_minor: int | None,
) -> SeatRate:
    """The price really paid per seat and day: the day's part of all lines and credits over the seats bought.

    Where no charge covers the day it is the contracted amount of a full period; a trial has none and costs nothing.
    """
    full = full_interval_ending(interval, period_end, anchor_day)
    if any(one.minor >= 0 and one.period.contains(day) for one in paid):
        total, is_contract = sum((one.on(day) for one in paid), Fraction(0)), False
    else:
        total, is_contract = Fraction(contracted_minor or 0, full.days), bool(contracted_minor)
    return SeatRate(currency, total / seats, full.days, interval.months, is_contract)


class SeatCosts:
    """What one seat of a subscription cost between two days, by the lines of those days and the seats bought then."""

    def __init__(self, paid: Sequence[Paid], bought: Iterable[tuple[date, int]]) -> None:
        """`bought`: seats from each day on, in order."""
        steps = list(bought)
        self.days = sorted({day for one in paid for day in (one.period.start, one.period.end)} | {d for d, _ in steps})
        self.rates: list[Fraction] = []
        self._known: dict[Period, Fraction] = {}
        self.sums = [Fraction(0)]
        for start, end in pairwise(self.days):
            seats = next((seats for day, seats in reversed(steps) if day <= start), 0)
            total = sum((one.on(start) for one in paid), Fraction(0))
            self.rates.append(total / seats if seats else Fraction(0))
            self.sums.append(self.sums[-1] + self.rates[-1] * (end - start).days)

    def within(self, period: Period) -> Fraction:
        """Exact minor units of the days `[start, end)`; days without lines cost nothing."""
        if period not in self._known:  # many seats of a subscription have the same days
            self._known[period] = self._up_to(period.end) - self._up_to(period.start)
        return self._known[period]

    def _up_to(self, day: date) -> Fraction:
        place = bisect_right(self.days, day) - 1
        if place < 0:
            return Fraction(0)
        if place >= len(self.rates):
            return self.sums[-1]
        return self.sums[place] + self.rates[place] * (day - self.days[place]).days


def idle_days(use: Use, last_seen_on: date | None, today: date) -> Period:
    """The days an idle seat was paid for in vain so far: from the day after it was last used, or from the day it was
    got, to today, which counts. Empty for a seat that is not idle."""
    tomorrow = today + timedelta(days=1)
    if use.use is not SeatUse.IDLE or use.idle_since is None:
        return Period(tomorrow, tomorrow)
    was_seen = last_seen_on == use.idle_since
    return Period(min(use.idle_since + timedelta(days=1 if was_seen else 0), tomorrow), tomorrow)


def shares_of(counts: Mapping[SeatUse, int], bought: int) -> dict[Share, int]:
    """The seats bought by what they are; free: those that nobody has."""
    found = {Share(use.value): counts.get(use, 0) for use in SeatUse}
    return found | {Share.FREE: max(bought - sum(found.values()), 0)}


def split_period(paid: Money, seats: Mapping[Share, int]) -> dict[Share, Money]:
    """A period's money over the seats bought, by largest remainder: the parts add up to the lines, to the cent.

    Raises ValueError where there is money and no seat.
    """
    parts = paid.allocate([seats.get(share, 0) for share in Share])
    return dict(zip(Share, parts, strict=True))


def in_cents(exact: Sequence[Fraction], groups: Sequence[Hashable], currency: str) -> tuple[Money, ...]:
    """Exact parts in minor units as amounts: their sum is rounded once, and split by group, then within each group.

    So whatever is summed of them adds up, and a group of parts alike is what it comes to, to the minor unit.
    """
    # in integers over one denominator: adding up thousands of fractions takes longer than all the rest
    whole = math.lcm(*{part.denominator for part in exact})
    numerators = [part.numerator * (whole // part.denominator) for part in exact]
    members: dict[Hashable, list[int]] = {}
    for place, group in enumerate(groups):
        members.setdefault(group, []).append(place)
    sums = [sum(numerators[place] for place in places) for places in members.values()]
    found = [Money.zero(currency)] * len(exact)
    total = Money.rounded(Fraction(sum(sums), whole), currency)
    for of_group, places in zip(split_ratios(total.minor, sums, whole), members.values(), strict=True):
        parts = split_ratios(of_group, [numerators[place] for place in places], whole)
        for place, minor in zip(places, parts, strict=True):
            found[place] = Money(minor, currency)
    return tuple(found)
