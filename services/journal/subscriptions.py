"""Opens subscriptions and changes their period, with events and entitlements."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import Account, BilledPeriod, Entitlement, Subscription, SubscriptionEvent
from data.period import Period
from services import access
from services.bulk import Rows, day_text, instant_text, json_text
from services.journal import coming
from services.journal.seat_endings import restore_released
from services.journal.use_marks import mark
from services.rules.lifecycle import Status, check_move
from services.rules.ordering import ItemKind, QuotedItem

_EVENT = (
    "account_id", "id", "subscription_id", "happened_on", "recorded_at", "kind", "actor_id", "before", "after",
)  # fmt: skip
_PERIOD = ("account_id", "id", "subscription_id", "sequence", "starts_on", "ends_on", "document_id")


@dataclass(frozen=True, slots=True)
class Origin:
    """The order that a subscription comes from: its id and number, the position of the item, and who placed it."""

    order_id: int
    order_number: str
    position: int
    po_id: int | None
    actor_id: int


def add_subscription(rows: Rows, account: Account, quoted: QuotedItem, origin: Origin, today: date) -> Subscription:
    """A new subscription or trial, kept with its instant access: entitlement, first billed period and event."""
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
    coming.keep(rows, subscription, quoted.price, account)
    mark(rows, [account.id])
    rows.keep(
        Entitlement(
            account_id=subscription.account_id,
            id=derive_id(today, "entitlement", subscription.id),
            subscription_id=subscription.id,
            product=subscription.product,
            starts_on=subscription.starts_on,
            ends_on=subscription.trial_ends_on,
        )
    )
    add_event(
        rows,
        account.id,
        subscription.id,
        day=today,
        kind="trial_started" if is_trial else "subscribed",
        key="0",
        before={},
        after=state_of(subscription),
        at=subscription.created_at,
        actor_id=origin.actor_id,
    )
    if not is_trial:
        add_billed_period(rows, account.id, subscription.id, subscription.sequence, quoted.period)
    return subscription


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


def add_event(
    rows: Rows,
    account_id: int,
    subscription_id: int,
    *,
    day: date,
    kind: str,
    key: str,
    before: Mapping[str, Any] | str,
    after: Mapping[str, Any] | str,
    at: datetime,
    actor_id: int | None = None,
) -> None:
    """Keep an event of a subscription's history. `key`: what makes it this event among those of its kind and day.

    `before` and `after`: as `state_of` gives them, or as JSON already (`state_text`).
    """
    rows.shape("subscription_events", _EVENT).append(
        (
            account_id,
            derive_id(day, "event", subscription_id, kind, key),
            subscription_id,
            day_text(day),
            instant_text(at),
            kind,
            actor_id,
            before if isinstance(before, str) else json_text(before),
            after if isinstance(after, str) else json_text(after),
        )
    )


def add_billed_period(
    rows: Rows, account_id: int, subscription_id: int, sequence: int, period: Period, document_id: int | None = None
) -> None:
    """Keep a billed period; a renewal at 0.00 has no document."""
    own = (account_id, derive_id(period.start, "billed period", subscription_id, sequence), subscription_id, sequence)
    rows.shape("billed_periods", _PERIOD).append((*own, day_text(period.start), day_text(period.end), document_id))


def state_text(plan: str, seats: int, interval: str, status: str, period: Period) -> str:
    """What `state_of` tells, as JSON: of codes and numbers, so there is nothing to escape."""
    days = f'["{day_text(period.start)}","{day_text(period.end)}"]'
    return f'{{"plan":"{plan}","seats":{seats},"interval":"{interval}","status":"{status}","period":{days}}}'


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
) -> int:
    """An event in the subscription's history, and its id: `add_event` for an act on one subscription."""
    actor = session.info.get("actor")
    event = SubscriptionEvent(
        account_id=subscription.account_id,
        id=derive_id(day, "event", subscription.id, _count(session, subscription)),
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
