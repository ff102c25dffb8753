"""Approvals: asked for, taken back, decided by a second person, and done in the same transaction."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import Account, Approval, User
from services import access
from services.access import acting, record
from services.deeds.approvals import DEEDS
from services.errors import Invalid, NotAllowed, NotFound, Problem, RequestKeyReused
from services.facts.accounts import open_account
from services.journal.mails import queue_mail
from services.permissions import Actor, Permission, roles_with
from services.rules import text
from services.rules.approvals import (
    AlreadyDecided,
    ApprovalKind,
    ApprovalStatus,
    Asked,
    NotYourRequest,
    OwnRequest,
)


def ask_approval(actor: Actor, account_id: int, asked: Asked, today: date) -> int:
    """Ask for something that needs a second person; returns the approval's id. The same key is the same request.

    Raises `Invalid`, `RequestKeyReused`, what the kind's deed checks, `NotFound`, `SelfServiceAccount`.
    """
    Invalid.when(asked.faults())
    with acting(actor, Permission.ASK_APPROVALS) as session:
        account = open_account(session, account_id)
        earlier = _earlier(session, account, asked)
        if earlier is not None:
            return earlier
        check = DEEDS[asked.kind].check
        if check is None:  # such as a refund, which has a form and a command of its own
            raise Invalid(Problem("kind", "not_a_choice"))
        told = check(session, account, asked, today)
        approval = Approval(
            account_id=account.id,
            id=derive_id(today, "approval", account.id, asked.request_key),
            kind=asked.kind.value,
            request_key=asked.request_key,
            subject_id=asked.subject_id,
            amount_minor=asked.amount.minor if asked.amount else None,
            currency=asked.amount.currency if asked.amount else "",
            wanted={**asked.wanted, "told": dict(told)},
            reason=text.one_line(asked.reason),
            requested_by=actor.user_id,
            requested_at=access.now(),
            status=ApprovalStatus.PENDING.value,
        )
        session.add(approval)
        _record(session, approval, "ask_approval", {}, {"reason": approval.reason, "status": approval.status})
        return approval.id


def withdraw_approval(actor: Actor, account_id: int, approval_id: int) -> None:
    """Take one's own request back. Raises `NotYourRequest`, `AlreadyDecided`, `NotFound`, `SelfServiceAccount`."""
    with acting(actor, Permission.ASK_APPROVALS) as session:
        account = open_account(session, account_id)
        approval = _pending(session, account, approval_id)
        if approval.requested_by != actor.user_id:
            raise NotYourRequest(asked_by=session.get_one(User, approval.requested_by).name)
        _close(session, approval, ApprovalStatus.WITHDRAWN, "")


def decide_sales(
    actor: Actor, account_id: int, approval_id: int, *, is_approved: bool, reason: str, today: date
) -> None:
    """Approve or refuse a trial extension or a discount; approved, it is done at once (billing rules §3, §6).

    A refusal needs its reason. Raises `OwnRequest`, `AlreadyDecided`, `NotAllowed` for a kind that others decide,
    `Invalid`, what the deed refuses (then it stays pending), `NotFound`, `SelfServiceAccount`.
    """
    _decide(actor, Permission.DECIDE_SALES, account_id, approval_id, is_approved, reason, today)


def decide_money(
    actor: Actor, account_id: int, approval_id: int, *, is_approved: bool, reason: str, today: date
) -> None:
    """Approve or refuse a refund or a write-off, as `decide_sales` does (billing rules §5, §8)."""
    _decide(actor, Permission.DECIDE_MONEY, account_id, approval_id, is_approved, reason, today)


def _decide(
    actor: Actor,
    permission: Permission,
    account_id: int,
    approval_id: int,
    is_approved: bool,
    reason: str,
    today: date,
) -> None:
    reason = text.one_line(reason)
    Invalid.when(text.typed_problems("reason", reason, limit=text.LONGEST_REASON, required=not is_approved))
    with acting(actor, permission) as session:
        account = open_account(session, account_id)  # first: two who decide at once must not both find it pending
        approval = _pending(session, account, approval_id)
        deed = DEEDS[ApprovalKind(approval.kind)]
        if deed.decided_by is not permission:
            raise NotAllowed(permission=deed.decided_by, roles=roles_with(deed.decided_by))
        if approval.requested_by == actor.user_id:
            raise OwnRequest
        approval.decided_by, approval.decided_at = actor.user_id, access.now()
        _close(session, approval, ApprovalStatus.APPROVED if is_approved else ApprovalStatus.REFUSED, reason)
        if is_approved:
            deed.do(session, actor, account, approval, today)
        _tell(session, actor, account, approval)


def _tell(session: Session, actor: Actor, account: Account, approval: Approval) -> None:
    """Mail who asked what was decided, in their language, as far as they are still here."""
    asker = session.get_one(User, approval.requested_by)
    if not asker.is_active:
        return
    amount = {"minor": approval.amount_minor, "currency": approval.currency} if approval.currency else None
    facts = {
        "contact": asker.name,
        "account": account.legal_name,
        "approval": approval.kind,
        "told": dict(approval.wanted.get("told", approval.wanted)),
        "amount": amount,
        "status": approval.status,
        "reason": approval.decision_reason,
        "decided_by": actor.name,
    }
    queue_mail(
        session,
        kind="approval_decided",
        account=account,
        event_key=f"approval_decided {approval.id}",
        recipients=[asker.email],
        facts=facts,
        language=asker.language,
    )


def _earlier(session: Session, account: Account, asked: Asked) -> int | None:
    found = session.scalar(
        select(Approval).where(Approval.account_id == account.id, Approval.request_key == asked.request_key)
    )
    if found is None:
        return None
    wanted = {name: value for name, value in found.wanted.items() if name != "told"}
    amount = (asked.amount.minor, asked.amount.currency) if asked.amount else (None, "")
    same = (found.kind, wanted, found.subject_id) == (asked.kind, dict(asked.wanted), asked.subject_id)
    if not same or (found.amount_minor, found.currency) != amount:
        raise RequestKeyReused
    return found.id


def _pending(session: Session, account: Account, approval_id: int) -> Approval:
    approval = session.get(Approval, (account.id, approval_id))
    if approval is None:
        raise NotFound(kind="approval")
    if approval.status != ApprovalStatus.PENDING:
        raise AlreadyDecided(status=ApprovalStatus(approval.status))
    return approval


def _close(session: Session, approval: Approval, status: ApprovalStatus, reason: str) -> None:
    approval.status, approval.decision_reason = status.value, reason
    action = {ApprovalStatus.APPROVED: "approve", ApprovalStatus.REFUSED: "refuse_approval"}
    before, after = {"status": ApprovalStatus.PENDING.value}, {"status": status.value, "reason": reason}
    _record(session, approval, action.get(status, "withdraw_approval"), before, after)


def _record(session: Session, approval: Approval, action: str, before: dict[str, str], after: dict[str, str]) -> None:
    record(
        session,
        action,
        account_id=approval.account_id,
        subject=approval.kind,
        subject_id=approval.id,
        before=before,
        after=after,
    )
