"""Trials: made longer, given other terms, ended. (Converting one is its purchase: `orders.place_order`.)"""

from datetime import date

from sqlalchemy.orm import Session

from data.models import Plan, Product, Subscription
from data.period import Interval, Period
from services import facts
from services.access import acting, record
from services.deeds import endings
from services.deeds.extensions import extend, running_trial
from services.errors import Invalid, NotFound, Problem, SeatsInUse, StaleForm, TooFewSeats, TooManySeats
from services.facts.accounts import open_account
from services.journal import lifecycle as journal
from services.permissions import Actor, Permission
from services.rules import pricing, text, trials
from services.rules.changes import NothingChanges
from services.rules.trials import TrialOver, TrialPolicy


def extend_trial(
    actor: Actor,
    account_id: int,
    subscription_id: int,
    days: int,
    reason: str,
    today: date,
    *,
    shown_end: date | None = None,
) -> date:
    """Make a trial so many days longer, at most 30 in all; returns the first day after it (billing rules §6).

    `shown_end`: the end that the form showed, so that a second click does not extend twice. Raises `ExtensionOverLimit`
    (approval can be asked), `NotATrial`, `TrialOver`, `StaleForm`, `Invalid`, `NotFound`, `SelfServiceAccount`.
    """
    reason = _reason(reason, [] if days >= 1 else [Problem("days", "too_small", {"minimum": 1})])
    with acting(actor, Permission.CHANGE_SUBSCRIPTIONS) as session:
        account = open_account(session, account_id)
        subscription = running_trial(session, account, subscription_id, today)
        if shown_end is not None and shown_end != subscription.period_end:
            raise StaleForm(field="days")
        limit = trials.EXTENSION_LIMIT
        return extend(session, actor, account, subscription, days=days, reason=reason, limit=limit, today=today)


def change_trial(
    actor: Actor,
    account_id: int,
    subscription_id: int,
    *,
    plan: str,
    seats: int,
    interval: Interval,
    today: date,
) -> date:
    """Give a trial another plan of its product, other seats, or another interval; returns the first day after it.

    The interval is that of an automatic conversion. With another plan, the policy counts from the trial's own start
    (billing rules §6). Raises `TooManySeats` over the trial's limit, `SeatsInUse` below what is assigned,
    `TooFewSeats`, `NoPrice`, `NothingChanges`, `NotATrial`, `TrialOver`, `NotFound`, `SelfServiceAccount`.
    """
    with acting(actor, Permission.CHANGE_SUBSCRIPTIONS) as session:
        account = open_account(session, account_id)
        subscription = running_trial(session, account, subscription_id, today)
        product = _product_of(session, subscription, plan)
        if (plan, seats, interval) == (subscription.plan, subscription.seats, subscription.interval):
            raise NothingChanges(field="seats")
        policy = facts.trial_policy(product)
        _check_seats(subscription, policy, seats)
        prices = facts.prices(session, [plan], account.currency)
        price = pricing.price_on(prices, plan=plan, currency=account.currency, interval=interval, day=today)
        period = _period(subscription, policy, plan)
        if period.end <= today:
            raise TrialOver(product=product.name, ended_on=period.end)
        before = {"plan": subscription.plan, "seats": subscription.seats, "interval": subscription.interval}
        journal.change_trial(session, subscription, price, seats, period, today)
        record(
            session,
            "change_trial",
            account_id=account.id,
            subject=subscription.reference,
            subject_id=subscription.id,
            before=before,
            after={"plan": plan, "seats": seats, "interval": interval.value},
        )
        return period.end


def end_trial(actor: Actor, account_id: int, subscription_id: int, reason: str, today: date) -> date:
    """End a trial today: access ends, seats are released and their history kept; it can still be converted.

    Raises `NotATrial`, `TrialOver`, `Invalid`, `NotFound`, `SelfServiceAccount`.
    """
    reason = _reason(reason)
    with acting(actor, Permission.CHANGE_SUBSCRIPTIONS) as session:
        account = open_account(session, account_id)
        subscription = running_trial(session, account, subscription_id, today)
        endings.end_trial(session, account, subscription, reason, actor, on=today)
        return today


def _reason(reason: str, problems: list[Problem] | None = None) -> str:
    reason = text.one_line(reason)
    Invalid.when([*(problems or []), *text.reason_problems(reason, limit=text.LONGEST_LINE)])
    return reason


def _product_of(session: Session, subscription: Subscription, plan: str) -> Product:
    """The trial's product; raises NotFound for a plan of another."""
    row = session.get(Plan, plan)
    if row is None or row.product != subscription.product:
        raise NotFound(kind="plan", field="plan")
    return session.get_one(Product, row.product)


def _check_seats(subscription: Subscription, policy: TrialPolicy | None, seats: int) -> None:
    if not isinstance(seats, int):  # a reckoned number would be stored and priced as a fraction
        raise Invalid(Problem("seats", "whole_number"))
    limit = max(policy.seats if policy else 0, subscription.seats)  # what was granted stays granted
    if seats < 1:
        raise TooFewSeats(field="seats", minimum=1, seats=seats)
    if seats > limit:
        raise TooManySeats(field="seats", limit=limit, seats=seats)
    if seats < subscription.seats_assigned:
        raise SeatsInUse(field="seats", seats=seats, assigned=subscription.seats_assigned)


def _period(subscription: Subscription, policy: TrialPolicy | None, plan: str) -> Period:
    """The trial's days: another plan's policy counts from its own start, extensions on top."""
    now = Period(subscription.period_start, subscription.period_end)
    if policy is None or plan == subscription.plan:
        return now
    fresh = trials.with_policy(now, policy)
    if not subscription.trial_extension_days:
        return fresh
    limit = subscription.trial_extension_days
    return trials.extended(fresh, policy, days=subscription.trial_extension_days, limit=limit)
