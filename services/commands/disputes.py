"""Invoices that a customer disputes: marked, without reminders, until it is settled."""

from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import Dispute, Document
from services.access import acting, record
from services.errors import Invalid
from services.facts.accounts import open_account
from services.facts.payments import invoice_of
from services.permissions import Actor, Permission
from services.rules import text
from services.rules.payments import (
    AlreadyDisputed,
    NotDisputed,
    NothingOpen,
)


def open_dispute(actor: Actor, account_id: int, invoice_id: int, *, reason: str, today: date) -> None:
    """Mark an open invoice as disputed from today. Raises `Invalid`, `NotFound`, `NothingOpen`, `AlreadyDisputed`."""
    reason = text.one_line(reason)
    Invalid.when(text.reason_problems(reason, limit=text.LONGEST_LINE))
    with acting(actor, Permission.DISPUTE_INVOICES) as session:
        account = open_account(session, account_id)
        invoice = invoice_of(session, account.id, invoice_id)
        running = _running(session, invoice)
        if running is not None:
            raise AlreadyDisputed(number=invoice.number, opened_on=running.opened_on)
        if invoice.open_minor <= 0:
            raise NothingOpen(number=invoice.number)
        count = len(session.scalars(_all(invoice)).all())
        session.add(
            Dispute(
                account_id=account.id,
                id=derive_id(today, "dispute", invoice.id, count),
                document_id=invoice.id,
                opened_on=today,
                reason=reason,
                opened_by=actor.user_id,
            )
        )
        _record(session, "open_dispute", invoice, reason)


def close_dispute(actor: Actor, account_id: int, invoice_id: int, *, outcome: str, today: date) -> None:
    """End a dispute, with how it came out; reminders go on. Raises `Invalid`, `NotFound`, `NotDisputed`."""
    outcome = text.one_line(outcome)
    Invalid.when(text.reason_problems(outcome, field="outcome", limit=text.LONGEST_LINE))
    with acting(actor, Permission.DISPUTE_INVOICES) as session:
        account = open_account(session, account_id)
        invoice = invoice_of(session, account.id, invoice_id)
        running = _running(session, invoice)
        if running is None:
            raise NotDisputed(number=invoice.number)
        running.closed_on = today
        _record(session, "close_dispute", invoice, outcome)


def _all(invoice: Document) -> Select[Dispute]:
    return select(Dispute).where(Dispute.account_id == invoice.account_id, Dispute.document_id == invoice.id)


def _running(session: Session, invoice: Document) -> Dispute | None:
    return session.scalar(_all(invoice).where(Dispute.closed_on.is_(None)))


def _record(session: Session, action: str, invoice: Document, reason: str) -> None:
    record(
        session,
        action,
        account_id=invoice.account_id,
        subject=invoice.number,
        subject_id=invoice.id,
        after={"reason": reason},
    )
