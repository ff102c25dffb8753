"""Credit notes: finance takes an invoice back, whole, by lines or an agreed amount, so that none is ever stuck."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import Correction, Document, DocumentLine, LineCorrection
from data.money import Money
from services.access import acting, record
from services.deeds.crediting import issue_credit
from services.errors import (
    CreditChanged,
    Invalid,
    RequestKeyReused,
)
from services.facts.accounts import open_account
from services.permissions import Actor, Permission
from services.rules import text
from services.rules.credits import WHOLE, CreditScope
from services.worksheets.credits import work_out_credit

_DAY_FREE = (1 << 48) - 1  # the bits of a derived id below its day


@dataclass(frozen=True, slots=True)
class CreditRequest:
    """An invoice to credit, by default whole. `request_key` makes it idempotent; `reason` is printed on the note."""

    account_id: int
    invoice_id: int
    reason: str
    request_key: str
    scope: CreditScope = WHOLE


@dataclass(frozen=True, slots=True)
class CreditedInvoice:
    """The credit note issued. `total` negative; `set_off` against the invoice and `balance` of the account positive."""

    credit_note_id: int
    number: str
    total: Money
    set_off: Money
    balance: Money
    is_repeat: bool = False


def credit_invoice(actor: Actor, request: CreditRequest, *, agreed: Money, today: date) -> CreditedInvoice:
    """Credit what is left of an invoice, or the part in the request's scope; subscriptions go on.

    Every line credited is negated with the original's tax, in the credit notes' own series, set off against what is
    open on the invoice; the rest is balance (billing rules §5). The same request key is the same credit note.
    `agreed`: the (negative) total that was shown. Raises `Invalid` (no reason), `NotFound`, `InvoiceNotCreditable`,
    `CreditExceedsLines`, `CreditChanged`, `RequestKeyReused`, `SellerIncomplete`, `SelfServiceAccount`.
    """
    request = replace(request, reason=text.one_line(request.reason))
    Invalid.when(text.reason_problems(request.reason))
    with acting(actor, Permission.CREDIT_INVOICES) as session:
        account = open_account(session, request.account_id)  # first: two clicks must not both find an open invoice
        earlier = _earlier(session, request)
        if earlier is not None:
            return earlier
        sheet = work_out_credit(session, account, request.invoice_id, request.scope, today=today)
        if sheet.bill.total != agreed:
            raise CreditChanged(agreed=-agreed, now=-sheet.bill.total)
        set_off_now, balance = sheet.set_off, sheet.balance
        note = issue_credit(session, sheet, reason=request.reason, natural_key=_natural_key(request), today=today)
        record(
            session,
            "credit_invoice",
            account_id=account.id,
            subject=note.number,
            subject_id=note.document_id,
            before={"invoice": sheet.invoice.number},
            after={
                "total": str(note.total),
                "set_off": str(set_off_now),
                "balance": str(balance),
                "reason": request.reason,
            },
        )
        return CreditedInvoice(note.document_id, note.number, note.total, set_off_now, balance)


def _natural_key(request: CreditRequest) -> str:
    return f"credit {request.request_key}"


def _earlier(session: Session, request: CreditRequest) -> CreditedInvoice | None:
    """The credit note that this request key issued, on whatever day: its id holds the key below the day."""
    day_zero = derive_id(date(2000, 1, 1), "document", request.account_id, _natural_key(request))
    note = session.scalar(
        select(Document).where(
            Document.account_id == request.account_id, Document.id.bitwise_and(_DAY_FREE) == day_zero
        )
    )
    if note is None:
        return None
    correction = session.scalars(
        select(Correction).where(Correction.account_id == note.account_id, Correction.credit_note_id == note.id)
    ).one()
    is_same = (correction.invoice_id, note.reason) == (request.invoice_id, request.reason)
    if not is_same or not _is_scope(session, note, request.scope):
        raise RequestKeyReused(number=note.number)
    total, used = Money(note.total_minor, note.currency), Money(correction.set_off_minor, note.currency)
    return CreditedInvoice(note.id, note.number, total, used, -total - used, is_repeat=True)


def _is_scope(session: Session, note: Document, scope: CreditScope) -> bool:
    """Whether the credit note took back what the scope asks for."""
    if scope.net is not None and scope.net != Money(-note.subtotal_minor, note.currency):
        return False
    lines = (
        select(LineCorrection.line_id)
        .join(
            DocumentLine,
            (DocumentLine.account_id == LineCorrection.account_id) & (DocumentLine.id == LineCorrection.credit_line_id),
        )
        .where(DocumentLine.account_id == note.account_id, DocumentLine.document_id == note.id)
    )
    return not scope.line_ids or set(session.scalars(lines)) <= set(scope.line_ids)
