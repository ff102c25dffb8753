"""Changes that wait for a renewal, of an account or one subscription."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from data.models import Plan, Product, ScheduledChange, Subscription, User
from services.access import reading
from services.facts import fields_of
from services.permissions import Actor, Permission
from services.rules.lifecycle import Status
from services.rules.scheduled import ScheduledFields


@dataclass(frozen=True, slots=True)
class ScheduledCard:
    """A change that waits: whose, what it names (`plan`: the name of the plan it names), since when and by whom.

    `is_suspended`: the subscription is cancelled; reactivating it restores the change.
    """

    account_id: int
    subscription_id: int
    reference: str
    product: str
    fields: ScheduledFields
    plan: str
    renews_on: date
    scheduled_on: date
    scheduled_by: str
    order_id: int | None
    is_suspended: bool


def scheduled_changes(actor: Actor, account_id: int, subscription_id: int | None = None) -> tuple[ScheduledCard, ...]:
    """What waits for the renewals of the account, or of one subscription, the next one first."""
    with reading(actor, Permission.SEE_SUBSCRIPTIONS) as session:
        asked = (
            select(ScheduledChange, Subscription, Product.name, Plan.name, User.name)
            .join(
                Subscription,
                (Subscription.account_id == ScheduledChange.account_id)
                & (Subscription.id == ScheduledChange.subscription_id),
            )
            .join(Product, Product.code == Subscription.product)
            .outerjoin(Plan, Plan.code == ScheduledChange.plan)
            .outerjoin(User, User.id == ScheduledChange.scheduled_by)
            .where(ScheduledChange.account_id == account_id, ScheduledChange.status == "scheduled")
            .order_by(Subscription.period_end, Subscription.id)
        )
        if subscription_id is not None:
            asked = asked.where(ScheduledChange.subscription_id == subscription_id)
        return tuple(
            ScheduledCard(
                account_id=account_id,
                subscription_id=row.subscription_id,
                reference=subscription.reference,
                product=product,
                fields=fields_of(row),
                plan=plan or "",
                renews_on=subscription.period_end,
                scheduled_on=row.scheduled_on,
                scheduled_by=user or "",
                order_id=row.order_id,
                is_suspended=subscription.status == Status.PENDING_CANCELLATION,
            )
            for row, subscription, product, plan, user in session.execute(asked)
        )
