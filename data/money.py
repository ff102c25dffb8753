"""Money: an exact amount of one currency, in integer minor units (billing rules §1)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from types import MappingProxyType

# ISO 4217 list one (active codes of circulating money), by exponent.
_BY_EXPONENT: Mapping[int, str] = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
    2: (
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY "
        "COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS "
        "INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR "
        "MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD "
        "SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
    ),
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
CURRENCIES: Mapping[str, int] = MappingProxyType(
    {code: exponent for exponent, codes in _BY_EXPONENT.items() for code in codes.split()}
)


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies met: there is no sum across currencies."""

    def __init__(self, left: str, right: str) -> None:
        super().__init__(f"{left} and {right}")
        self.left, self.right = left, right


class UnknownCurrency(ValueError):
    """A code that is not an active ISO 4217 currency."""


class InexactAmount(ValueError):
    """An amount that is not a number or is finer than the minor unit of its currency."""


def exponent(currency: str) -> int:
    """Decimal places of a currency's minor unit: JPY 0, EUR 2, KWD 3. Raises UnknownCurrency."""
    try:
        return CURRENCIES[currency]
    except KeyError:
        raise UnknownCurrency(currency) from None


def round_half_away(amount: Fraction) -> int:
    """The nearest integer, a half going away from zero."""
    return rounded_ratio(amount.numerator, amount.denominator)


def rounded_ratio(numerator: int, denominator: int) -> int:
    """The integer nearest to a ratio, a half away from zero: the one place where money is rounded (billing rules §1).

    The denominator is positive.
    """
    if numerator < 0:
        return -((denominator - 2 * numerator) // (2 * denominator))
    return (2 * numerator + denominator) // (2 * denominator)


def largest_remainder(total: int, exact: Sequence[Fraction]) -> tuple[int, ...]:
    """Integers near `exact` that add up to `total`: floors first, the rest by largest fraction, ties to the earlier.

    Raises ValueError when there is nothing to give `total` to.
    """
    whole = math.lcm(*(value.denominator for value in exact))
    return split_ratios(total, [value.numerator * (whole // value.denominator) for value in exact], whole)


def split_ratios(total: int, numerators: Sequence[int], denominator: int) -> tuple[int, ...]:
    """`largest_remainder` of ratios with one denominator, which is positive, in integers alone."""
    if not numerators:
        if total:
            raise ValueError("nothing to split over")
        return ()
    if len(numerators) == 1:
        return (total,)
    parts = [numerator // denominator for numerator in numerators]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] * denominator - numerators[i], i))
    each, left = divmod(total - sum(parts), len(parts))
    for rank, i in enumerate(order):
        parts[i] += each + (1 if rank < left else 0)
    return tuple(parts)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in integer minor units of one currency. Raises UnknownCurrency; arithmetic raises CurrencyMismatch."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"minor units are int, not {type(self.minor).__name__}")
        if self.currency not in CURRENCIES:
            raise UnknownCurrency(self.currency)

    @classmethod
    def of(cls, major: str | int | Decimal, currency: str) -> Money:
        """From major units, exactly: Money.of("12.34", "EUR"). Raises InexactAmount, UnknownCurrency."""
        if isinstance(major, float):  # a float has already lost the amount
            raise TypeError("money is never made from float")
        try:
            value = Decimal(major)
            if value.is_finite() and abs(value.adjusted()) > 40:  # "1e999999999" would take for ever to expand
                raise InexactAmount(str(major))
            minor = Fraction(value) * 10 ** exponent(currency)
        except (InvalidOperation, ValueError, OverflowError) as error:
            if isinstance(error, (UnknownCurrency, InexactAmount)):
                raise
            raise InexactAmount(str(major)) from None
        if minor.denominator != 1:
            raise InexactAmount(str(major))
        return cls(int(minor), currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(0, currency)

    @classmethod
    def rounded(cls, amount: Fraction, currency: str) -> Money:
        """From an exact amount in minor units, rounded once, half away from zero."""
        return cls(round_half_away(amount), currency)

    @classmethod
    def total(cls, amounts: Iterable[Money], currency: str) -> Money:
        """The sum of amounts of that currency; zero for none. Raises CurrencyMismatch."""
        minor = 0
        for amount in amounts:
            if amount.currency != currency:
                raise CurrencyMismatch(currency, amount.currency)
            minor += amount.minor
        return cls(minor, currency)

    @property
    def major(self) -> Decimal:
        """The amount in major units with the currency's decimals: Decimal("12.30")."""
        return Decimal(self.minor).scaleb(-CURRENCIES[self.currency])

    def share(self, part: Fraction) -> Money:
        """That part of the amount, rounded once: fee.share(Fraction(days_left, days))."""
        return Money.rounded(self.minor * part, self.currency)

    def allocate(self, weights: Sequence[int]) -> tuple[Money, ...]:
        """Split by largest remainder; the parts add up to the whole; negative mirrors positive.

        Raises ValueError when no weight is positive (and there is something to split) or one is negative.
        """
        if any(weight < 0 for weight in weights):
            raise ValueError("a weight is negative")
        whole = sum(weights)
        if not whole:
            if self.minor:
                raise ValueError("no weight to split by")
            return tuple(Money(0, self.currency) for _ in weights)
        sign = -1 if self.minor < 0 else 1
        parts = split_ratios(abs(self.minor), [abs(self.minor) * weight for weight in weights], whole)
        return tuple(Money(sign * part, self.currency) for part in parts)

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(self.currency, other.currency)
        return other.minor

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.minor), self.currency)

    def __mul__(self, count: int) -> Money:
        return Money(self.minor * count, self.currency)

    __rmul__ = __mul__

    def __bool__(self) -> bool:
        return self.minor != 0

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._same(other)

    def __str__(self) -> str:
        return f"{self.major:f} {self.currency}"
