"""Issuing a credit note that was worked out: set off, balance and mail, in one transaction."""

from datetime import date

from sqlalchemy.orm import Session

from data.models import Order, User
from services.bulk import Rows
from services.errors import SellerIncomplete
from services.facts.sellers import seller_profile
from services.journal import Issued, credit_balance, issue_documents, queue_mail, set_off
from services.rules.seller_completeness import missing
from services.worksheets.credits import CreditWorksheet, credit_note_of


def issue_credit(session: Session, sheet: CreditWorksheet, *, reason: str, natural_key: str, today: date) -> Issued:
    """Issue the credit note of a sheet, set it off against its invoice, and have the rest be the account's balance.

    The account is locked. Raises `SellerIncomplete`.
    """
    _check_seller(session, sheet)
    issue = credit_note_of(session, sheet, reason=reason, natural_key=natural_key, today=today)
    rows = Rows(session)
    (note,) = issue_documents(session, rows, [issue])
    rows.write()
    set_off(session, sheet.account.id, note.document_id, [sheet.invoice.id])
    credit_balance(session, rows, sheet.account.id, note.document_id)
    rows.write()
    _queue_mail(session, sheet, note, reason)
    return note


def _check_seller(session: Session, sheet: CreditWorksheet) -> None:
    lacking = missing(seller_profile(session, sheet.seller), sheet.invoice.currency)
    if lacking:
        raise SellerIncomplete(seller=sheet.seller.legal_name, missing=lacking)


def _queue_mail(session: Session, sheet: CreditWorksheet, note: Issued, reason: str) -> None:
    if not sheet.recipients:
        return
    account, order = sheet.account, _order(session, sheet)
    rep = session.get(User, account.rep_id) if account.rep_id else None
    queue_mail(
        session,
        kind="credit_note",
        account=account,
        event_key=f"credit_note:{note.document_id}",
        recipients=sheet.recipients,
        facts={
            "account": account.legal_name,
            "number": note.number,
            "total": {"minor": note.total.minor, "currency": note.total.currency},
            "reason": reason,
            "order_number": order.number if order else "",
            "rep": rep.name if rep else "",
            "rep_email": rep.email if rep and rep.is_active else "",
        },
        attachments=[{"kind": "credit_note", "id": str(note.document_id), "name": f"{note.number}.pdf"}],
    )


def _order(session: Session, sheet: CreditWorksheet) -> Order | None:
    invoice, account = sheet.invoice, sheet.account
    return session.get(Order, (account.id, invoice.order_id)) if invoice.order_id else None
