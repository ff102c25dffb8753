"""Exchange: an amount in another currency, at a rate that is shown beside it (billing rules §1, §9)."""

from decimal import Decimal
from fractions import Fraction

from data.money import Money, exponent

_PLACES = 6  # of a rate, as it is printed


def converted(amount: Money, *, rate: Decimal, to: str) -> Money:
    """The amount × rate, rounded once. `rate`: units of `to` for one unit of the amount's currency."""
    scale = Fraction(10) ** (exponent(to) - exponent(amount.currency))
    return Money.rounded(amount.minor * Fraction(rate) * scale, to)


def cross_rate(*, per_euro_from: Decimal, per_euro_to: Decimal) -> Decimal:
    """Units of the target for one of the source, from two rates per euro, to six places (half away from zero)."""
    step = Decimal(1).scaleb(-_PLACES)
    exact = Fraction(per_euro_to) / Fraction(per_euro_from) * 10**_PLACES
    return Decimal((2 * exact.numerator + exact.denominator) // (2 * exact.denominator)) * step
