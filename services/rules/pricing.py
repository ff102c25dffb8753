"""Prices and discounts: what a number of seats costs for a full interval (billing rules §1, §3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from data.money import Money, exponent, rounded_ratio
from data.period import Interval
from services.errors import NoPrice, TooFewSeats, TooManySeats

SEAT_LIMIT = 1_000_000  # the portal's: above it a number is a slip of the keyboard, not an order
PLACES = 12  # unit prices may be finer than a minor unit
_WHOLE = Fraction(1)


class PriceModel(StrEnum):
    """How seats become an amount."""

    PER_SEAT = "per_seat"
    VOLUME = "volume"
    GRADUATED = "graduated"


def _check_amount(amount: Decimal) -> None:
    places = amount.as_tuple().exponent
    if not isinstance(places, int) or amount < 0 or -places > PLACES:
        raise ValueError(f"{amount} is not a price")


@dataclass(frozen=True, slots=True)
class Tier:
    """Seats up to and including `up_to` (None: no end); amounts in major units, the flat per interval."""

    up_to: int | None
    unit_amount: Decimal
    flat_amount: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        _check_amount(self.unit_amount)
        _check_amount(self.flat_amount)


@dataclass(frozen=True, slots=True)
class Price:
    """A plan's price in one currency and interval, from a day on. Never edited, only superseded.

    Raises ValueError for tiers that do not rise to an open end, or a per-seat price with a flat or several tiers.
    """

    price_id: int
    plan: str
    currency: str
    interval: Interval
    model: PriceModel
    tiers: tuple[Tier, ...]
    minimum_seats: int
    valid_from: date
    version: str

    def __post_init__(self) -> None:
        bounds = [tier.up_to for tier in self.tiers]
        closed = [bound for bound in bounds[:-1] if bound is not None]
        if not bounds or bounds[-1] is not None or len(closed) != len(bounds) - 1:
            raise ValueError("the last tier, and only it, has no upper bound")
        if closed != sorted({bound for bound in closed if bound > 0}):
            raise ValueError("upper bounds rise")
        if self.model is PriceModel.PER_SEAT and (closed or self.tiers[0].flat_amount):
            raise ValueError("a per-seat price is one tier without a flat")


@dataclass(frozen=True, slots=True)
class Discount:
    """Either a percent off, or a negotiated unit price that replaces the list, its tiers and flats included.

    Raises ValueError unless exactly one is given, the percent within 0..100.
    """

    percent: Decimal | None = None
    unit_amount: Decimal | None = None

    def __post_init__(self) -> None:
        if (self.percent is None) == (self.unit_amount is None):
            raise ValueError("a discount is a percent or a unit price")
        if self.percent is not None and not 0 <= self.percent <= 100:
            raise ValueError(f"{self.percent} percent")
        if self.unit_amount is not None:
            _check_amount(self.unit_amount)


def tier_of(price: Price, seats: int) -> Tier:
    """The tier the quantity falls in; upper bounds are inclusive."""
    return next(tier for tier in price.tiers if tier.up_to is None or seats <= tier.up_to)


def exact_amount(price: Price, seats: int, discount: Discount | None = None) -> Fraction:
    """The exact amount of a full interval, in minor units, before its one rounding. Raises TooFewSeats below one."""
    return Fraction(*_ratio(price, seats, discount))


def amount(price: Price, *, seats: int, discount: Discount | None = None, share: Fraction = _WHOLE) -> Money:
    """That share of a full interval, rounded once. Raises TooFewSeats."""
    numerator, denominator = _ratio(price, seats, discount)
    if share is not _WHOLE:
        numerator, denominator = numerator * share.numerator, denominator * share.denominator
    return Money(rounded_ratio(numerator, denominator), price.currency)


def _ratio(price: Price, seats: int, discount: Discount | None) -> tuple[int, int]:
    """The exact amount in minor units as numerator and denominator: integers, since a night works out millions."""
    if seats < 1:
        raise TooFewSeats(field="seats", minimum=1, seats=seats)
    if discount is not None and discount.unit_amount is not None:
        numerator, denominator = discount.unit_amount.as_integer_ratio()
        return numerator * seats * 10 ** exponent(price.currency), denominator
    total, denominator = _listed(price, seats)
    if discount is not None and discount.percent is not None:
        percent, hundredths = discount.percent.as_integer_ratio()
        return total * (100 * hundredths - percent), denominator * 100 * hundredths
    return total, denominator


def _listed(price: Price, seats: int) -> tuple[int, int]:
    scaled = _scaled(price)
    known = scaled.amounts.get(seats)
    if known is not None:
        return known, scaled.denominator
    total = 0
    if price.model is PriceModel.GRADUATED:
        below = 0
        for up_to, unit, flat in scaled.tiers:
            upper = seats if up_to is None else min(seats, up_to)
            total += unit * (upper - below) + flat
            below = upper
            if below == seats:
                break
    else:
        _, unit, flat = next(tier for tier in scaled.tiers if tier[0] is None or seats <= tier[0])
        total = unit * seats + flat
    if len(scaled.amounts) >= 10_000:
        scaled.amounts.clear()
    scaled.amounts[seats] = total
    return total, scaled.denominator


@dataclass(slots=True)
class _Scaled:
    """A price's tiers with amounts as integers over one denominator, in minor units, and what seats came to so far."""

    price: Price
    tiers: tuple[tuple[int | None, int, int], ...]
    denominator: int
    amounts: dict[int, int]


