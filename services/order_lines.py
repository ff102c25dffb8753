"""What an order makes of its items: subscriptions opened, converted, changed or scheduled, with lines and movements."""

from datetime import date

from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import Order, OrderLine, Subscription
from services.journal import (
    Origin,
    add_subscription,
    convert_trial,
    open_subscription,
    replace_period,
    schedule_change,
)
from services.journal.movements import Moved, write_movements
from services.permissions import Actor
from services.rules.order_items import Before, ItemKind, QuotedItem
from services.worksheet import Worksheet


def write_subscriptions(
    session: Session, actor: Actor, sheet: Worksheet, order: Order, today: date
) -> list[Subscription]:
    """One subscription an item: new, the trial it converts, or the owned one that it changes now or at its renewal."""
    items = list(enumerate(sheet.quote.items, start=1))
    subscriptions = [_subscription_of(session, sheet, order, position, quoted, today) for position, quoted in items]
    session.flush()
    moved = []
    for (position, quoted), subscription in zip(items, subscriptions, strict=True):
        if quoted.converts is not None:
            convert_trial(session, subscription, quoted, order.po_id, today)
        elif quoted.schedules is not None:
            schedule_change(
                session, subscription, quoted.schedules, today=today, order_id=order.id, actor_id=actor.user_id
            )
        elif quoted.item.kind is ItemKind.CHANGE:
            replace_period(session, subscription, quoted, today)
        else:
            open_subscription(session, subscription, today)
        if quoted.schedules is None:  # what is scheduled moves on the day it takes effect
            moved.append(Moved(subscription, quoted.effective_on, quoted.yearly_before, quoted.yearly_after))
        session.add(_order_line(order, position, quoted, subscription, today))
    session.flush()
    write_movements(session, sheet.account, moved)
    return subscriptions


def _subscription_of(
    session: Session, sheet: Worksheet, order: Order, position: int, quoted: QuotedItem, today: date
) -> Subscription:
    running = quoted.item.subscription_id if quoted.item.kind is ItemKind.CHANGE else quoted.converts
    if running is not None:
        return session.get_one(Subscription, (order.account_id, running), with_for_update=True)
    origin = Origin(order.id, order.number, position, order.po_id)
    return add_subscription(session, sheet.account, quoted, origin, today)


def _order_line(order: Order, position: int, quoted: QuotedItem, subscription: Subscription, today: date) -> OrderLine:
    item, discount = quoted.item, quoted.item.discount
    return OrderLine(
        account_id=order.account_id,
        id=derive_id(today, "order line", order.id, position),
        order_id=order.id,
        position=position,
        kind=item.kind.value,
        plan=quoted.plan.plan,
        seats=item.seats,
        interval=quoted.price.interval.value,
        starts_on=quoted.effective_on,
        discount_percent=discount.percent if discount else None,
        negotiated_amount=discount.unit_amount if discount else None,
        discount_reason=item.discount_reason,
        timing=quoted.timing.value if quoted.timing else None,
        subscription_id=subscription.id,
        net_minor=quoted.net.minor,
        before=_before(quoted.before) if quoted.before else {},
    )


def _before(before: Before) -> dict[str, object]:
    now = before.running
    return {"plan": before.plan.plan, "seats": now.seats, "interval": now.price.interval.value}
