"""A trial extended beyond the limit. Wanted: `days`; the subject is the trial."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from data.models import Account, Approval, Product
from services.deeds.deed import Deed
from services.errors import Invalid, Problem
from services.extensions import extend, running_trial
from services.permissions import Actor, Permission
from services.rules.approvals import ApprovalKind, Asked

LONGEST = 180  # days more at a time: beyond, it is no trial


def trial_extension(subscription_id: int, days: int, reason: str, *, request_key: str) -> Asked:
    """The request for so many days more."""
    return Asked(ApprovalKind.TRIAL_EXTENSION, request_key, reason, {"days": days}, subscription_id)


def _check(session: Session, account: Account, asked: Asked, today: date) -> Mapping[str, Any]:
    days = int(asked.wanted.get("days", 0))
    if not 1 <= days <= LONGEST:
        raise Invalid(Problem("days", "count_between", {"minimum": 1, "limit": LONGEST}))
    trial = running_trial(session, account, asked.subject_id or 0, today)
    product = session.get_one(Product, trial.product).name
    return {"product": product, "days": days, "in_all": trial.trial_extension_days + days}


def _do(session: Session, actor: Actor, account: Account, approval: Approval, today: date) -> None:
    days = int(approval.wanted["days"])
    trial = running_trial(session, account, approval.subject_id or 0, today)
    limit = trial.trial_extension_days + days  # what was approved is the limit
    extend(session, actor, account, trial, days=days, reason=approval.reason[:200], limit=limit, today=today)


TRIAL_EXTENSION = Deed(Permission.DECIDE_SALES, _do, _check)
