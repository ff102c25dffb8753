"""The documents of an order, issued and set off: credit notes first, then the invoice."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Document, Order, Subscription
from data.money import Money
from services.bulk import Rows
from services.documents.facts import Settlement
from services.facts.payments import balance_of, balance_uses
from services.journal import BilledItem, Issued, credit_balance, issue_documents, set_off
from services.journal.payments import book_balance
from services.rules.change_outlook import settled as settled_by
from services.worksheets import paperwork
from services.worksheets.orders import Worksheet
from services.worksheets.paperwork import corrected_totals


def issue_order(
    session: Session, rows: Rows, sheet: Worksheet, order: Order, subscriptions: list[Subscription], today: date
) -> list[tuple[str, Issued]]:
    """Credit notes, then the invoice; a note is set off against what it corrects, then against the invoice."""
    account_id, settled = sheet.account.id, list[Settlement]()
    issued: list[tuple[str, Issued]] = []
    if sheet.credit_notes:
        before = _billed(sheet, subscriptions, before=True)
        issues = [
            paperwork.credit_note_of_order(session, sheet, order, po, bill, before, today)
            for po, bill in sheet.credit_notes
        ]
        issued += [("credit_note", note) for note in issue_documents(session, rows, issues)]
        rows.write()
    due = sheet.charges.total if sheet.charges is not None else Money.zero(sheet.account.currency)
    for (_kind, note), (_po, bill) in zip(issued, sheet.credit_notes, strict=True):
        left = set_off(session, account_id, note.document_id, list(corrected_totals(bill, sheet.invoiced)))
        if used := min(left, due):
            settled.append(Settlement(note.number, used))
            due -= used
    if sheet.charges is not None:
        uses = balance_uses(session, account_id, due)
        if uses:
            settled.append(Settlement("", Money.total((use.amount for use in uses), due.currency)))
        issue = paperwork.invoice_of_order(session, sheet, order, _billed(sheet, subscriptions), today, tuple(settled))
        (invoice,) = issue_documents(session, rows, [issue])
        issued.append(("invoice", invoice))
        if uses or sheet.credit_notes:
            rows.write()
        book_balance(session, account_id, invoice.document_id, uses, today)
    for _kind, note in issued[: len(sheet.credit_notes)]:
        if note.number in {one.number for one in settled}:
            set_off(session, account_id, note.document_id, [issued[-1][1].document_id])
        credit_balance(session, rows, account_id, note.document_id)
    return issued


def from_balance(session: Session, sheet: Worksheet) -> Money:
    """What of the account's balance the order's invoice would use, after the credit notes of the order itself."""
    account = sheet.account
    if sheet.charges is None:
        return Money.zero(account.currency)
    parts = balance_of(session, account.id, account.currency)
    balance = Money.total((part.left for part in parts), account.currency)
    notes = [(-bill.total, list(corrected_totals(bill, sheet.invoiced))) for _, bill in sheet.credit_notes]
    ids = {invoice_id for _, invoices in notes for invoice_id in invoices}
    rows = session.execute(
        select(Document.id, Document.open_minor).where(Document.account_id == account.id, Document.id.in_(ids))
    )
    open_on = {invoice_id: Money(minor, account.currency) for invoice_id, minor in rows}
    owed = settled_by(notes, open_on, charged=sheet.charges.total, balance=Money.zero(account.currency)).to_pay
    return min(owed, balance)


def _billed(sheet: Worksheet, subscriptions: list[Subscription], *, before: bool = False) -> dict[int, BilledItem]:
    """Whose each bill line is; a credit belongs to the period before the one that the change opened."""
    return {
        position: BilledItem(
            subscription.id,
            subscription.sequence - (1 if before and quoted.opens_period else 0),
            quoted.before.plan.plan if before and quoted.before else quoted.plan.plan,
            (quoted.before.plan if before and quoted.before else quoted.plan).product_name,
            (quoted.before.plan if before and quoted.before else quoted.plan).name,
        )
        for position, (subscription, quoted) in enumerate(zip(subscriptions, sheet.quote.items, strict=True))
    }
