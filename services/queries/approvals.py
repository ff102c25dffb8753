"""Requests for approval: the list, by what waits and what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from data.models import Account, Approval, User
from data.money import Money
from services.access import reading
from services.deeds.approvals import DEEDS
from services.permissions import Actor, Permission
from services.rules.approvals import ApprovalKind, ApprovalStatus

__all__ = ["ApprovalKind", "ApprovalPage", "ApprovalRow", "list_approvals"]


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """A request. `told`: names for its sentence; `wanted`: what was asked, in codes.

    `decides`: the permission its kind asks for; `may_decide`: whether the actor is the second person it needs.
    """

    account_id: int
    account: str
    approval_id: int
    kind: ApprovalKind
    told: Mapping[str, Any]
    wanted: Mapping[str, Any]
    amount: Money | None
    subject_id: int | None
    reason: str
    asked_by: str
    asked_at: datetime
    status: ApprovalStatus
    decided_by: str
    decided_at: datetime | None
    decision_reason: str
    decides: Permission | None
    may_decide: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class ApprovalPage:
    """A page of the list: what waits longest first, or what was decided last; and the `total` over all pages."""

    rows: tuple[ApprovalRow, ...]
    total: int


def list_approvals(
    actor: Actor,
    *,
    is_pending: bool = True,
    kind: ApprovalKind | None = None,
    account_id: int | None = None,
    limit: int = 25,
    offset: int = 0,
) -> ApprovalPage:
    """The requests on accounts the actor may see."""
    with reading(actor, Permission.ASK_APPROVALS) as session:
        criteria = _criteria(is_pending, kind, account_id)
        asker, decider = aliased(User), aliased(User)
        order = (
            (Approval.requested_at, Approval.id)
            if is_pending
            else (func.coalesce(Approval.decided_at, Approval.requested_at).desc(), Approval.id)
        )
        rows = session.execute(
            select(Approval, Account.legal_name, asker.name, decider.name)
            .join(Account, Account.id == Approval.account_id)
            .join(asker, asker.id == Approval.requested_by)
            .outerjoin(decider, decider.id == Approval.decided_by)
            .where(*criteria)
            .order_by(*order)
            .limit(limit)
            .offset(offset)
        ).all()
        total = session.scalar(select(func.count()).select_from(Approval).where(*criteria))
        return ApprovalPage(tuple(_row(actor, *row) for row in rows), int(total or 0))


def _criteria(is_pending: bool, kind: ApprovalKind | None, account_id: int | None) -> list[ColumnElement[bool]]:
    pending = ApprovalStatus.PENDING
    criteria = [Approval.status == pending if is_pending else Approval.status != pending]
    if kind is not None:
        criteria.append(Approval.kind == kind)
    if account_id is not None:
        criteria.append(Approval.account_id == account_id)
    return criteria


def _row(actor: Actor, row: Approval, account: str, asker: str, decider: str | None) -> ApprovalRow:
    kind = ApprovalKind(row.kind)
    deed = DEEDS.get(kind)
    is_own = row.requested_by == actor.user_id
    return ApprovalRow(
        account_id=row.account_id,
        account=account,
        approval_id=row.id,
        kind=kind,
        wanted=row.wanted,
        told={**row.wanted, **row.wanted.get("told", {})},
        amount=Money(row.amount_minor, row.currency) if row.amount_minor is not None else None,
        subject_id=row.subject_id,
        reason=row.reason,
        asked_by=asker,
        asked_at=row.requested_at,
        status=ApprovalStatus(row.status),
        decided_by=decider or "",
        decided_at=row.decided_at,
        decision_reason=row.decision_reason,
        decides=deed.decided_by if deed else None,
        may_decide=deed is not None and actor.may(deed.decided_by) and not is_own,
        is_own=is_own,
    )
