"""What an order makes of its items: subscriptions opened, converted, changed or scheduled, with lines and movements."""

from datetime import date

from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import Order, OrderLine, Subscription
from services.bulk import Rows
from services.facts import dimensions_of
from services.journal import (
    Origin,
    add_subscription,
    convert_trial,
    replace_period,
    schedule_change,
)
from services.journal.approvals import use_approvals
from services.journal.movements import Moved, write_movements
from services.permissions import Actor
from services.rules.order_items import Before, ItemKind, QuotedItem
from services.worksheets.orders import Worksheet


def write_subscriptions(
    session: Session, rows: Rows, actor: Actor, sheet: Worksheet, order: Order, today: date
) -> list[Subscription]:
    """One subscription an item: new, the trial it converts, or the owned one that it changes now or at its renewal."""
    subscriptions, moved = [], []
    for position, quoted in enumerate(sheet.quote.items, start=1):
        running = quoted.item.subscription_id if quoted.item.kind is ItemKind.CHANGE else quoted.converts
        if running is None:
            origin = Origin(order.id, order.number, position, order.po_id, actor.user_id)
            subscription = add_subscription(rows, sheet.account, quoted, origin, today)
        else:
            subscription = session.get_one(Subscription, (order.account_id, running), with_for_update=True)
            rows.write()  # what changes may point to the order
            _change(session, actor, order, subscription, quoted, today)
        subscriptions.append(subscription)
        if quoted.schedules is None:  # what is scheduled moves on the day it takes effect
            moved.append(_moved(sheet, subscription, quoted))
        rows.keep(_order_line(order, position, quoted, subscription, today))
    write_movements(session, rows, moved)
    given = [(q.item.plan, q.item.discount) for q in sheet.quote.items if q.item.discount is not None]
    tried = [q.plan.product for q in sheet.quote.items if q.item.kind is ItemKind.TRIAL]
    use_approvals(session, sheet.account.id, order.id, given=given, tried=tried)
    return subscriptions


def _change(
    session: Session, actor: Actor, order: Order, subscription: Subscription, quoted: QuotedItem, today: date
) -> None:
    if quoted.converts is not None:
        convert_trial(session, subscription, quoted, order.po_id, today)
    elif quoted.schedules is not None:
        schedule_change(session, subscription, quoted.schedules, today=today, order_id=order.id, actor_id=actor.user_id)
    else:
        replace_period(session, subscription, quoted, today)


def _moved(sheet: Worksheet, subscription: Subscription, quoted: QuotedItem) -> Moved:
    account = sheet.account
    return Moved(
        account_id=account.id,
        subscription_id=subscription.id,
        moved_on=quoted.effective_on,
        before=quoted.yearly_before,
        after=quoted.yearly_after,
        plan=subscription.plan,
        order_id=subscription.order_id,
        of=dimensions_of(account),
    )


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
