"""The subscriptions of an account, read to be looked at with fewer seats."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from data.models import Account, Subscription
from services import facts
from services.permissions import Actor
from services.rules.order_items import ItemKind, OrderItem
from services.rules.reductions import Reduction, reduction


class ReductionDesk:
    """What fewer seats of some subscriptions are worked out with, read once: what the preview of a change reads."""

    def __init__(
        self, session: Session, actor: Actor, account: Account, subscriptions: Sequence[Subscription], today: date
    ) -> None:
        asked = [OrderItem(ItemKind.CHANGE, row.plan, 1, subscription_id=row.id) for row in subscriptions]
        self.found = facts.order_facts(session, actor, account, asked)
        self.owned = {one.subscription_id: one for one in self.found.owned}
        self.today = today

    def reduction(self, row: Subscription, *, seats: int, released: int = 0) -> Reduction | None:
        """One subscription with so many seats from its renewal on; `released`: seats given back first."""
        return reduction(
            self.owned[row.id],
            self.found,
            seats=seats,
            released=released,
            notice_days=row.notice_days,
            today=self.today,
        )
