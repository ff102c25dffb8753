"""Notes which order used an approved discount up: one order, one use."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from data.models import Approval
from services.facts.approvals import approved_discounts
from services.rules.pricing import Discount


def use_approved_discounts(
    session: Session, account_id: int, given: Sequence[tuple[str, Discount]], order_id: int
) -> None:
    """Use up the approvals of the discounts an order gives (plan, discount); the account is locked."""
    if not given:
        return
    left = list(approved_discounts(session, account_id))
    for plan, discount in given:
        used = next((one for one in left if (one.plan, one.discount) == (plan, discount)), None)
        if used is not None:
            left.remove(used)
            session.get_one(Approval, (account_id, used.approval_id)).subject_id = order_id
