"""Writes what becomes of trials and subscriptions: longer, other terms, cancelled, back, ended; each with its event."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Account, Entitlement, Price, Subscription
from data.money import Money
from data.period import Period
from services.bulk import Rows
from services.facts.catalog import discount_of, price_of
from services.facts.parties import dimensions_of
from services.journal.movements import Moved, write_movements
from services.journal.scheduled import withdraw_change
from services.journal.seat_endings import release_all
from services.journal.subscriptions import bill_period, state_of, write_event
from services.rules import pricing
from services.rules.conversions import Conversion
from services.rules.lifecycle import Status, check_move


def lengthen_trial(
    session: Session, subscription: Subscription, period: Period, days: int, reason: str, today: date
) -> int:
    """Move a trial's end by so many days; returns the event's id."""
    before = state_of(subscription)
    subscription.trial_extension_days += days
    _run_until(session, subscription, period.end)
    return _told(session, subscription, today, "trial_extended", before, reason=reason)


def change_trial(
    session: Session, subscription: Subscription, price: pricing.Price, seats: int, period: Period, today: date
) -> int:
    """Give a trial another plan, interval or number of seats; returns the event's id."""
    before = state_of(subscription)
    subscription.plan, subscription.price_id = price.plan, price.price_id
    subscription.interval, subscription.seats = price.interval.value, seats
    _run_until(session, subscription, period.end)
    return _told(session, subscription, today, "trial_changed", before)


def cancel(session: Session, subscription: Subscription, ends_on: date, reason: str, today: date) -> int:
    """Have a subscription end with its paid term; what is scheduled for the renewal waits. Returns the event's id."""
    check_move(Status(subscription.status), Status.PENDING_CANCELLATION)
    before = state_of(subscription)
    subscription.status = Status.PENDING_CANCELLATION.value
    subscription.cancelled_on, subscription.cancel_reason, subscription.ends_on = today, reason, ends_on
    entitlement_of(session, subscription).ends_on = ends_on
    return _told(session, subscription, today, "cancelled", before, reason=reason)


def call_off(session: Session, account: Account, subscription: Subscription, reason: str, today: date) -> int:
    """End a subscription before its first day: no access, no revenue, seats given out ahead are released.

    Returns the event's id. Raises StatusMoveRefused.
    """
    check_move(Status(subscription.status), Status.CANCELLED)
    before, yearly, starts_on = state_of(subscription), yearly_of(session, subscription), subscription.starts_on
    subscription.status, subscription.ends_on = Status.CANCELLED.value, starts_on
    subscription.cancelled_on, subscription.cancel_reason = today, reason
    entitlement_of(session, subscription).ends_on = starts_on
    release_all(session, subscription)
    session.flush()
    if yearly:
        _move(session, account, subscription, starts_on, yearly, Money.zero(account.currency))
    return _told(session, subscription, today, "called_off", before, reason=reason)


def reactivate(session: Session, subscription: Subscription, today: date) -> int:
    """Take a cancellation back: it runs and renews as before, with what was scheduled. Returns the event's id."""
    check_move(Status(subscription.status), Status.ACTIVE)
    before = state_of(subscription)
    subscription.status = Status.ACTIVE.value
    subscription.cancelled_on, subscription.cancel_reason, subscription.ends_on = None, "", None
    entitlement_of(session, subscription).ends_on = None
    return _told(session, subscription, today, "reactivated", before)


def set_renewal(session: Session, subscription: Subscription, is_on: bool, today: date) -> int:
    """Switch the renewal on or off; off, it ends with its period. Returns the event's id."""
    before = state_of(subscription) | {"renews": subscription.is_auto_renewed}
    subscription.is_auto_renewed = is_on
    return _told(session, subscription, today, "renewal_set", before, renews=is_on)


def end(
    session: Session,
    account: Account,
    subscription: Subscription,
    to: Status,
    kind: str,
    on: date,
    reason: str = "",
) -> int:
    """End access on a day: seats are released with their history kept, recurring revenue goes. Returns the event's id.

    `on`: the first day without access, on which movements and the event stand, whenever the night runs. What was
    scheduled is withdrawn. Raises StatusMoveRefused, so each end happens once.
    """
    check_move(Status(subscription.status), to)
    before, yearly = state_of(subscription), yearly_of(session, subscription)
    subscription.status, subscription.ends_on = to.value, on
    if subscription.is_trial:
        subscription.trial_ends_on = on
    entitlement_of(session, subscription).ends_on = on
    released = release_all(session, subscription)
    withdraw_change(session, subscription, on)
    session.flush()
    if yearly:
        _move(session, account, subscription, on, yearly, Money.zero(account.currency))
    told: dict[str, Any] = {"seats_released": [str(seat) for seat in released]} | ({"reason": reason} if reason else {})
    return _told(session, subscription, on, kind, before, **told)


def convert_by_itself(session: Session, account: Account, subscription: Subscription, done: Conversion) -> int:
    """Turn a trial into the paid subscription of its end action; its invoice is the night's. Returns the event's id.

    Event, billed period and movement stand on the first day of the paid period. Raises StatusMoveRefused.
    """
    check_move(Status(subscription.status), Status.ACTIVE)
    before, on = state_of(subscription), done.period.start
    subscription.status, subscription.is_trial = Status.ACTIVE.value, False
    subscription.plan, subscription.price_id = done.price.plan, done.price.price_id
    subscription.seats, subscription.interval = done.seats, done.price.interval.value
    subscription.starts_on = subscription.anchor_on = subscription.period_start = on
    subscription.period_end, subscription.trial_ends_on = done.period.end, on
    subscription.sequence += 1
    subscription.discount_percent = done.discount.percent if done.discount else None
    subscription.negotiated_amount = done.discount.unit_amount if done.discount else None
    entitlement_of(session, subscription).ends_on = None
    bill_period(session, subscription)
    session.flush()
    _move(session, account, subscription, on, Money.zero(account.currency), yearly_of(session, subscription))
    return _told(session, subscription, on, "trial_converted", before)


def yearly_of(session: Session, subscription: Subscription) -> Money:
    """The yearly amount it runs at now; 0 for a trial."""
    row = session.get_one(Price, subscription.price_id)
    if subscription.is_trial:
        return Money.zero(row.currency)
    discount = discount_of(subscription.discount_percent, subscription.negotiated_amount)
    return pricing.yearly_amount(price_of(row), seats=subscription.seats, discount=discount)


def entitlement_of(session: Session, subscription: Subscription) -> Entitlement:
    """The right that a subscription gives."""
    return session.scalars(
        select(Entitlement).where(
            Entitlement.account_id == subscription.account_id, Entitlement.subscription_id == subscription.id
        )
    ).one()


def _move(
    session: Session, account: Account, subscription: Subscription, on: date, before: Money, after: Money
) -> None:
    rows, order_id = Rows(session), subscription.order_id
    facts = (subscription.plan, order_id, dimensions_of(account))
    write_movements(session, rows, [Moved(account.id, subscription.id, on, before, after, *facts)])
    rows.write()


def _told(
    session: Session, subscription: Subscription, day: date, kind: str, before: dict[str, Any], **more: Any
) -> int:
    session.flush()
    return write_event(session, subscription, day, kind, before, state_of(subscription) | more)


def _run_until(session: Session, subscription: Subscription, ends_on: date) -> None:
    subscription.period_end = subscription.trial_ends_on = ends_on
    entitlement_of(session, subscription).ends_on = ends_on
