"""What was approved for orders of an account and no order has used yet: discounts, and second trials."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Approval
from services.rules.approvals import ApprovalKind, ApprovalStatus
from services.rules.order_facts import ApprovedDiscount
from services.rules.pricing import Discount

AGAIN = "again"  # the product to try again, in what was wanted


@dataclass(frozen=True, slots=True)
class Approved:
    """The oldest first; `trials`: product → approval of another trial within the year."""

    discounts: tuple[ApprovedDiscount, ...]
    trials: Mapping[str, int]


def discount_wanted(wanted: Mapping[str, Any]) -> Discount:
    """The discount a request is about. Raises ValueError and ArithmeticError (decimal) for what is none."""
    percent, unit = wanted.get("percent"), wanted.get("unit_amount")
    return Discount(
        percent=Decimal(percent) if percent is not None else None,
        unit_amount=Decimal(unit) if unit is not None else None,
    )


def approved(session: Session, account_id: int) -> Approved:
    """What orders of the account may use up; an approval that was used names its order."""
    rows = session.scalars(
        select(Approval)
        .where(
            Approval.account_id == account_id,
            Approval.kind.in_((ApprovalKind.DISCOUNT, ApprovalKind.TRIAL_EXTENSION)),
            Approval.status == ApprovalStatus.APPROVED,
            Approval.subject_id.is_(None),
        )
        .order_by(Approval.decided_at, Approval.id)
    ).all()
    discounts = tuple(
        ApprovedDiscount(row.id, str(row.wanted["plan"]), discount_wanted(row.wanted))
        for row in rows
        if row.kind == ApprovalKind.DISCOUNT
    )
    return Approved(discounts, {str(row.wanted[AGAIN]): row.id for row in reversed(rows) if AGAIN in row.wanted})
