"""What an order comes to: items checked and worked out into lines, charges and credits (billing rules §4, §5, §6)."""

from collections.abc import Sequence
from datetime import date, timedelta

from data.money import Money
from services.errors import (
    NotFound,
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
from services.rules.change_items import given_discount, quote_change
from services.rules.new_lines import first_line
from services.rules.order_facts import OrderFacts, Owned, PlanFacts
from services.rules.order_items import ItemKind, OrderItem, Quote, QuotedItem

LATEST_START = timedelta(days=731)  # a start further ahead is a slip of the keyboard

__all__ = ["ItemKind", "OrderItem", "Quote", "QuotedItem", "quote", "quote_item", "trial_again_on"]


def quote(items: Sequence[OrderItem], facts: OrderFacts, *, today: date, accepts_new_period: bool = True) -> Quote:
    """Work out an order on a day; preview and posting call this with the same facts, so what is shown is booked."""
    done: list[QuotedItem] = []
    refusals: list[tuple[int, Refusal]] = []
    for position, item in enumerate(items):
        try:
            quoted = quote_item(item, facts, today=today)
            _check_once(quoted, done, facts)
            if item.kind is ItemKind.CHANGE and quoted.opens_period and not accepts_new_period:
                raise TermsNotAccepted(field="accepts_new_period", product=quoted.plan.product_name)
            done.append(quoted)
        except Refusal as refusal:
            refusals.append((position, refusal))
    return Quote(tuple(done), tuple(refusals), facts.currency)


def quote_item(item: OrderItem, facts: OrderFacts, *, today: date) -> QuotedItem:
    """One item worked out.

    Raises NotFound, ProductWithdrawn, ProductOwned, NoPrice, StartsInPast, StartsTooLate, TooFewSeats, TooManySeats,
    TrialNotOffered, TrialUsedUp, DiscountOverLimit, DiscountNeedsReason, Invalid, and what `quote_change` refuses.
    """
    plan = facts.plans.get(item.plan)
    if plan is None:
        raise NotFound(kind="plan")
    if plan.withdrawn_on and plan.withdrawn_on <= today and item.kind is not ItemKind.CHANGE:
        raise ProductWithdrawn(product=plan.product_name)
    return _WORK[item.kind](item, plan, facts, today)


def _purchase(item: OrderItem, plan: PlanFacts, facts: OrderFacts, today: date) -> QuotedItem:
    starts_on = item.starts_on or today
    if starts_on < today:
        raise StartsInPast(field="starts_on", starts_on=starts_on, today=today)
    if starts_on > today + LATEST_START:
        raise StartsTooLate(field="starts_on", starts_on=starts_on, latest=today + LATEST_START)
    trial = _trial_of(item, plan, facts)
    if trial is not None and starts_on != today:
        raise TrialRunning(field="starts_on", product=plan.product_name)
    if trial is not None and item.seats < trial.seats_assigned:
        raise SeatsInUse(field="seats", seats=item.seats, assigned=trial.seats_assigned)
    price = pricing.price_on(
        facts.prices, plan=plan.plan, currency=facts.currency, interval=item.interval, day=starts_on
    )
    pricing.check_seats(price, item.seats, limit=facts.maximum_seats)
    discount = facts.standing.get(item.plan) if item.discount is None else given_discount(item, price, facts)
    line = first_line(price, seats=item.seats, starts_on=starts_on, discount=discount)
    return QuotedItem(
        item=item,
        plan=plan,
        price=price,
        discount=discount,
        period=line.period,
        anchor_on=starts_on,
        effective_on=starts_on,
        lines=(line,),
        full_price=line.amount,
        list_price=pricing.amount(price, seats=item.seats),
        converts=trial.subscription_id if trial else _expired_trial(plan, facts, starts_on, today),
    )


def _trial_of(item: OrderItem, plan: PlanFacts, facts: OrderFacts) -> Owned | None:
    """The trial that the purchase converts: the one it names, running or expired, else the product's running one."""
    running = _running_trial(plan, facts) if facts.is_product_once else None
    if item.subscription_id is None:
        return running
    named = next((owned for owned in facts.owned if owned.subscription_id == item.subscription_id), None)
    if named is None or named.product != plan.product:
        raise NotFound(kind="subscription", field="subscription_id")
    if not named.is_trial:
        raise trials.NotATrial(product=plan.product_name)
    return named


def _running_trial(plan: PlanFacts, facts: OrderFacts) -> Owned | None:
    """The product's running trial, which a purchase converts (billing rules §6). Raises ProductOwned for a paid one."""
    owned = [owned for owned in facts.owned if owned.product == plan.product and owned.status.is_live]
    if any(not one.is_trial for one in owned):
        raise ProductOwned(product=plan.product_name)
    return owned[0] if owned else None


def _expired_trial(plan: PlanFacts, facts: OrderFacts, starts_on: date, today: date) -> int | None:
    """The product's expired trial, which a purchase from today converts just as well (billing rules §6)."""
    return facts.expired_trials.get(plan.product) if facts.is_product_once and starts_on == today else None


def _trial(item: OrderItem, plan: PlanFacts, facts: OrderFacts, today: date) -> QuotedItem:
    if plan.trial is None:
        raise TrialNotOffered(product=plan.product_name)
    if facts.is_product_once and any(owned.product == plan.product and owned.status.is_live for owned in facts.owned):
        raise ProductOwned(product=plan.product_name)
    again_on = trial_again_on(facts.trials_began.get(plan.product, ()), today)
    if again_on and plan.product not in facts.approved_trials:
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
        effective_on=today,
        lines=(),
        full_price=Money.zero(facts.currency),
        list_price=pricing.amount(price, seats=max(item.seats, price.minimum_seats)),
    )


_WORK = {ItemKind.PURCHASE: _purchase, ItemKind.TRIAL: _trial, ItemKind.CHANGE: quote_change}


def trial_again_on(began: Sequence[date], today: date) -> date | None:
    """The day a product may be tried again, or None when it may be tried today (one trial in 12 months)."""
    return max((day for day in map(trials.next_trial_on, began) if day > today), default=None)


def _check_once(quoted: QuotedItem, done: Sequence[QuotedItem], facts: OrderFacts) -> None:
    """One order holds a product once: two purchases of it, or a trial beside its purchase, are a slip.

    Where an account may have a product several times, still nothing happens twice to one subscription, nor is a
    product tried twice.
    """
    for other in done:
        named = quoted.item.subscription_id
        is_twice = (named is not None and named == other.item.subscription_id) or (
            quoted.item.kind is other.item.kind is ItemKind.TRIAL
        )
        if other.plan.product == quoted.plan.product and (facts.is_product_once or is_twice):
            raise ProductOwned(product=quoted.plan.product_name)
