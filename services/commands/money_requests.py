"""What finance and reps ask a second person for: balance paid back, an open amount written off."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import Account, Approval
from data.money import Money
from services import access
from services.access import acting, record
from services.deeds.refunds import check_balance, check_open
from services.errors import Invalid, RequestKeyReused
from services.facts.accounts import open_account
from services.facts.payments import invoice_of
from services.permissions import Actor, Permission
from services.rules.payments import RefundRequest, WriteOffRequest

__all__ = ["RefundRequest", "WriteOffRequest", "ask_refund", "ask_write_off"]


def ask_refund(actor: Actor, request: RefundRequest, *, today: date) -> int:
    """Ask that balance is paid back; returns the approval's id. The same request key is the same question.

    Raises `Invalid`, `NotFound`, `BalanceTooSmall`, `RequestKeyReused`, `SelfServiceAccount`.
    """
    request = request.cleaned()
    with acting(actor, Permission.ASK_APPROVALS) as session:
        account = open_account(session, request.account_id)
        asked = _approval(actor, account, "refund", request, {"means": request.means}, today)
        earlier = _earlier(session, asked)
        if earlier is not None:
            return earlier
        Invalid.when(request.faults(account.currency))
        check_balance(session, account, request.amount)
        return _ask(session, asked, str(request.amount))


def ask_write_off(actor: Actor, request: WriteOffRequest, *, today: date) -> int:
    """Ask that an amount open on an invoice is given up; returns the approval's id.

    Raises `Invalid`, `NotFound`, `NothingOpen`, `MoreThanOpen`, `RequestKeyReused`, `SelfServiceAccount`.
    """
    request = request.cleaned()
    with acting(actor, Permission.ASK_APPROVALS) as session:
        account = open_account(session, request.account_id)
        invoice = invoice_of(session, account.id, request.invoice_id)
        asked = _approval(actor, account, "write_off", request, {"number": invoice.number}, today)
        asked.subject_id = invoice.id
        earlier = _earlier(session, asked)
        if earlier is not None:
            return earlier
        Invalid.when(request.faults(invoice.currency))
        check_open(session, account, invoice.id, request.amount)
        return _ask(session, asked, invoice.number)


def _approval(
    actor: Actor,
    account: Account,
    kind: str,
    request: RefundRequest | WriteOffRequest,
    wanted: dict[str, Any],
    today: date,
) -> Approval:
    return Approval(
        account_id=account.id,
        id=derive_id(today, "approval", account.id, request.request_key),
        kind=kind,
        request_key=request.request_key,
        amount_minor=request.amount.minor,
        currency=request.amount.currency,
        wanted=wanted,
        reason=request.reason,
        requested_by=actor.user_id,
        requested_at=access.now(),
        status="pending",
    )


def _earlier(session: Session, asked: Approval) -> int | None:
    row = session.scalar(
        select(Approval).where(Approval.account_id == asked.account_id, Approval.request_key == asked.request_key)
    )
    if row is None:
        return None
    if _content(row) != _content(asked):
        raise RequestKeyReused
    return row.id


def _content(row: Approval) -> tuple[Any, ...]:
    return row.kind, row.subject_id, row.amount_minor, row.currency, row.wanted, row.reason


def _ask(session: Session, asked: Approval, subject: str) -> int:
    session.add(asked)
    amount = Money(int(asked.amount_minor or 0), asked.currency)
    record(
        session,
        f"ask_{asked.kind}",
        account_id=asked.account_id,
        subject=subject,
        subject_id=asked.id,
        after={"amount": str(amount), "reason": asked.reason},
    )
    return asked.id
