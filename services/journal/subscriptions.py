"""Opens subscriptions and changes their period, with events and entitlements."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import Account, BilledPeriod, Entitlement, Subscription, SubscriptionEvent
from services import access
from services.journal.seat_endings import restore_released
from services.rules.lifecycle import Status, check_move
from services.rules.ordering import ItemKind, QuotedItem


@dataclass(frozen=True, slots=True)
class Origin:
    """The order a subscription comes from: its id, number and the position of the item."""

    order_id: int
    order_number: str
    position: int
    po_id: int | None


def add_subscription(
    session: Session, account: Account, quoted: QuotedItem, origin: Origin, today: date
) -> Subscription:
    """A new subscription or trial; once it is flushed, `open_subscription` gives access."""
    item, period = quoted.item, quoted.period
    is_trial = item.kind is ItemKind.TRIAL
    status = Status.TRIALING if is_trial else Status.ACTIVE if period.start <= today else Status.SCHEDULED
    discount = quoted.discount
    subscription = Subscription(
        account_id=account.id,
        id=derive_id(today, "subscription", origin.order_id, origin.position),
        reference=f"{origin.order_number}-{origin.position}",
        product=quoted.plan.product,
        plan=quoted.plan.plan,
        price_id=quoted.price.price_id,
        status=status.value,
        is_trial=is_trial,
        seats=item.seats,
        seats_assigned=0,
        interval=quoted.price.interval.value,
        starts_on=period.start,
        anchor_on=quoted.anchor_on,
        period_start=period.start,
        period_end=period.end,
        sequence=0 if is_trial else 1,
        trial_starts_on=period.start if is_trial else None,
        trial_ends_on=period.end if is_trial else None,
        discount_percent=discount.percent if discount else None,
        negotiated_amount=discount.unit_amount if discount else None,
        discount_reason=item.discount_reason,
        po_id=origin.po_id,
        order_id=origin.order_id,
        created_at=access.now(),
    )
    session.add(subscription)
    return subscription


def open_subscription(session: Session, subscription: Subscription, today: date) -> None:
    """Instant access to a new subscription or trial: entitlement, first billed period and event."""
    is_trial = subscription.is_trial
    session.add(
        Entitlement(
            account_id=subscription.account_id,
            id=derive_id(today, "entitlement", subscription.id),
            subscription_id=subscription.id,
            product=subscription.product,
            starts_on=subscription.starts_on,
            ends_on=subscription.trial_ends_on,
        )
    )
    kind = "trial_started" if is_trial else "subscribed"
    write_event(session, subscription, today, kind, {}, state_of(subscription), place=0)
    if not is_trial:
        bill_period(session, subscription)


def convert_trial(
    session: Session, subscription: Subscription, quoted: QuotedItem, po_id: int | None, today: date
) -> None:
    """Turn a trial into the paid subscription from today: assignments are kept, those its end released come back."""
    check_move(Status(subscription.status), Status.ACTIVE)
    has_expired = subscription.status == Status.EXPIRED
    before, discount = state_of(subscription), quoted.discount
    subscription.status, subscription.is_trial = Status.ACTIVE.value, False
    subscription.plan, subscription.price_id = quoted.plan.plan, quoted.price.price_id
    subscription.seats, subscription.interval = quoted.item.seats, quoted.price.interval.value
    subscription.starts_on = subscription.anchor_on = quoted.anchor_on
    subscription.period_start, subscription.period_end = quoted.period.start, quoted.period.end
    subscription.sequence += 1
    subscription.discount_percent = discount.percent if discount else None
    subscription.negotiated_amount = discount.unit_amount if discount else None
    subscription.discount_reason = quoted.item.discount_reason
    subscription.po_id, subscription.ends_on = po_id, None
    if subscription.trial_ends_on:
        subscription.trial_ends_on = min(subscription.trial_ends_on, today)
    if has_expired:
        restore_released(session, subscription, today)
    entitlement = session.scalars(
        select(Entitlement).where(
            Entitlement.account_id == subscription.account_id, Entitlement.subscription_id == subscription.id
        )
    ).one()
    entitlement.ends_on = None
    bill_period(session, subscription)
    session.flush()
    write_event(session, subscription, today, "trial_converted", before, state_of(subscription))


def replace_period(session: Session, subscription: Subscription, quoted: QuotedItem, today: date) -> None:
    """Make a running subscription what its change says and, where that opens one, begin the new period and anchor."""
    before, discount = state_of(subscription), quoted.discount
    subscription.plan, subscription.price_id = quoted.plan.plan, quoted.price.price_id
    subscription.seats, subscription.interval = quoted.item.seats, quoted.price.interval.value
    now = quoted.before.running.discount if quoted.before else None
    if discount != now:
        subscription.discount_percent = discount.percent if discount else None
        subscription.negotiated_amount = discount.unit_amount if discount else None
        subscription.discount_reason = quoted.item.discount_reason if discount and quoted.item.discount else ""
    if quoted.opens_period:
        subscription.anchor_on = quoted.anchor_on
        subscription.period_start, subscription.period_end = quoted.period.start, quoted.period.end
        subscription.sequence += 1
        bill_period(session, subscription)
    session.flush()
    after = state_of(subscription)
    same = all(before[name] == after[name] for name in ("plan", "interval")) and discount == now
    write_event(session, subscription, today, "seats_changed" if same else "subscription_changed", before, after)


def state_of(subscription: Subscription) -> dict[str, Any]:
    """What events tell of a subscription, before and after."""
    return {
        "plan": subscription.plan,
        "seats": subscription.seats,
        "interval": subscription.interval,
        "status": subscription.status,
        "period": [subscription.period_start.isoformat(), subscription.period_end.isoformat()],
    }


def write_event(
    session: Session,
    subscription: Subscription,
    day: date,
    kind: str,
    before: Mapping[str, Any],
    after: dict[str, Any],
    *,
    place: int | None = None,
) -> int:
    """An event in the subscription's history, and its id; `place`: how many stand before it, where that is known."""
    actor = session.info.get("actor")
    event = SubscriptionEvent(
        account_id=subscription.account_id,
        id=derive_id(day, "event", subscription.id, _count(session, subscription) if place is None else place),
        subscription_id=subscription.id,
        happened_on=day,
        recorded_at=access.now(),
        kind=kind,
        actor_id=actor.user_id if actor else None,
        before=dict(before),
        after=after,
    )
    session.add(event)
    return event.id


def _count(session: Session, subscription: Subscription) -> int:
    events = select(func.count()).select_from(SubscriptionEvent)
    mine = events.where(
        SubscriptionEvent.account_id == subscription.account_id,
        SubscriptionEvent.subscription_id == subscription.id,
    )
    return int(session.scalar(mine) or 0)


def bill_period(session: Session, subscription: Subscription) -> None:
    """Note the running period as billed."""
    session.add(
        BilledPeriod(
            account_id=subscription.account_id,
            id=derive_id(subscription.period_start, "billed period", subscription.id, subscription.sequence),
            subscription_id=subscription.id,
            sequence=subscription.sequence,
            starts_on=subscription.period_start,
            ends_on=subscription.period_end,
        )
    )
