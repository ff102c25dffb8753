"""A discount over the role's limit. Wanted: `plan`, and `percent` or `unit_amount` (decimals as text).

Approving it does nothing by itself: the next order of the account with this plan and discount uses it up, once
(`services.facts.approvals`).
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from data.models import Account, Approval, Plan, Product
from services.deeds.approvals.deed import Deed
from services.errors import Invalid, NotFound, Problem
from services.facts.approvals import discount_wanted
from services.permissions import Actor, Permission
from services.rules.approvals import ApprovalKind, Asked
from services.rules.pricing import Discount


def discount(plan: str, given: Discount, reason: str, *, request_key: str) -> Asked:
    """The request for a discount on a plan."""
    name, value = ("percent", given.percent) if given.percent is not None else ("unit_amount", given.unit_amount)
    return Asked(ApprovalKind.DISCOUNT, request_key, reason, {"plan": plan, name: plain(value or Decimal(0))})


def plain(value: Decimal) -> str:
    """A decimal as it is stored: without an exponent and without zeros at its end."""
    return format(value.normalize(), "f")


def _check(session: Session, account: Account, asked: Asked, today: date) -> Mapping[str, Any]:
    plan = session.get(Plan, str(asked.wanted.get("plan", "")))
    if plan is None:
        raise NotFound(kind="plan", field="plan")
    try:
        given = discount_wanted(asked.wanted)
    except (ArithmeticError, ValueError):
        raise Invalid(Problem("discount", "not_a_number")) from None
    product = session.get_one(Product, plan.product).name
    told = {"product": product, "plan": plan.name}
    if given.percent is not None:
        return told | {"percent": plain(given.percent)}
    return told | {"unit_amount": plain(given.unit_amount or Decimal(0)), "currency": account.currency}


def _do(session: Session, actor: Actor, account: Account, approval: Approval, today: date) -> None:
    """Nothing: the order that names it does."""


DISCOUNT = Deed(Permission.DECIDE_SALES, _do, _check)
