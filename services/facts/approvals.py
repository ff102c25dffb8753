"""Approved discounts that no order has used yet."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Approval
from services.rules.approvals import ApprovalKind, ApprovalStatus
from services.rules.order_facts import ApprovedDiscount
from services.rules.pricing import Discount


def discount_wanted(wanted: Mapping[str, Any]) -> Discount:
    """The discount a request is about. Raises ValueError and ArithmeticError (decimal) for what is none."""
    percent, unit = wanted.get("percent"), wanted.get("unit_amount")
    return Discount(
        percent=Decimal(percent) if percent is not None else None,
        unit_amount=Decimal(unit) if unit is not None else None,
    )


def approved_discounts(session: Session, account_id: int) -> tuple[ApprovedDiscount, ...]:
    """What was approved for the account and is not used up, the oldest first."""
    rows = session.scalars(
        select(Approval)
        .where(
            Approval.account_id == account_id,
            Approval.kind == ApprovalKind.DISCOUNT,
            Approval.status == ApprovalStatus.APPROVED,
            Approval.subject_id.is_(None),
        )
        .order_by(Approval.decided_at, Approval.id)
    )
    return tuple(ApprovedDiscount(row.id, str(row.wanted["plan"]), discount_wanted(row.wanted)) for row in rows)
