"""What an order comes to: items checked and worked out into lines, charges and credits (billing rules §4, §5, §6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from data.money import Money
from data.period import Interval, Period
from services.errors import (
    DiscountNeedsReason,
    DiscountOverLimit,
    Invalid,
    NotFound,
    Problem,
    ProductOwned,
    ProductWithdrawn,
    Refusal,
    SeatsInUse,
    StartsInPast,
    StartsTooLate,
    TermsNotAccepted,
    TooFewSeats,
    TooManySeats,
    TrialNotOffered,
    TrialRunning,
    TrialUsedUp,
)
from services.rules import pricing, trials
from services.rules.changes import Timing, Wanted, change
from services.rules.lifecycle import Status
from services.rules.new_lines import first_line
from services.rules.order_facts import OrderFacts, Owned, PlanFacts
from services.rules.pricing import Discount, Price
from services.rules.proration import DueLine, LineKind

DEAREST = 10**9  # a unit price above it is a slip, and its total would not fit an invoice
LATEST_START = timedelta(days=731)  # a start further ahead is a slip of the keyboard


class ItemKind(StrEnum):
    """What is ordered."""

    PURCHASE = "purchase"
    TRIAL = "trial"
    SEATS = "seats"


@dataclass(frozen=True, slots=True)
class OrderItem:
    """One item: a purchase, a trial, or an owned subscription's new number of seats.

    `starts_on` None: today. `discount` None: the account's standing one. `timing`: reset or keep, for seats only.
    """

    kind: ItemKind
    plan: str
    seats: int
    interval: Interval = Interval.MONTH
    starts_on: date | None = None
    discount: Discount | None = None
    discount_reason: str = ""
    subscription_id: int | None = None
    timing: Timing | None = None
    cart_line_id: int | None = None


@dataclass(frozen=True, slots=True)
class QuotedItem:
    """An item worked out: its lines (none for a trial), the period it opens, what a full period costs at list and net.

    `renews_on` is None for a trial; `trial_ends_on` for anything else. `seats_before`: 0 unless seats are added.
    `converts`: the trial, running or expired, that a purchase turns into a paid subscription, its seats kept.
    """

    item: OrderItem
    plan: PlanFacts
    price: Price
    discount: Discount | None
    period: Period
    anchor_on: date
    lines: tuple[DueLine, ...]
    full_price: Money
    list_price: Money
    seats_before: int = 0
    reference: str = ""
    converts: int | None = None

    @property
    def starts_on(self) -> date:
        """The day it begins."""
        return self.period.start

    @property
    def renews_on(self) -> date | None:
        """The day of the next charge."""
        return None if self.item.kind is ItemKind.TRIAL else self.period.end

    @property
    def trial_ends_on(self) -> date | None:
        """The first day after the trial."""
        return self.period.end if self.item.kind is ItemKind.TRIAL else None

    @property
    def net(self) -> Money:
        """Charges less credits, before tax."""
        return Money.total((line.amount for line in self.lines), self.price.currency)

    def yearly(self, seats: int) -> Money:
        """The yearly amount of the full-period line for so many seats; 0 for a trial and for no seats."""
        if self.item.kind is ItemKind.TRIAL or not seats:
            return Money.zero(self.price.currency)
        return pricing.yearly_amount(self.price, seats=seats, discount=self.discount)

    @property
    def opens_period(self) -> bool:
        """Whether a new period begins (everything but seats kept within the running one)."""
        return self.item.timing is not Timing.KEEP


@dataclass(frozen=True, slots=True)
class Quote:
    """The items that could be worked out, and why the others could not: (position, refusal)."""

    items: tuple[QuotedItem, ...]
    refusals: tuple[tuple[int, Refusal], ...]
    currency: str

    def lines(self, kind: LineKind) -> tuple[tuple[QuotedItem, DueLine], ...]:
        """All lines of a kind, each with its item, in the order of the items."""
        return tuple((item, line) for item in self.items for line in item.lines if line.kind is kind)

    @property
    def bills(self) -> bool:
        """Whether an invoice will be issued."""
        return bool(self.lines(LineKind.CHARGE))


def quote(items: Sequence[OrderItem], facts: OrderFacts, *, today: date, accepts_new_period: bool = True) -> Quote:
    """Work out an order on a day; preview and posting call this with the same facts, so what is shown is booked."""
    done: list[QuotedItem] = []
    refusals: list[tuple[int, Refusal]] = []
    for position, item in enumerate(items):
        try:
            quoted = quote_item(item, facts, today=today)
            _check_once(quoted, done)
            if item.kind is ItemKind.SEATS and quoted.opens_period and not accepts_new_period:
                raise TermsNotAccepted(field="accepts_new_period", product=quoted.plan.product_name)
            done.append(quoted)
        except Refusal as refusal:
            refusals.append((position, refusal))
    return Quote(tuple(done), tuple(refusals), facts.currency)


def quote_item(item: OrderItem, facts: OrderFacts, *, today: date) -> QuotedItem:
    """One item worked out.

    Raises NotFound, ProductWithdrawn, ProductOwned, NoPrice, StartsInPast, StartsTooLate, TooFewSeats, TooManySeats,
    TrialNotOffered, TrialUsedUp, DiscountOverLimit, DiscountNeedsReason, Invalid (a timing that is no order's).
    """
    plan = facts.plans.get(item.plan)
    if plan is None:
        raise NotFound(kind="plan")
    if plan.withdrawn_on and plan.withdrawn_on <= today and item.kind is not ItemKind.SEATS:
        raise ProductWithdrawn(product=plan.product_name)
    return _WORK[item.kind](item, plan, facts, today)


def _purchase(item: OrderItem, plan: PlanFacts, facts: OrderFacts, today: date) -> QuotedItem:
    starts_on = item.starts_on or today
    if starts_on < today:
        raise StartsInPast(field="starts_on", starts_on=starts_on, today=today)
    if starts_on > today + LATEST_START:
        raise StartsTooLate(field="starts_on", starts_on=starts_on, latest=today + LATEST_START)
    trial = _running_trial(plan, facts)
    if trial is not None and starts_on != today:
        raise TrialRunning(field="starts_on", product=plan.product_name)
    if trial is not None and item.seats < trial.seats_assigned:
        raise SeatsInUse(field="seats", seats=item.seats, assigned=trial.seats_assigned)
    price = pricing.price_on(
        facts.prices, plan=plan.plan, currency=facts.currency, interval=item.interval, day=starts_on
    )
    pricing.check_seats(price, item.seats, limit=facts.maximum_seats)
    discount = _discount(item, price, facts)
    line = first_line(price, seats=item.seats, starts_on=starts_on, discount=discount)
    return QuotedItem(
        item=item,
        plan=plan,
        price=price,
        discount=discount,
        period=line.period,
        anchor_on=starts_on,
        lines=(line,),
        full_price=line.amount,
        list_price=pricing.amount(price, seats=item.seats),
        converts=trial.subscription_id if trial else _expired_trial(plan, facts, starts_on, today),
    )


def _running_trial(plan: PlanFacts, facts: OrderFacts) -> Owned | None:
    """The product's running trial, which a purchase converts (billing rules §6). Raises ProductOwned for a paid one."""
    owned = [owned for owned in facts.owned if owned.product == plan.product]
    if any(not one.is_trial for one in owned):
        raise ProductOwned(product=plan.product_name)
    return owned[0] if owned else None


def _expired_trial(plan: PlanFacts, facts: OrderFacts, starts_on: date, today: date) -> int | None:
    """The product's expired trial, which a purchase from today converts just as well (billing rules §6)."""
    return facts.expired_trials.get(plan.product) if starts_on == today else None


def _trial(item: OrderItem, plan: PlanFacts, facts: OrderFacts, today: date) -> QuotedItem:
    if plan.trial is None:
        raise TrialNotOffered(product=plan.product_name)
    if any(owned.product == plan.product for owned in facts.owned):
        raise ProductOwned(product=plan.product_name)
    again_on = trial_again_on(facts.trials_began.get(plan.product, ()), today)
    if again_on:
        raise TrialUsedUp(product=plan.product_name, again_on=again_on)
    price = pricing.price_on(facts.prices, plan=plan.plan, currency=facts.currency, interval=item.interval, day=today)
    if item.seats < 1:
        raise TooFewSeats(field="seats", minimum=1, seats=item.seats)
    if item.seats > plan.trial.seats:
        raise TooManySeats(field="seats", limit=plan.trial.seats, seats=item.seats)
    return QuotedItem(
        item=item,
        plan=plan,
        price=price,
        discount=None,
        period=trials.trial_period(today, plan.trial),
        anchor_on=today,
        lines=(),
        full_price=Money.zero(facts.currency),
        list_price=pricing.amount(price, seats=max(item.seats, price.minimum_seats)),
    )


def _seats(item: OrderItem, plan: PlanFacts, facts: OrderFacts, today: date) -> QuotedItem:
    owned = next((owned for owned in facts.owned if owned.subscription_id == item.subscription_id), None)
    if owned is None or owned.running is None or owned.status is not Status.ACTIVE or owned.plan != item.plan:
        raise NotFound(kind="subscription", field="subscription_id")
    timing = item.timing or Timing.RESET
    if timing not in (Timing.RESET, Timing.KEEP):  # the others bill nothing today, so they are no order
        raise Invalid(Problem("timing", "not_a_choice"))
    now = owned.running
    if item.seats <= now.seats:
        raise TooFewSeats(field="seats", minimum=now.seats + 1, seats=item.seats)
    pricing.check_seats(now.price, item.seats, limit=facts.maximum_seats)
    wanted = Wanted(now.price, item.seats, now.discount)
    done = change(now, wanted, timing=timing, day=today)
    return QuotedItem(
        item=item,
        plan=plan,
        price=now.price,
        discount=now.discount,
        period=done.period,
        anchor_on=done.anchor_on,
        lines=done.lines,
        full_price=pricing.amount(now.price, seats=item.seats, discount=now.discount),
        list_price=pricing.amount(now.price, seats=item.seats),
        seats_before=now.seats,
        reference=owned.reference,
    )


_WORK = {ItemKind.PURCHASE: _purchase, ItemKind.TRIAL: _trial, ItemKind.SEATS: _seats}


def trial_again_on(began: Sequence[date], today: date) -> date | None:
    """The day a product may be tried again, or None when it may be tried today (one trial in 12 months)."""
    return max((day for day in map(trials.next_trial_on, began) if day > today), default=None)


def _discount(item: OrderItem, price: Price, facts: OrderFacts) -> Discount | None:
    if item.discount is None:
        return facts.standing.get(item.plan)
    if not item.discount_reason.strip():
        raise DiscountNeedsReason(field="discount_reason")
    if item.discount.unit_amount is not None and item.discount.unit_amount > DEAREST:
        raise Invalid(Problem("discount", "too_large", {"limit": DEAREST}))
    asked = pricing.percent_off(price, item.seats, item.discount)
    if asked > facts.discount_limit:
        raise DiscountOverLimit(
            field="discount",
            asked=Decimal(asked.numerator) / Decimal(asked.denominator),
            limit=facts.discount_limit,
            roles=facts.discount_roles,
        )
    return item.discount


def _check_once(quoted: QuotedItem, done: Sequence[QuotedItem]) -> None:
    """One order holds a product once: two purchases of it, or a trial beside its purchase, are a slip."""
    if any(other.plan.product == quoted.plan.product for other in done):
        raise ProductOwned(product=quoted.plan.product_name)
