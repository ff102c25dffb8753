"""The orders of the demo book: what each invented customer bought, tried, put aside and gave to its people."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Protocol

from data.period import Interval
from services.commands.carts import add_to_cart, save_note, send_proposal
from services.commands.credit_notes import CreditRequest, credit_invoice
from services.commands.orders import PlacedOrder, place_order
from services.commands.seats import assign_seats
from services.permissions import Actor
from services.queries.orders import preview_order
from services.rules.changes import Timing
from services.rules.order_request import OrderRequest
from services.rules.ordering import ItemKind, OrderItem
from services.rules.pricing import Discount

_FIRST = ("Alda", "Bruno", "Carla", "Dario", "Elke", "Fabien", "Greta", "Hugo", "Inka", "Joss", "Kira", "Loic", "Mirko")
_LAST = (
    "Amsel",
    "Bardot",
    "Calvera",
    "Dorval",
    "Estrand",
    "Falk",
    "Garrido",
    "Holm",
    "Ibarne",
    "Jansby",
    "Kerr",
    "Lund",
)
_PLANS: dict[str, tuple[tuple[str, int], ...]] = {  # product → plans with the most seats of an order
    "support": (("support-business", 40), ("support-pro", 120), ("support-enterprise", 400)),
    "meetings": (("meetings-team", 200), ("meetings-company", 700)),
    "signatures": (("signatures-standard", 60),),
    "backup": (("backup-devices", 500), ("backup-servers", 24)),
    "monitoring": (("monitoring-plus", 300),),
}
_TRIALS = {"support": 14, "meetings": 30, "signatures": 14, "monitoring": 21}  # product → days
_REASONS = ("Framework agreement", "Volume of the group", "Competing offer matched", "Reference customer")
_NO_POUNDS = {"meetings-company"}


class Clock(Protocol):
    """The story's clock."""

    def tell(self, day: date) -> None: ...

    def __call__(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Customer:
    """An account of the book, who sells to it, and whether it orders."""

    account_id: int
    code: str
    rep: Actor
    currency: str
    po_id: int | None
    orders: bool


@dataclass(frozen=True, slots=True)
class _Act:
    """Something that happens on a day."""

    day: date
    place: int
    do: Callable[[date], None]


def play_orders(
    customers: Sequence[Customer], finance: Actor, clock: Clock, dice: random.Random, today: date
) -> Iterator[None]:
    """Play a year up to today, day by day; yields once a customer."""
    acts = [act for place, customer in enumerate(customers) for act in _story(customer, place, finance, dice, today)]
    acts.sort(key=lambda act: (act.day, act.place))
    told = 0
    for number, act in enumerate(acts, start=1):
        clock.tell(act.day)
        act.do(act.day)
        while told < len(customers) * number // len(acts):
            told += 1
            yield


def _story(customer: Customer, place: int, finance: Actor, dice: random.Random, today: date) -> Iterator[_Act]:
    """One customer's year: purchases, added seats, a trial, a start to come, a cart left open, a credit note."""
    if not customer.orders:
        return
    products = dice.sample(sorted(_PLANS), k=dice.choice((1, 2, 2, 3, 4)))
    for number, product in enumerate(products):
        item = _item(customer, product, dice)
        far = 330 if item.interval is Interval.YEAR else 26
        day = today - timedelta(days=dice.randint(2, far))
        if place % 8 == 5 and number == 0:
            day, item = today - timedelta(days=1), replace(item, starts_on=today + timedelta(days=dice.randint(3, 30)))
        if place % 15 == 7 and number == 0:  # a renewal to decide on soon
            day, item = today - timedelta(days=365 - dice.randint(10, 50)), replace(item, interval=Interval.YEAR)
        yield from _Purchase(customer, item, finance, dice.random(), place, number).acts(day, today)
    free = [product for product in _TRIALS if product not in products]
    tried = ""
    if free and place % 2 == 0:
        product = tried = dice.choice(free)
        day = today - timedelta(days=dice.randint(0, _TRIALS[product] - 1))
        plan = dice.choice(_plans(customer, product))[0]
        item = OrderItem(ItemKind.TRIAL, plan, dice.randint(2, 5))
        yield _Act(day, place, partial(_trial, customer, item, dice))
    left = [product for product in sorted(_PLANS) if product not in (*products, tried)]
    if left and place % 7 == 3:
        product = dice.choice(left)
        item = _item(customer, product, dice)
        yield _Act(today - timedelta(days=dice.randint(0, 9)), place, partial(_cart, customer, item, place))


@dataclass(slots=True)
class _Purchase:
    """A purchase, its seats given out, and what followed on later days: more seats, or a credit note."""

    customer: Customer
    item: OrderItem
    finance: Actor
    luck: float
    place: int
    number: int
    placed: PlacedOrder | None = None

    def acts(self, day: date, today: date) -> Iterator[_Act]:
        """What happens, each on its day: documents are numbered in the order of their days."""
        yield _Act(day, self.place, self.buy)
        if self.number or self.item.starts_on is not None:
            return
        if self.place % 6 == 2 and day < today:
            yield _Act(day + (today - day) // 2, self.place, self.add_seats)
        if self.place in (9, 33):
            yield _Act(today, self.place, self.credit)

    def buy(self, day: date) -> None:
        self.placed = _place(self.customer, self.item, day, self.item.plan)
        if self.item.starts_on is None:
            _assign(self.customer, self.placed, round(self.item.seats * (0.25 + 0.7 * self.luck)), day)

    def add_seats(self, day: date) -> None:
        assert self.placed
        more = replace(
            self.item,
            kind=ItemKind.CHANGE,
            seats=self.item.seats + 3 + self.place % 9,
            discount=None,
            discount_reason="",
            subscription_id=self.placed.subscription_ids[0],
            timing=Timing.KEEP if self.place % 4 == 2 else Timing.RESET,
        )
        _place(self.customer, more, day, f"{self.item.plan} more")

    def credit(self, day: date) -> None:
        assert self.placed
        request = CreditRequest(
            self.customer.account_id,
            self.placed.document_ids[0],
            reason="Billed to the wrong cost centre",
            request_key=f"demo credit {self.customer.code}",
        )
        credit_invoice(self.finance, request, agreed=-self.placed.total, today=day)


def _plans(customer: Customer, product: str) -> list[tuple[str, int]]:
    return [(plan, most) for plan, most in _PLANS[product] if not (customer.currency == "GBP" and plan in _NO_POUNDS)]


def _item(customer: Customer, product: str, dice: random.Random) -> OrderItem:
    plan, most = dice.choice(_plans(customer, product))
    discount = dice.random() < 0.25
    return OrderItem(
        ItemKind.PURCHASE,
        plan,
        seats=max(10, round(most * dice.random() ** 2)),
        interval=dice.choice((Interval.YEAR, Interval.YEAR, Interval.MONTH)),
        discount=Discount(percent=Decimal(dice.choice((5, 8, 10)))) if discount else None,
        discount_reason=dice.choice(_REASONS) if discount else "",
    )


def _place(customer: Customer, item: OrderItem, day: date, key: str) -> PlacedOrder:
    request = OrderRequest(
        account_id=customer.account_id,
        request_key=f"demo {customer.code} {key}",
        items=(item,),
        evidence="" if item.kind is ItemKind.TRIAL else "mail",
        evidence_reference="" if item.kind is ItemKind.TRIAL else f"Mail of {day:%d.%m.%Y}",
        po_id=customer.po_id,
        accepts_new_period=True,
    )
    agreed = preview_order(customer.rep, request, today=day).total
    return place_order(customer.rep, request, agreed=agreed, today=day)


def _trial(customer: Customer, item: OrderItem, dice: random.Random, day: date) -> None:
    placed = _place(customer, item, day, f"{item.plan} trial")
    _assign(customer, placed, max(1, item.seats - 1), day)


def _cart(customer: Customer, item: OrderItem, place: int, day: date) -> None:
    """A cart left open, every other one with a proposal out."""
    line = add_to_cart(customer.rep, customer.account_id, item, today=day)
    save_note(customer.rep, customer.account_id, "Waits for the customer's budget meeting.")
    if place % 2:
        request = OrderRequest(customer.account_id, f"proposal {line}", (replace(item, cart_line_id=line),))
        send_proposal(customer.rep, request, today=day)


def _assign(customer: Customer, placed: PlacedOrder, count: int, day: date) -> None:
    """Seats for so many of the customer's people, at most forty by name."""
    people = ", ".join(_person(customer, number) for number in range(min(count, 40)))
    assign_seats(
        customer.rep,
        customer.account_id,
        placed.subscription_ids[0],
        pasted=people.replace(", ", "\n"),
        notify=False,
        today=day,
    )


def _person(customer: Customer, number: int) -> str:
    """The customer's people are always the same: the first of them hold the most products."""
    first, last = _FIRST[number % len(_FIRST)], _LAST[number * 5 % len(_LAST)]
    return f"{first} {last} <{first.lower()}.{last.lower()}{number}@{customer.code}.example>"
