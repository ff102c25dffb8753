"""What a representative does for a customer of the demo book: orders, trials, changes, seats, carts."""

import random
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from data.models import Account, Subscription
from data.money import Money
from data.period import Interval
from services import access
from services.commands.carts import add_to_cart, save_note, send_proposal
from services.commands.orders import PlacedOrder, place_order
from services.commands.seats import assign_seats
from services.demo.people import FIRST, LAST, Customer
from services.permissions import Permission
from services.rules.changes import Timing
from services.rules.lifecycle import Status
from services.rules.order_request import OrderRequest
from services.rules.ordering import ItemKind, OrderItem
from services.rules.pricing import Discount
from services.worksheets.orders import work_out

PLANS: dict[str, tuple[tuple[str, int], ...]] = {  # product → plans by rank, with the most seats of a first order
    "support": (("support-business", 40), ("support-pro", 120), ("support-enterprise", 400)),
    "meetings": (("meetings-team", 200), ("meetings-company", 700)),
    "signatures": (("signatures-standard", 60),),
    "backup": (("backup-devices", 500), ("backup-servers", 24)),
    "monitoring": (("monitoring-plus", 300),),
}
TRIALS = {  # product → plan that is tried, days
    "support": ("support-pro", 14),
    "meetings": ("meetings-team", 30),
    "signatures": ("signatures-standard", 14),
    "monitoring": ("monitoring-plus", 21),
}
QUARTERLY = {"meetings-team", "backup-devices", "backup-servers", "monitoring-plus"}
REASONS = ("Framework agreement", "Volume of the group", "Competing offer matched", "Reference customer")
_NO_POUNDS = {"meetings-company"}
_NAMED = 30  # people of an order who are known by name


@dataclass(frozen=True, slots=True)
class Holding:
    """A subscription as it stands."""

    subscription_id: int
    plan: str
    seats: int
    assigned: int
    interval: Interval
    status: Status
    is_trial: bool
    period_end: date

    @property
    def is_paid(self) -> bool:
        """Whether it runs, is paid for and not cancelled."""
        return self.status is Status.ACTIVE and not self.is_trial


def holding(customer: Customer, product: str) -> Holding | None:
    """What the customer has of a product; None for nothing."""
    if product not in customer.owned:
        return None
    with access.reading(customer.rep, Permission.SEE_SUBSCRIPTIONS) as session:
        row = session.get_one(Subscription, (customer.account_id, customer.owned[product]))
        return Holding(
            row.id,
            row.plan,
            row.seats,
            row.seats_assigned,
            Interval(row.interval),
            Status(row.status),
            row.is_trial,
            row.period_end,
        )


def plans_of(customer: Customer, product: str) -> list[tuple[str, int]]:
    """The plans of a product that the customer can buy, by rank, with the most seats of a first order."""
    sold = PLANS[product]
    return [(plan, most) for plan, most in sold if customer.currency != "GBP" or plan not in _NO_POUNDS]


def wish(customer: Customer, product: str, dice: random.Random) -> OrderItem:
    """A purchase as the customer might want it."""
    plan, most = dice.choice(plans_of(customer, product))
    interval = dice.choices((Interval.YEAR, Interval.MONTH, Interval.QUARTER), (58, 22, 20))[0]
    if interval is Interval.QUARTER and plan not in QUARTERLY:
        interval = Interval.YEAR
    is_less = "standing" not in customer.row and dice.random() < 0.2
    return OrderItem(
        ItemKind.PURCHASE,
        plan,
        seats=max(10, round(most * dice.random() ** 2)),
        interval=interval,
        discount=Discount(percent=Decimal(dice.choice((5, 8, 10)))) if is_less else None,
        discount_reason=dice.choice(REASONS) if is_less else "",
    )


def order(plan: str, seats: int, interval: Interval, starts_on: date | None = None) -> OrderItem:
    """A purchase at list price."""
    return OrderItem(ItemKind.PURCHASE, plan, seats, interval, starts_on=starts_on)


