"""Notes which order used an approval up: one order, one use."""

from collections.abc import Collection, Sequence

from sqlalchemy.orm import Session

from data.models import Approval
from services.facts.approvals import approved
from services.rules.pricing import Discount


def use_approvals(
    session: Session,
    account_id: int,
    order_id: int,
    *,
    given: Sequence[tuple[str, Discount]],
    tried: Collection[str],
) -> None:
    """Use up what an order needed: `given` discounts (plan, discount), `tried` products. The account is locked."""
    if not given and not tried:
        return
    left = approved(session, account_id)
    discounts, used = list(left.discounts), []
    for plan, discount in given:
        found = next((one for one in discounts if (one.plan, one.discount) == (plan, discount)), None)
        if found is not None:
            discounts.remove(found)
            used.append(found.approval_id)
    used += [left.trials[product] for product in tried if product in left.trials]
    for approval_id in used:
        session.get_one(Approval, (account_id, approval_id)).subject_id = order_id
