"""What an imported subscription costs, exactly: the catalog's price, or a negotiated one that comes to the amount."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

from data.money import Money, exponent
from data.period import Interval
from services.errors import NoPrice, Problem
from services.rules import pricing
from services.rules.amounts import parse_amount
from services.rules.pricing import PLACES, Discount, Price

# In the order in which they are taken: a unit price says most.
AMOUNTS = ("unit_amount", "period_amount", "monthly_amount")
_EXACT = Context(prec=60)
_UNIT = Decimal(1).scaleb(-PLACES)


@dataclass(frozen=True, slots=True)
class Agreed:
    """A price row of the catalog, and the negotiated price beside it, if what is paid is not the list price."""

    price: Price
    discount: Discount | None


def price_for(prices: Collection[Price], *, plan: str, currency: str, interval: Interval, day: date) -> Price:
    """The catalog's price of the day, or the first one after it: a subscription may be older than the catalog.

    Raises NoPrice.
    """
    mine = [one for one in prices if (one.plan, one.currency, one.interval) == (plan, currency, interval)]
    if not mine:
        raise NoPrice(plan=plan, currency=currency, interval=interval.value)
    started = [one for one in mine if one.valid_from <= day]
    key = lambda one: (one.valid_from, one.version)  # noqa: E731
    return max(started, key=key) if started else min(mine, key=key)


def agreed_price(price: Price, seats: int, values: Mapping[str, Any]) -> tuple[Agreed | None, tuple[Problem, ...]]:
    """The price that comes to what the row says, to the minor unit; the list price where it says nothing.

    An amount of several seats becomes a unit price of up to twelve places, so that it comes to the amount again.
    """
    found: dict[str, Discount] = {}
    totals: dict[str, Money] = {}
    for name in AMOUNTS:
        if name not in values:
            continue
        try:
            found[name] = _discount(name, str(values[name]), price, seats)
            totals[name] = pricing.amount(price, seats=seats, discount=found[name])
        except (ValueError, ArithmeticError):
            return None, (Problem(name, "no_such_amount", {"value": str(values[name])[:40]}),)
    if not found:
        return Agreed(price, None), ()
    name = next(iter(found))
    other = next((one for one in totals if totals[one] != totals[name]), None)
    if other:
        told = {"amount": totals[other], "other": totals[name]}
        return None, (Problem(other, "amounts_differ", told),)
    if totals[name] == pricing.amount(price, seats=seats) and not _is_finer(found[name], price):
        return Agreed(price, None), ()
    return Agreed(price, found[name]), ()


def _discount(name: str, text: str, price: Price, seats: int) -> Discount:
    if name == "unit_amount":
        return Discount(unit_amount=_unit(text))
    amount = parse_amount(text, price.currency)
    if name == "monthly_amount":
        amount = amount * price.interval.months
    major = _EXACT.divide(Decimal(amount.minor).scaleb(-exponent(price.currency)), Decimal(seats))
    unit = major.quantize(_UNIT, ROUND_HALF_EVEN, _EXACT)
    discount = Discount(unit_amount=_plain(unit))
    if pricing.amount(price, seats=seats, discount=discount) != amount:
        raise ValueError(text)
    return discount


def _unit(text: str) -> Decimal:
    """A unit price: one mark, comma or point, stands before its decimals, however many they are."""
    bare = text.replace(" ", "").replace(",", ".")
    if not bare.replace(".", "", 1).isdecimal() or len(bare) > 30:
        raise ValueError(text)
    return _plain(Decimal(bare))


def _plain(amount: Decimal) -> Decimal:
    """Without zeros behind the last figure: 49, not 49.000000000000."""
    bare = amount.normalize(_EXACT)
    return bare if bare.as_tuple().exponent <= 0 else bare.quantize(Decimal(1))  # type: ignore[operator]


def _is_finer(discount: Discount, price: Price) -> bool:
    """Whether a per-seat price differs from the list's though these seats come to the same amount."""
    is_flat = price.model is pricing.PriceModel.PER_SEAT
    return is_flat and discount.unit_amount != price.tiers[0].unit_amount