_scaled_prices: dict[int, _Scaled] = {}


def _scaled(price: Price) -> _Scaled:
    """Remembered by the price's identity: hashing a price costs more than the sum."""
    known = _scaled_prices.get(id(price))
    if known is not None and known.price is price:
        return known
    if len(_scaled_prices) >= 10_000:
        _scaled_prices.clear()
    denominator: int = 10**PLACES
    minor = denominator * 10 ** exponent(price.currency)

    def scaled(each: Decimal) -> int:
        return int(Fraction(each) * minor)

    tiers = tuple((tier.up_to, scaled(tier.unit_amount), scaled(tier.flat_amount)) for tier in price.tiers)
    made = _scaled_prices[id(price)] = _Scaled(price, tiers, denominator, {})
    return made


def yearly_amount(price: Price, *, seats: int, discount: Discount | None = None) -> Money:
    """The yearly amount of the full-period line (month × 12, quarter × 4): exact in minor units (billing rules §10)."""
    return amount(price, seats=seats, discount=discount) * price.interval.per_year


def annual_saving(monthly_price: Price, annual_price: Price, seats: int, discount: Discount | None = None) -> Money:
    """What a year costs less on the annual price; negative when it is dearer. Raises CurrencyMismatch."""
    return yearly_amount(monthly_price, seats=seats, discount=discount) - yearly_amount(
        annual_price, seats=seats, discount=discount
    )


def percent_off(price: Price, seats: int, discount: Discount | None) -> Fraction:
    """How many percent below list the discount comes to, exactly: what a role's limit is compared with.

    Negative above list; 0 when the list itself is free.
    """
    listed = exact_amount(price, seats)
    if not listed:
        return Fraction(0)
    return (1 - exact_amount(price, seats, discount) / listed) * 100


def check_seats(price: Price, seats: int, *, limit: int = SEAT_LIMIT) -> None:
    """Raises TooFewSeats below the price's minimum (at least one), TooManySeats above the limit."""
    minimum = max(1, price.minimum_seats)
    if seats < minimum:
        raise TooFewSeats(field="seats", minimum=minimum, seats=seats)
    if seats > limit:
        raise TooManySeats(field="seats", limit=limit, seats=seats)


def price_on(prices: Iterable[Price], *, plan: str, currency: str, interval: Interval, day: date) -> Price:
    """The price valid on the day: the latest `valid_from` not after it. Raises NoPrice."""
    valid = [
        price
        for price in prices
        if (price.plan, price.currency, price.interval) == (plan, currency, interval) and price.valid_from <= day
    ]
    if not valid:
        raise NoPrice(plan=plan, currency=currency, interval=interval.value)
    return max(valid, key=lambda price: (price.valid_from, price.version))
