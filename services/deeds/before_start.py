"""A subscription called off before its first day: what was invoiced for it is credited in full."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Account, DocumentLine, Subscription
from services import facts
from services.deeds.crediting import issue_credit
from services.journal import Issued
from services.journal import lifecycle as journal
from services.rules.credits import CreditScope
from services.words.i18n import Words
from services.worksheets.credits import CreditWorksheet, work_out_credit


def credits_before_start(
    session: Session, account: Account, subscription: Subscription, today: date
) -> tuple[CreditWorksheet, ...]:
    """All that is left of what was invoiced for it, one sheet an invoice: preview and deed are the same."""
    lines = session.scalars(
        select(DocumentLine)
        .where(
            DocumentLine.account_id == account.id,
            DocumentLine.subscription_id == subscription.id,
            DocumentLine.kind == "charge",
        )
        .order_by(DocumentLine.document_id, DocumentLine.position)
    ).all()
    by_invoice: dict[int, list[int]] = {}
    for line in facts.open_lines(session, account.id, lines, account.currency):
        if line.left:
            by_invoice.setdefault(line.invoice_id, []).append(line.line_id)
    return tuple(
        work_out_credit(session, account, invoice_id, CreditScope(tuple(line_ids)), today=today)
        for invoice_id, line_ids in by_invoice.items()
    )


def call_off(
    session: Session, account: Account, subscription: Subscription, reason: str, today: date
) -> tuple[int, Sequence[Issued]]:
    """End it before it begins; returns the event's id and the credit notes. The account is locked."""
    sheets = credits_before_start(session, account, subscription, today)
    event = journal.call_off(session, account, subscription, reason, today)
    session.flush()
    notes = []
    for sheet in sheets:
        words = Words(account.language, sheet.seller.country)
        told = words.t("Cancelled before its start: {subscription}", subscription=subscription.reference)
        key = f"called off {subscription.id} {sheet.invoice.id}"
        notes.append(issue_credit(session, sheet, reason=told, natural_key=key, today=today))
    return event, notes
