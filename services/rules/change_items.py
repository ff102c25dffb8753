"""A change of an owned subscription as an item of an order, worked out under any timing (billing rules §3, §5)."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from data.period import Interval
from services.errors import (
    DiscountNeedsReason,
    DiscountOverLimit,
    Invalid,
    NotFound,
    Problem,
    ProductWithdrawn,
    SeatsInUse,
    Unlawful,
)
from services.rules import pricing
from services.rules.changes import Running, Timing, Wanted, change, default_timing, only_adds_seats
from services.rules.lifecycle import Status
from services.rules.order_facts import OrderFacts, Owned, PlanFacts
from services.rules.order_items import Before, ItemKind, OrderItem, QuotedItem
from services.rules.pricing import Discount, Price, PriceModel
from services.rules.scheduled import ChangeScheduledAlready, ScheduledFields

DEAREST = 10**9  # a unit price above it is a slip, and its total would not fit an invoice


class CancellationPending(Unlawful):
    """The subscription is cancelled for the end of its period: `product`, `ends_on`. Reactivate it first."""


class ChangeBeforeStart(Unlawful):
    """The subscription starts later; it can be changed from then on: `product`, `starts_on`."""


class SubscriptionOver(Unlawful):
    """The subscription has ended: `product`, `now` (its status)."""


class InvoiceHeld(Unlawful):
    """An invoice of the subscription is held for its release, so its period cannot be credited yet: `product`."""


class BilledElsewhere(Unlawful):
    """The running period was billed by another system, so nothing of it can be credited: `product`, `ends_on`."""


class TrialNotPaid(Unlawful):
    """A trial has nothing billed to change: buy the product, which converts it: `product`."""


@dataclass(frozen=True, slots=True)
class ChangeWish:
    """What a subscription shall be; None: as it runs. A discount of 0 percent takes its discount away."""

    plan: str | None = None
    seats: int | None = None
    interval: Interval | None = None
    discount: Discount | None = None
    discount_reason: str = ""
    replaces_scheduled: bool = False

    def item(self, subscription_id: int, now: Running, timing: Timing | None = None) -> OrderItem:
        """The item that orders it."""
        return OrderItem(
            ItemKind.CHANGE,
            self.plan or now.price.plan,
            now.seats if self.seats is None else self.seats,
            self.interval or now.price.interval,
            discount=self.discount,
            discount_reason=self.discount_reason,
            subscription_id=subscription_id,
            timing=timing,
            replaces_scheduled=self.replaces_scheduled,
        )


def quote_change(item: OrderItem, plan: PlanFacts, facts: OrderFacts, today: date) -> QuotedItem:
    """The change worked out.

    Raises NotFound, ProductWithdrawn, CancellationPending, ChangeBeforeStart, SubscriptionOver, TrialNotPaid,
    InvoiceHeld, BilledElsewhere, SeatsInUse, ChangeScheduledAlready, NoPrice, NothingChanges, CommonDateMissing, and as
    discounts and seats are.
    """
    owned, now = _running(item, plan, facts)
    before = Before(facts.plans[owned.plan], now, owned.scheduled)
    if plan.plan != owned.plan and plan.withdrawn_on and plan.withdrawn_on <= today:
        raise ProductWithdrawn(product=plan.product_name)
    default = _default(item, now, before.plan, plan)
    timing = item.timing or default
    on = now.period.end if timing is Timing.RENEWAL else today
    wanted = _wanted(item, now, facts, on)
    pricing.check_seats(wanted.price, wanted.seats, limit=facts.maximum_seats)
    if wanted.seats < owned.seats_assigned and timing is not Timing.RENEWAL:
        raise SeatsInUse(field="seats", seats=wanted.seats, assigned=owned.seats_assigned)
    if owned.is_held and timing is not Timing.RENEWAL:
        raise InvoiceHeld(product=plan.product_name)
    done = change(now, wanted, timing=timing, day=today, common_date=facts.co_term)
    may_not_credit = now.is_billed_elsewhere and timing is not Timing.RENEWAL
    if may_not_credit and not (timing is Timing.KEEP and only_adds_seats(now, wanted)):
        raise BilledElsewhere(product=plan.product_name, ends_on=now.period.end)
    schedules = _fields(item, now, wanted) if timing is Timing.RENEWAL else None
    if schedules is not None and owned.scheduled is not None:
        if owned.scheduled.names_terms and not item.replaces_scheduled:
            raise ChangeScheduledAlready(
                field="replaces_scheduled", renews_on=now.period.end, scheduled=owned.scheduled
            )
        schedules = _with_new_price(schedules, owned.scheduled)
    return QuotedItem(
        item=item,
        plan=plan,
        price=wanted.price,
        discount=wanted.discount,
        period=done.period,
        anchor_on=done.anchor_on,
        lines=done.lines,
        full_price=pricing.amount(wanted.price, seats=item.seats, discount=wanted.discount),
        list_price=pricing.amount(wanted.price, seats=item.seats),
        effective_on=on,
        reference=owned.reference,
        timing=timing,
        is_default_timing=timing is default,
        before=before,
        schedules=schedules,
        opens_period=timing in (Timing.RESET, Timing.CO_TERM)
        or (timing is Timing.KEEP and wanted.price.interval is not now.price.interval),
    )


def given_discount(item: OrderItem, price: Price, facts: OrderFacts) -> Discount | None:
    """The discount a line gives, within the role's limit or approved.

    Raises DiscountNeedsReason, DiscountOverLimit, Invalid.
    """
    if item.discount is None:
        return None
    if not item.discount_reason.strip():
        raise DiscountNeedsReason(field="discount_reason")
    if item.discount.unit_amount is not None and item.discount.unit_amount > DEAREST:
        raise Invalid(Problem("discount", "too_large", {"limit": DEAREST}))
    asked = pricing.percent_off(price, item.seats, item.discount)
    if asked > facts.discount_limit and facts.approval_of(item.plan, item.discount) is None:
        raise DiscountOverLimit(
            field="discount",
            asked=Decimal(asked.numerator) / Decimal(asked.denominator),
            limit=facts.discount_limit,
            roles=facts.discount_roles,
        )
    return item.discount


def _running(item: OrderItem, plan: PlanFacts, facts: OrderFacts) -> tuple[Owned, Running]:
    """The subscription as it runs, where it may be changed."""
    owned = next((owned for owned in facts.owned if owned.subscription_id == item.subscription_id), None)
    # another product's name would hide a second change of a subscription in the same order
    if owned is None or owned.running is None or owned.product != plan.product:
        raise NotFound(kind="subscription", field="subscription_id")
    period = owned.running.period
    check_changeable(
        plan.product_name, owned.status, is_trial=owned.is_trial, starts_on=period.start, ends_on=period.end
    )
    return owned, owned.running


def check_changeable(product: str, status: Status, *, is_trial: bool, starts_on: date, ends_on: date) -> None:
    """Raises TrialNotPaid, ChangeBeforeStart, CancellationPending, SubscriptionOver unless a paid one runs."""
    if is_trial and status.is_live:
        raise TrialNotPaid(product=product)
    if status is Status.SCHEDULED:
        raise ChangeBeforeStart(product=product, starts_on=starts_on)
    if status is Status.PENDING_CANCELLATION:
        raise CancellationPending(product=product, ends_on=ends_on)
    if status is not Status.ACTIVE:
        raise SubscriptionOver(product=product, now=status)


def default_of(item: OrderItem, facts: OrderFacts) -> Timing | None:
    """The policy's timing of a change; None where the subscription or plan is not known."""
    owned = next((owned for owned in facts.owned if owned.subscription_id == item.subscription_id), None)
    plan = facts.plans.get(item.plan)
    if owned is None or owned.running is None or plan is None:
        return None
    return _default(item, owned.running, facts.plans[owned.plan], plan)


