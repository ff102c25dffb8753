"""What was chosen in the wizard so far: it lives in the URL, so a reload, a link and Back keep it."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar
from uuid import uuid4

import streamlit as st

from data.period import Interval
from services.queries.offers import PlanOffer, ProductOffer
from services.rules.changes import Timing
from services.rules.ordering import ItemKind, OrderItem
from services.rules.pricing import PLACES, Discount

T = TypeVar("T")


class Step(StrEnum):
    """The steps of the wizard."""

    PRODUCT = "product"
    PLAN = "plan"
    SEATS = "seats"
    BILLING = "billing"


@dataclass(frozen=True, slots=True)
class Choice:
    """The choices, each under its name in the URL. `line`: the cart line being edited; `key`: of a trial's order.

    `seats` of an owned subscription is its new total. `step` empty: as far as the choices lead.
    """

    account: int
    kind: ItemKind | None = None
    product: str = ""
    plan: str = ""
    seats: int | None = None
    interval: Interval | None = None
    starts_on: date | None = None
    percent: Decimal | None = None
    price: Decimal | None = None
    reason: str = ""
    timing: Timing | None = None
    line: int | None = None
    key: str = ""
    step: Step | None = None

    def item(self, offer: ProductOffer) -> OrderItem | None:
        """The item as far as it is chosen; None before plan and seats are."""
        plan = offer.plan(self.plan)
        if self.kind is None or plan is None or self.seats is None:
            return None
        owned = offer.owned if self.kind is ItemKind.CHANGE else None
        return OrderItem(
            kind=self.kind,
            plan=plan.plan,
            seats=self.seats,
            interval=owned.interval if owned else self.interval_of(plan),
            starts_on=self.starts_on if self.kind is ItemKind.PURCHASE else None,
            discount=self.discount if self.kind is ItemKind.PURCHASE else None,
            discount_reason=self.reason if self.kind is ItemKind.PURCHASE else "",
            subscription_id=owned.subscription_id if owned else None,
            timing=(self.timing or Timing.RESET) if self.kind is ItemKind.CHANGE else None,
        )

    @property
    def discount(self) -> Discount | None:
        """The line's own discount."""
        if self.percent is None and self.price is None:
            return None
        return Discount(percent=self.percent) if self.percent is not None else Discount(unit_amount=self.price)

    def interval_of(self, plan: PlanOffer) -> Interval:
        """The chosen billing plan; a trial's is the shortest, a purchase's the longest that is priced."""
        if self.interval in plan.intervals:
            return self.interval or Interval.MONTH
        if not plan.intervals:
            return self.interval or Interval.MONTH
        return plan.intervals[0] if self.kind is ItemKind.TRIAL else plan.intervals[-1]


def steps_of(choice: Choice, offer: ProductOffer | None) -> tuple[Step, ...]:
    """The steps there are: no plan step for a single plan or an owned one, no billing plan for a trial."""
    single = offer is not None and len(offer.plans) == 1
    steps = [Step.PRODUCT]
    if choice.kind is not ItemKind.CHANGE and not single:
        steps.append(Step.PLAN)
    steps.append(Step.SEATS)
    if choice.kind is not ItemKind.TRIAL:
        steps.append(Step.BILLING)
    return tuple(steps)


def reached(choice: Choice, offer: ProductOffer | None) -> Step:
    """The step one is on: the one asked for where the choices before it are made, else the first open one."""
    steps = steps_of(choice, offer)
    if offer is None or choice.kind is None:
        return Step.PRODUCT
    if offer.plan(choice.plan) is None:
        open_step = Step.PLAN if Step.PLAN in steps else Step.SEATS
    else:
        open_step = Step.SEATS if choice.seats is None else steps[-1]
    asked = choice.step
    return asked if asked in steps and steps.index(asked) <= steps.index(open_step) else open_step


def fitted(choice: Choice, offer: ProductOffer | None) -> Choice:
    """The choice with what goes without saying: the owned plan, the only plan; without what the product has not."""
    if offer is None or choice.kind is None:
        return choice
    if choice.kind is ItemKind.CHANGE:
        if offer.owned is None or not offer.owned.may_add_seats:
            return replace(choice, kind=None)
        return replace(choice, plan=offer.owned.plan)
    return replace(choice, plan=offer.plans[0].plan) if len(offer.plans) == 1 else choice


def chosen(choice: Choice, offer: ProductOffer, kind: ItemKind) -> Choice:
    """The choice after *Buy*, *Try* or *Add seats*: what does not fit the product any more is dropped."""
    same = offer.product == choice.product and kind is choice.kind
    start = choice if same else Choice(choice.account, line=choice.line)
    key = start.key or (uuid4().hex if kind is ItemKind.TRIAL else "")
    return fitted(replace(start, kind=kind, product=offer.product, key=key, step=None), offer)


def from_line(account: int, line_id: int, product: str, item: OrderItem) -> Choice:
    """A line of the cart as choices (*Edit Order*)."""
    return Choice(
        account=account,
        kind=item.kind,
        product=product,
        plan=item.plan,
        seats=item.seats,
        interval=item.interval,
        starts_on=item.starts_on,
        percent=item.discount.percent if item.discount else None,
        price=item.discount.unit_amount if item.discount else None,
        reason=item.discount_reason,
        timing=item.timing,
        line=line_id,
    )


def read(account: int) -> Choice:
    """The choices of the URL; what cannot be read there counts as not chosen."""
    given = st.query_params
    values: dict[str, Any] = {name: parse(given[name]) for name, parse in _PARSERS.items() if name in given}
    return Choice(account, **values)


def write(choice: Choice) -> None:
    """Put the choices into the URL."""
    values = {field.name: getattr(choice, field.name) for field in fields(choice)}
    wanted = {name: str(value) for name, value in values.items() if value is not None and value != ""}
    if wanted != st.query_params.to_dict():
        st.query_params.from_dict(wanted)


def _or_none(parse: Callable[[str], T]) -> Callable[[str], T | None]:
    def parsed(text: str) -> T | None:
        try:
            return parse(text)
        except (ValueError, InvalidOperation):
            return None

    return parsed


def _short(text: str) -> str:
    return text[:200]


def _whole(text: str) -> int:
    if len(text) > 19:
        raise ValueError(text)
    return int(text)


def _decimal(text: str) -> Decimal:
    number = Decimal(text[:40])
    places = number.as_tuple().exponent
    if not isinstance(places, int) or number < 0 or -places > PLACES or abs(number) >= 10**12:
        raise ValueError(text)
    return number


def _percent(text: str) -> Decimal:
    number = _decimal(text)
    if number > 100:
        raise ValueError(text)
    return number


_PARSERS: dict[str, Callable[[str], Any]] = {
    "kind": _or_none(ItemKind),
    "product": _short,
    "plan": _short,
    "seats": _or_none(_whole),
    "interval": _or_none(Interval),
    "starts_on": _or_none(date.fromisoformat),
    "percent": _or_none(_percent),
    "price": _or_none(_decimal),
    "reason": _short,
    "timing": _or_none(Timing),
    "line": _or_none(_whole),
    "key": _short,
    "step": _or_none(Step),
}
