"""Derivations: how a line's amount came about, complete enough to work it out again (billing rules §8)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, NamedTuple

from data.money import Money
from data.period import Interval
from services.rules.pricing import Discount, Price, PriceModel, Tier, amount


class Operation(StrEnum):
    """What kind of line it is, for the sentence that explains it."""

    FULL = "full"  # a full interval
    PRORATED = "prorated"  # part of an interval, by days
    ADDED_SEATS = "added_seats"  # part of an interval for the seats that were added
    CREDIT_UNUSED = "credit_unused"  # the unused days of one line
    CREDIT_SEATS = "credit_seats"  # the seats given back: their share of the unused days of the open lines
    CREDIT_REST = "credit_rest"  # all that is left of one line
    CREDIT_PART = "credit_part"  # an agreed amount of one line, for no days in particular


@dataclass(frozen=True, slots=True)
class EarlierCredit:
    """What an earlier credit already gave back of the days in question: `minor` × `days` / `total_days`."""

    minor: int
    days: int
    total_days: int


@dataclass(frozen=True, slots=True)
class CreditBase:
    """What can still be given back of one line: (`invoiced` − `credited`) × `days` / `total_days` − `earlier`.

    Minor units. `credited`: earlier credits without a period. `left`: the line less all its credits, the cap.
    `seats` of the line's `of_seats` are given back: all, unless the credit is one for seats.
    """

    line_id: int
    invoiced: int
    credited: int
    days: int
    total_days: int
    left: int
    earlier: tuple[EarlierCredit, ...] = ()
    seats: int = 1
    of_seats: int = 1

    @property
    def exact(self) -> Fraction:
        """Minor units; never below 0, never above what is left of the line."""
        return self.unused * Fraction(self.seats, self.of_seats)

    @property
    def unused(self) -> Fraction:
        """Minor units: what the unused days of all the line's seats are worth."""
        worth = (self.invoiced - self.credited) * Fraction(self.days, self.total_days)
        worth -= sum((credit.minor * Fraction(credit.days, credit.total_days) for credit in self.earlier), Fraction(0))
        return min(max(worth, Fraction(0)), Fraction(max(self.left, 0)))


class Derivation(NamedTuple):
    """Everything needed to recompute a line's amount.

    Charges: `price`, `seats`, `discount`, `days` / `total_days` of the interval. Credits: `bases`; for seats given back
    `seats` of `of_seats` says how many of all. Rounded once, half away from zero.
    `tax_rule`: the reason code of the tax decision.
    """

    operation: Operation
    currency: str
    seats: int
    days: int
    total_days: int
    price: Price | None = None
    discount: Discount | None = None
    of_seats: int = 0
    bases: tuple[CreditBase, ...] = ()
    tax_rule: str = ""

    def evaluate(self) -> Money:
        """The line's amount, worked out again; credits are negative."""
        if self.price is not None:
            if self.days == self.total_days:
                return amount(self.price, seats=self.seats, discount=self.discount)
            part = Fraction(self.days, self.total_days)
            return amount(self.price, seats=self.seats, discount=self.discount, share=part)
        return -Money.rounded(sum((base.exact for base in self.bases), Fraction(0)), self.currency)

    def taxed(self, rule: str) -> Derivation:
        """The same with its tax rule."""
        return self._replace(tax_rule=rule)

    def to_json(self) -> str:
        """Stable text: sorted keys, decimals as text, days as ISO dates, amounts in minor units."""
        return self.json_with(self.tax_rule)

    def json_with(self, tax_rule: str) -> str:
        """`taxed(tax_rule).to_json()`, in one go."""
        parts = []
        if self.bases:
            parts.append(f'"bases":{_text([_base_to(base) for base in self.bases])}')
        parts.append(f'"currency":"{self.currency}","days":{self.days}')
        if self.discount is not None:
            parts.append(f'"discount":{_discount_text(self.discount)}')
        if self.of_seats:
            parts.append(f'"of_seats":{self.of_seats}')
        parts.append(f'"operation":"{self.operation}"')
        if self.price is not None:
            parts.append(f'"price":{_price_text(self.price)}')
        parts.append(f'"rounding":"half_away_from_zero","seats":{self.seats}')
        if tax_rule:
            parts.append(f'"tax_rule":"{tax_rule}"')
        parts.append(f'"total_days":{self.total_days}')
        return f"{{{','.join(parts)}}}"

    @classmethod
    def from_json(cls, text: str) -> Derivation:
        """The inverse of to_json. Raises KeyError or ValueError for another text."""
        content = json.loads(text)
        discount = content.get("discount")
        return cls(
            operation=Operation(content["operation"]),
            currency=content["currency"],
            seats=content["seats"],
            days=content["days"],
            total_days=content["total_days"],
            price=_price_from(content["price"]) if "price" in content else None,
            discount=Discount(**{key: Decimal(value) for key, value in discount.items()}) if discount else None,
            of_seats=content.get("of_seats", 0),
            bases=tuple(_base_from(base) for base in content.get("bases", ())),
            tax_rule=content.get("tax_rule", ""),
        )


_text = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
_price_texts: dict[int, tuple[Price, str]] = {}


def _price_text(price: Price) -> str:
    """The price as JSON. Many lines share one price, and hashing it costs as much as writing it: known by identity."""
    known = _price_texts.get(id(price))
    if known is not None and known[0] is price:
        return known[1]
    if len(_price_texts) >= 10_000:
        _price_texts.clear()
    text = _text(_price_to(price))
    _price_texts[id(price)] = (price, text)
    return text


def _discount_text(discount: Discount) -> str:
    pairs = (("percent", discount.percent), ("unit_amount", discount.unit_amount))
    return _text({key: str(value) for key, value in pairs if value is not None})


def _price_to(price: Price) -> dict[str, Any]:
    return {
        "id": str(price.price_id),  # ids pass 2^53: a number would not survive every reader of JSON
        "plan": price.plan,
        "currency": price.currency,
        "interval": price.interval.value,
        "model": price.model.value,
        "tiers": [[tier.up_to, str(tier.unit_amount), str(tier.flat_amount)] for tier in price.tiers],
        "minimum_seats": price.minimum_seats,
        "valid_from": price.valid_from.isoformat(),
        "version": price.version,
    }


def _price_from(content: dict[str, Any]) -> Price:
    return Price(
        price_id=int(content["id"]),
        plan=content["plan"],
        currency=content["currency"],
        interval=Interval(content["interval"]),
        model=PriceModel(content["model"]),
        tiers=tuple(Tier(up_to, Decimal(unit), Decimal(flat)) for up_to, unit, flat in content["tiers"]),
        minimum_seats=content["minimum_seats"],
        valid_from=date.fromisoformat(content["valid_from"]),
        version=content["version"],
    )


def _base_to(base: CreditBase) -> dict[str, Any]:
    return {
        "line_id": str(base.line_id),
        "invoiced": base.invoiced,
        "credited": base.credited,
        "days": base.days,
        "total_days": base.total_days,
        "left": base.left,
        "seats": base.seats,
        "of_seats": base.of_seats,
        "earlier": [[credit.minor, credit.days, credit.total_days] for credit in base.earlier],
    }


def _base_from(content: dict[str, Any]) -> CreditBase:
    return CreditBase(
        line_id=int(content["line_id"]),
        invoiced=content["invoiced"],
        credited=content["credited"],
        days=content["days"],
        total_days=content["total_days"],
        left=content["left"],
        seats=content["seats"],
        of_seats=content["of_seats"],
        earlier=tuple(EarlierCredit(*credit) for credit in content["earlier"]),
    )
