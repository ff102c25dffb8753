"""What becomes of a credit note: set off against open invoices, the rest the account's balance (billing rules §5)."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import Correction, Document
from data.money import Money
from services.bulk import Rows
from services.journal import payments
from services.journal.coming import settling
from services.journal.figures import add_due, dimensions_of_document
from services.journal.ledger import LedgerAccount, Side, keep_entry


def set_off(session: Session, account_id: int, credit_note_id: int, invoice_ids: Sequence[int]) -> Money:
    """Set what is left of a written credit note off against what is open on invoices, the oldest first.

    Returns what is still left.
    """
    note = session.get_one(Document, (account_id, credit_note_id))
    left = left_of(session, note)
    with settling(session, account_id, invoice_ids):
        return _set_off(session, note, left, invoice_ids)


def _set_off(session: Session, note: Document, left: Money, invoice_ids: Sequence[int]) -> Money:
    account_id, credit_note_id = note.account_id, note.id
    invoices = [session.get_one(Document, (account_id, one), with_for_update=True) for one in sorted(invoice_ids)]
    rows = Rows(session)
    for invoice in sorted(invoices, key=lambda one: (one.due_on, one.number)):
        used = min(left, Money(invoice.open_minor, invoice.currency))
        of, owed = dimensions_of_document(invoice), -used.minor
        add_due(rows, owed, posted_on=note.issued_on, due_on=invoice.due_on, currency=note.currency, of=of)
        invoice.open_minor -= used.minor
        left -= used
        session.add(
            Correction(
                account_id=account_id,
                id=derive_id(note.issued_on, "correction", credit_note_id, invoice.id),
                credit_note_id=credit_note_id,
                invoice_id=invoice.id,
                set_off_minor=used.minor,
            )
        )
    rows.write()
    return left


def left_of(session: Session, note: Document) -> Money:
    """What of a credit note was not set off yet (positive)."""
    used = session.scalar(
        select(func.sum(Correction.set_off_minor)).where(
            Correction.account_id == note.account_id, Correction.credit_note_id == note.id
        )
    )
    return Money(-note.total_minor - int(used or 0), note.currency)


def credit_balance(session: Session, rows: Rows, account_id: int, credit_note_id: int) -> None:
    """Book what is left of a written credit note, after set-off, as the account's balance."""
    note = session.get_one(Document, (account_id, credit_note_id))
    left = left_of(session, note)
    if left:
        sides = (
            Side(LedgerAccount.RECEIVABLES, left.minor, note.id),
            Side(LedgerAccount.CUSTOMER_CREDIT, -left.minor, note.id),
        )
        entry_id = derive_id(note.issued_on, "entry", note.id, "balance")
        keep_entry(rows, account_id, entry_id, note.issued_on, note.currency, sides)
        payments.add_balance(session, account_id, payments.CREDIT_NOTE, note.id, left, note.issued_on)
