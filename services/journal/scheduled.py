"""Schedules changes for the next renewal, replaces, withdraws and settles them, with their events."""

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import ScheduledChange, Subscription
from services.journal.subscriptions import write_event
from services.rules.scheduled import ScheduledFields


def schedule_change(
    session: Session,
    subscription: Subscription,
    fields: ScheduledFields,
    *,
    today: date,
    order_id: int | None,
    actor_id: int | None,
) -> int:
    """Store the fields for the next renewal, in place of what waits there; returns the row's id."""
    before = _waiting(session, subscription)
    if before is not None:
        before.status, before.closed_on = "replaced", today
        session.flush()  # only one may wait
    discount = fields.discount
    row = ScheduledChange(
        account_id=subscription.account_id,
        id=derive_id(today, "scheduled change", subscription.id, _count(session, subscription)),
        subscription_id=subscription.id,
        order_id=order_id,
        plan=fields.plan,
        interval=fields.interval.value if fields.interval else None,
        seats=fields.seats,
        takes_new_price=fields.takes_new_price,
        changes_discount=fields.changes_discount,
        discount_percent=discount.percent if discount else None,
        negotiated_amount=discount.unit_amount if discount else None,
        discount_reason=fields.discount_reason,
        status="scheduled",
        scheduled_on=today,
        scheduled_by=actor_id,
        waits_for=fields.waits_for,
    )
    session.add(row)
    session.flush()
    write_event(session, subscription, today, "change_scheduled", shown(before), shown(row))
    return row.id


def withdraw_change(session: Session, subscription: Subscription, today: date) -> ScheduledChange | None:
    """Take back what waits for the renewal; returns it, None where nothing waits."""
    row = _waiting(session, subscription)
    if row is not None:
        row.status, row.closed_on = "withdrawn", today
        session.flush()
        write_event(session, subscription, today, "change_withdrawn", shown(row), {})
    return row


def settle_change(
    session: Session,
    subscription: Subscription,
    applied: ScheduledFields | None,
    left: ScheduledFields | None,
    on: date,
) -> None:
    """Close what took effect at a renewal; what could not waits on, with its reason."""
    row = _waiting(session, subscription)
    if row is None:
        return
    if applied is None:
        row.waits_for = left.waits_for if left else ""
        session.flush()
        return
    row.status, row.closed_on, row.waits_for = "applied", on, ""
    session.flush()
    if left is not None:
        schedule_change(session, subscription, left, today=on, order_id=row.order_id, actor_id=row.scheduled_by)


def shown(row: ScheduledChange | None) -> dict[str, Any]:
    """The fields that a scheduled change names, as events and audit rows keep them."""
    if row is None:
        return {}
    named: dict[str, Any] = {
        "plan": row.plan,
        "interval": row.interval,
        "seats": row.seats,
        "takes_new_price": row.takes_new_price or None,
    }
    if row.changes_discount:
        named["discount_percent"] = str(row.discount_percent or "") if row.negotiated_amount is None else None
        named["unit_price"] = str(row.negotiated_amount) if row.negotiated_amount is not None else None
    return {name: value for name, value in named.items() if value is not None}


def _waiting(session: Session, subscription: Subscription) -> ScheduledChange | None:
    return session.scalars(
        select(ScheduledChange).where(
            ScheduledChange.account_id == subscription.account_id,
            ScheduledChange.subscription_id == subscription.id,
            ScheduledChange.status == "scheduled",
        )
    ).one_or_none()


def _count(session: Session, subscription: Subscription) -> int:
    count = select(func.count()).select_from(ScheduledChange)
    mine = count.where(
        ScheduledChange.account_id == subscription.account_id, ScheduledChange.subscription_id == subscription.id
    )
    return int(session.scalar(mine) or 0)
