"""One subscription or trial as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from data.models import (
    Account,
    Movement,
    Order,
    Plan,
    Price,
    Product,
    PurchaseOrder,
    Subscription,
    SubscriptionEvent,
    User,
)
from data.money import Money
from data.period import Interval, Period
from services.access import reading
from services.errors import NotFound
from services.permissions import Actor, Permission
from services.queries.account_tabs import late_orders
from services.queries.activity import changed
from services.rules.activity import Happened
from services.rules.cancelling import last_day_to_act
from services.rules.lifecycle import Status


@dataclass(frozen=True, slots=True)
class SubscriptionCard:
    """A subscription with its running period and what happened to it, the latest first.

    `is_past_due`: an invoice of its order is open after its due day: shown, not stored (billing rules §7).
    `ends_on`: the first day without access, where it is known.
    `mrr`: monthly recurring revenue by its movements, 0 for a trial. `act_until`: the last day to act before it renews,
    None where it does not. Discount: percent, or a negotiated price a seat in major units.
    """

    account_id: int
    account: str
    is_self_service: bool
    subscription_id: int
    reference: str
    product: str
    product_name: str
    plan_name: str
    status: Status
    is_past_due: bool
    is_trial: bool
    seats: int
    assigned: int
    interval: Interval
    period: Period
    starts_on: date
    ends_on: date | None
    renews_on: date | None
    act_until: date | None
    mrr: Money
    discount_percent: Decimal | None
    negotiated_amount: Decimal | None
    discount_reason: str
    price_version: str
    order_id: int | None
    order_number: str
    po_number: str
    events: tuple[Happened, ...]


def subscription_card(actor: Actor, account_id: int, subscription_id: int, today: date) -> SubscriptionCard:
    """One subscription; raises `NotFound` for one that is unknown or another rep's."""
    with reading(actor, Permission.SEE_SUBSCRIPTIONS, of=account_id) as session:
        found = session.execute(
            select(Subscription, Account, Product.name, Plan.name, Price.version, Price.currency)
            .join(Account, Account.id == Subscription.account_id)
            .join(Product, Product.code == Subscription.product)
            .join(Plan, Plan.code == Subscription.plan)
            .join(Price, Price.id == Subscription.price_id)
            .where(Subscription.account_id == account_id, Subscription.id == subscription_id)
        ).one_or_none()
        if found is None:
            raise NotFound(kind="subscription")
        row, account, product, plan, version, currency = found
        order = session.get(Order, (account_id, row.order_id))
        po = session.get(PurchaseOrder, (account_id, row.po_id)) if row.po_id else None
        mrr = session.scalar(
            select(func.sum(Movement.amount_minor)).where(
                Movement.account_id == account_id,
                Movement.subscription_id == subscription_id,
                Movement.moved_on <= today,
            )
        )
        events = session.execute(
            select(SubscriptionEvent, User.name)
            .outerjoin(User, User.id == SubscriptionEvent.actor_id)
            .where(SubscriptionEvent.account_id == account_id, SubscriptionEvent.subscription_id == subscription_id)
            .order_by(SubscriptionEvent.recorded_at.desc(), SubscriptionEvent.id.desc())
        ).all()
        renews = row.status == Status.ACTIVE and not row.is_trial and row.is_auto_renewed
        return SubscriptionCard(
            account_id=account_id,
            account=account.legal_name,
            is_self_service=account.kind == "self_service",
            subscription_id=row.id,
            reference=row.reference,
            product=row.product,
            product_name=product,
            plan_name=plan,
            status=Status(row.status),
            is_past_due=row.status == Status.ACTIVE and row.order_id in late_orders(session, account_id, today),
            is_trial=row.is_trial,
            seats=row.seats,
            assigned=row.seats_assigned,
            interval=Interval(row.interval),
            period=Period(row.period_start, row.period_end),
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            renews_on=row.period_end if renews else None,
            act_until=last_day_to_act(row.period_end, row.notice_days) if renews else None,
            mrr=Money(int(mrr or 0), currency),
            discount_percent=row.discount_percent,
            negotiated_amount=row.negotiated_amount,
            discount_reason=row.discount_reason,
            price_version=version,
            order_id=order.id if order else None,
            order_number=order.number if order else "",
            po_number=po.number if po else "",
            events=tuple(
                Happened(event.recorded_at, name or "", "", event.kind, product, changed(event.before, event.after))
                for event, name in events
            ),
        )
