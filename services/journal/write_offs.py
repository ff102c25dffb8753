"""Write-offs booked, and taken back."""

from datetime import date

from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import Document, WriteOff
from data.money import Money
from services import access
from services.journal.ledger import LedgerAccount, Side, post
from services.journal.payments import WRITE_OFF, allocate


def write_off(
    session: Session, invoice: Document, amount: Money, *, reason: str, approval_id: int | None, today: date
) -> WriteOff:
    """Give up an amount that is open on an invoice, its tax included: tax is only put right by a credit note."""
    actor = session.info.get("actor")
    row = WriteOff(
        account_id=invoice.account_id,
        id=derive_id(today, "write-off", invoice.id, approval_id or 0),
        invoice_id=invoice.id,
        amount_minor=amount.minor,
        currency=amount.currency,
        reason=reason,
        written_off_on=today,
        approval_id=approval_id,
        recorded_by=actor.user_id if actor else None,
        recorded_at=access.now(),
    )
    session.add(row)
    session.flush()
    allocate(session, invoice.account_id, WRITE_OFF, row.id, {invoice.id: amount.minor}, today)
    sides = [
        Side(LedgerAccount.WRITE_OFFS, amount.minor, invoice.id),
        Side(LedgerAccount.RECEIVABLES, -amount.minor, invoice.id),
    ]
    post(session, invoice.account_id, event=f"write-off {row.id}", day=today, currency=amount.currency, sides=sides)
    return row


def reverse_write_off(session: Session, row: WriteOff, *, reason: str, today: date) -> None:
    """What was given up is owed again from today; the entry of the write-off stays beside that of its reversal."""
    row.reversed_on, row.reversal_reason = today, reason
    allocate(session, row.account_id, WRITE_OFF, row.id, {row.invoice_id: -row.amount_minor}, today)
    sides = [
        Side(LedgerAccount.RECEIVABLES, row.amount_minor, row.invoice_id),
        Side(LedgerAccount.WRITE_OFFS, -row.amount_minor, row.invoice_id),
    ]
    event = f"write-off {row.id} reversed"
    post(session, row.account_id, event=event, day=today, currency=row.currency, sides=sides)