def buy(customer: Customer, product: str, item: OrderItem, day: date, *, share: float = 0.7) -> None:
    """Buy a product, or what is or was on trial; give so much of its seats to the customer's people."""
    now = holding(customer, product)
    if now is not None and now.is_paid:  # the free plan that its trial became
        change(customer, product, day, plan=item.plan, seats=item.seats, interval=item.interval, timing=Timing.RESET)
    else:
        placed = place(customer, replace(item, subscription_id=now.subscription_id if now else None), day)
        customer.owned[product] = placed.subscription_ids[0]
    if item.starts_on is None:
        assign(customer, product, round(item.seats * share), day)


def begin_trial(customer: Customer, product: str, seats: int, day: date) -> None:
    """Begin a trial, nearly all its seats in use."""
    placed = place(customer, OrderItem(ItemKind.TRIAL, TRIALS[product][0], seats), day)
    customer.owned[product] = placed.subscription_ids[0]
    assign(customer, product, max(1, seats - 1), day)


def change(
    customer: Customer,
    product: str,
    day: date,
    *,
    plan: str | None = None,
    seats: int | None = None,
    interval: Interval | None = None,
    timing: Timing | None = None,
) -> None:
    """Change a subscription that runs and is paid for; one that is not any more is left alone."""
    now = holding(customer, product)
    if now is None or not now.is_paid:
        return
    item = OrderItem(
        ItemKind.CHANGE,
        plan or now.plan,
        now.seats if seats is None else seats,
        interval or now.interval,
        subscription_id=now.subscription_id,
        timing=timing,
        replaces_scheduled=True,
    )
    place(customer, item, day)


def grow(customer: Customer, product: str, day: date, *, by: float, timing: Timing | None = None) -> None:
    """So many times the seats, most of the new ones given out at once where they are there."""
    now = holding(customer, product)
    if now is None or not now.is_paid:
        return
    seats = max(round(now.seats * by), now.seats + 1)
    change(customer, product, day, seats=seats, timing=timing)
    if timing is not Timing.RENEWAL:
        assign(customer, product, now.assigned + round((seats - now.seats) * 0.8), day)


def shrink(customer: Customer, product: str, day: date, *, by: float) -> None:
    """Fewer seats from the renewal on, never fewer than are given out or may be bought."""
    now = holding(customer, product)
    if now is not None and now.is_paid:
        seats = max(round(now.seats * by), now.assigned, 10)
        if seats < now.seats:
            change(customer, product, day, seats=seats)


def place(customer: Customer, item: OrderItem, day: date) -> PlacedOrder:
    """Place an order of one item at what its worksheet comes to."""
    is_trial = item.kind is ItemKind.TRIAL
    request = OrderRequest(
        account_id=customer.account_id,
        request_key=f"{item.plan} {item.kind} {day}",
        items=(item,),
        evidence="" if is_trial else "mail",
        evidence_reference="" if is_trial else f"Mail of {day:%d.%m.%Y}",
        po_id=customer.po_id,
        accepts_new_period=True,
    )
    if is_trial or item.timing is Timing.RENEWAL:
        agreed = Money.zero(customer.currency)
    else:
        with access.reading(customer.rep, Permission.USE_CART) as session:
            account = session.get_one(Account, customer.account_id)
            agreed = work_out(session, customer.rep, account, request, day).total
    return place_order(customer.rep, request, agreed=agreed, today=day)


def leave_cart(customer: Customer, item: OrderItem, day: date, *, is_proposed: bool = False) -> None:
    """A cart left open, perhaps with a proposal out."""
    line = add_to_cart(customer.rep, customer.account_id, item, today=day)
    save_note(customer.rep, customer.account_id, "Waits for the customer's budget meeting.")
    if is_proposed:
        request = OrderRequest(customer.account_id, f"proposal {line}", (replace(item, cart_line_id=line),))
        send_proposal(customer.rep, request, today=day)


def assign(customer: Customer, product: str, count: int, day: date) -> None:
    """Seats for the first so many of the customer's people, at most thirty by name."""
    people = "\n".join(_person(customer, number) for number in range(min(count, _NAMED)))
    subscription = customer.owned[product]
    assign_seats(customer.rep, customer.account_id, subscription, pasted=people, notify=False, today=day)


def _person(customer: Customer, number: int) -> str:
    """The customer's people are always the same: the first of them hold the most products."""
    first, last = FIRST[number % len(FIRST)], LAST[number * 5 % len(LAST)]
    return f"{first} {last} <{first.lower()}.{last.lower()}{number}@{customer.code}.example>"
