"""Subscriptions with seats to give, as the values the rules of seats take."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Entitlement, Subscription
from services.rules.seats import LIVE, Pool


def live_pools(session: Session, account_id: int, today: date) -> tuple[Pool, ...]:
    """The subscriptions whose seats can be given out: live, with an entitlement that has not ended."""
    rows = session.execute(
        select(Subscription, Entitlement)
        .join(
            Entitlement,
            (Entitlement.account_id == Subscription.account_id) & (Entitlement.subscription_id == Subscription.id),
        )
        .where(Subscription.account_id == account_id, Subscription.status.in_(LIVE))
        .order_by(Subscription.id)
    )
    pools = (
        Pool(
            subscription_id=subscription.id,
            product=subscription.product,
            seats=subscription.seats,
            assigned=subscription.seats_assigned,
            starts_on=entitlement.starts_on,
            ends_on=entitlement.ends_on,
        )
        for subscription, entitlement in rows
    )
    return tuple(pool for pool in pools if not pool.is_over(today))
