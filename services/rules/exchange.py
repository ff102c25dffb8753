"""Exchange: an amount in another currency, at a rate that is shown beside it (billing rules §1, §9)."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Generic, NamedTuple, TypeVar

from data.money import Money, exponent, largest_remainder, round_half_away

K = TypeVar("K", bound=Hashable)  # what an amount counts for
_PLACES = 6  # of a rate, as it is printed
MOST_DAYS_OLD = 31  # of a rate in a report: the bank publishes daily, the package that ships it monthly


def converted(amount: Money, *, rate: Decimal, to: str) -> Money:
    """The amount × rate, rounded once. `rate`: units of `to` for one unit of the amount's currency."""
    scale = Fraction(10) ** (exponent(to) - exponent(amount.currency))
    return Money.rounded(amount.minor * Fraction(rate) * scale, to)


def cross_rate(*, per_euro_from: Decimal, per_euro_to: Decimal) -> Decimal:
    """Units of the target for one of the source, from two rates per euro, to six places (half away from zero)."""
    step = Decimal(1).scaleb(-_PLACES)
    exact = Fraction(per_euro_to) / Fraction(per_euro_from) * 10**_PLACES
    return Decimal((2 * exact.numerator + exact.denominator) // (2 * exact.denominator)) * step


@dataclass(frozen=True, slots=True, order=True)
class DayRate:
    """What one unit of a currency is worth in another: `rate` units, as published for the day."""

    currency: str
    day: date
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Unconverted(Generic[K]):
    """An amount without a reference rate on the day it would be converted at; `what` it was wanted for."""

    what: K
    day: date
    amount: Money


class Part(NamedTuple, Generic[K]):
    """Minor units of a currency that count for something, worth what they are on the day."""

    what: K
    currency: str
    minor: int
    day: date


@dataclass(frozen=True)
class DatedRates:
    """Reference rates into the currency `to`: `per_euro` holds (day, units for one euro) by currency, the oldest first.

    The rate of a day is the latest published on or before it, and at most `MOST_DAYS_OLD` days old.
    """

    to: str
    per_euro: Mapping[str, Sequence[tuple[date, Decimal]]]

    def on(self, currency: str, day: date) -> DayRate | None:
        """The rate of a currency on a day; None where none was published near it."""
        if currency == self.to:
            return DayRate(currency, day, Decimal(1))
        first, last = self._euro(currency, day), self._euro(self.to, day)
        if first is None or last is None:
            return None
        return DayRate(currency, min(first[0], last[0]), cross_rate(per_euro_from=first[1], per_euro_to=last[1]))

    def _euro(self, currency: str, day: date) -> tuple[date, Decimal] | None:
        if currency == "EUR":
            return day, Decimal(1)
        published = self.per_euro.get(currency, ())
        place = bisect_right(published, day, key=lambda one: one[0]) - 1
        if place < 0 or (day - published[place][0]).days > MOST_DAYS_OLD:
            return None
        return published[place]


@dataclass(frozen=True)
class Converted(Generic[K]):
    """Exact sums in minor units of `to` by what they are for; what has no rate is `missing` and in no sum."""

    to: str
    exact: Mapping[K, Fraction]
    missing: tuple[Unconverted[K], ...] = ()
    rates: tuple[DayRate, ...] = ()

    def amount(self, what: K) -> Money:
        """One sum, rounded by itself."""
        return Money.rounded(self.exact.get(what, Fraction(0)), self.to)

    def cells(self, group: Callable[[K], Hashable] = lambda _what: None) -> dict[K, Money]:
        """All sums, rounded so that those of a group add up to its rounded total (largest remainder)."""
        groups: dict[Hashable, list[K]] = {}
        for what in self.exact:
            groups.setdefault(group(what), []).append(what)
        found: dict[K, Money] = {}
        for whats in groups.values():
            exact = [self.exact[what] for what in whats]
            minors = largest_remainder(round_half_away(sum(exact, Fraction(0))), exact)
            found |= {what: Money(minor, self.to) for what, minor in zip(whats, minors, strict=True)}
        return found


def in_one(parts: Iterable[Part[K]], rates: DatedRates) -> Converted[K]:
    """Sums of amounts in several currencies, each worth what it is on its own day."""
    exact: dict[K, Fraction] = {}
    missing: defaultdict[tuple[K, date, str], int] = defaultdict(int)
    used: set[DayRate] = set()
    known: dict[tuple[str, date], tuple[DayRate | None, Fraction]] = {}
    for what, currency, minor, day in parts:
        if (currency, day) not in known:
            rate = rates.on(currency, day)
            scale = Fraction(10) ** (exponent(rates.to) - exponent(currency))
            known[currency, day] = rate, Fraction(rate.rate) * scale if rate else Fraction(0)
        rate, worth = known[currency, day]
        if rate is None:
            missing[what, day, currency] += minor
            continue
        exact[what] = exact.get(what, Fraction(0)) + minor * worth
        if currency != rates.to:
            used.add(rate)
    unconverted = (Unconverted(what, day, Money(minor, code)) for (what, day, code), minor in missing.items() if minor)
    return Converted(rates.to, exact, tuple(unconverted), tuple(sorted(used)))
