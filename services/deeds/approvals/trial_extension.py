"""A trial beyond its limits: extended by more days, or another one within twelve months.

Wanted: `days`, the subject being the trial; or `again`, the product: the order that starts another trial uses that up
(`services.facts.approvals`).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from data.models import Account, Approval, Product
from services.deeds.approvals.deed import Deed
from services.deeds.extensions import extend, running_trial
from services.errors import Invalid, NotFound, Problem, TrialNotOffered
from services.facts.approvals import AGAIN
from services.permissions import Actor, Permission
from services.rules.approvals import ApprovalKind, Asked

LONGEST = 180  # days more at a time: beyond, it is no trial


def trial_extension(subscription_id: int, days: int, reason: str, *, request_key: str) -> Asked:
    """The request for so many days more."""
    return Asked(ApprovalKind.TRIAL_EXTENSION, request_key, reason, {"days": days}, subscription_id)


def second_trial(product: str, reason: str, *, request_key: str) -> Asked:
    """The request for another trial of a product within twelve months."""
    return Asked(ApprovalKind.TRIAL_EXTENSION, request_key, reason, {AGAIN: product})


def _check(session: Session, account: Account, asked: Asked, today: date) -> Mapping[str, Any]:
    if AGAIN in asked.wanted:
        return _check_again(session, str(asked.wanted[AGAIN]))
    days = int(asked.wanted.get("days", 0))
    if not 1 <= days <= LONGEST:
        raise Invalid(Problem("days", "count_between", {"minimum": 1, "limit": LONGEST}))
    trial = running_trial(session, account, asked.subject_id or 0, today)
    product = session.get_one(Product, trial.product).name
    return {"product": product, "days": days, "in_all": trial.trial_extension_days + days}


def _check_again(session: Session, code: str) -> Mapping[str, Any]:
    product = session.get(Product, code)
    if product is None:
        raise NotFound(kind="product", field="product")
    if product.trial_days is None:
        raise TrialNotOffered(product=product.name)
    return {"product": product.name}


def _do(session: Session, actor: Actor, account: Account, approval: Approval, today: date) -> None:
    if AGAIN in approval.wanted:
        return  # the order that starts it uses it up
    days = int(approval.wanted["days"])
    trial = running_trial(session, account, approval.subject_id or 0, today)
    limit = trial.trial_extension_days + days  # what was approved is the limit
    extend(session, actor, account, trial, days=days, reason=approval.reason[:200], limit=limit, today=today)


TRIAL_EXTENSION = Deed(Permission.DECIDE_SALES, _do, _check)