def _default(item: OrderItem, now: Running, plan_before: PlanFacts, plan: PlanFacts) -> Timing:
    if now.is_billed_elsewhere:
        adds_seats = _is_same_price(item, now) and item.discount is None and item.seats > now.seats
        return Timing.KEEP if adds_seats and now.price.model is PriceModel.PER_SEAT else Timing.RENEWAL
    return default_timing(
        seats_before=now.seats,
        seats_after=item.seats,
        rank_before=plan_before.rank,
        rank_after=plan.rank,
    )


def _is_same_price(item: OrderItem, now: Running) -> bool:
    return (item.plan, item.interval) == (now.price.plan, now.price.interval)


def _wanted(item: OrderItem, now: Running, facts: OrderFacts, day: date) -> Wanted:
    """What it shall be: a seat change keeps price row and discount, anything else takes those valid on its day."""
    same = _is_same_price(item, now)
    price = now.price
    if not same:
        price = pricing.price_on(facts.prices, plan=item.plan, currency=facts.currency, interval=item.interval, day=day)
    if item.discount is None:
        discount = now.discount if same else facts.standing.get(item.plan)
    elif not item.discount.percent and item.discount.unit_amount is None:
        discount = None
    elif same and item.discount == now.discount:
        discount = now.discount
    else:
        discount = given_discount(item, price, facts)
    return Wanted(price, item.seats, discount)


def _fields(item: OrderItem, now: Running, wanted: Wanted) -> ScheduledFields:
    """The fields that the change names: those that differ from what runs."""
    changes_discount = item.discount is not None and (wanted.discount != now.discount or not _is_same_price(item, now))
    return ScheduledFields(
        plan=item.plan if item.plan != now.price.plan else None,
        interval=item.interval if item.interval is not now.price.interval else None,
        seats=item.seats if item.seats != now.seats else None,
        changes_discount=changes_discount,
        discount=wanted.discount if changes_discount else None,
        discount_reason=item.discount_reason if changes_discount and wanted.discount else "",
    )


def _with_new_price(fields: ScheduledFields, waiting: ScheduledFields) -> ScheduledFields:
    """A new price that was scheduled before holds on: it is the seller's, and the change does not take it back."""
    return replace(fields, takes_new_price=waiting.takes_new_price)
