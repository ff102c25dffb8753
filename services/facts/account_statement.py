"""What changed an account's balance in a period, from its documents, payments and write-offs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from data.identity import day_of
from data.models import Allocation, Correction, Document, Payment, Posting, WriteOff
from data.money import Money
from services.rules.account_statement import Entry, EntryKind

_LEDGER = ("receivables", "customer_credit")


def ledger_balance(session: Session, account_id: int, currency: str, until: date, *, included: bool) -> Money:
    """What the ledger says the customer owes, less what is held for them, before or at the end of a day."""
    day = Posting.posted_on <= until if included else Posting.posted_on < until
    minor = session.scalar(
        select(func.sum(Posting.amount_minor)).where(
            Posting.account_id == account_id,
            Posting.ledger_account.in_(_LEDGER),
            Posting.currency == currency,
            day,
        )
    )
    return Money(int(minor or 0), currency)


def entries(session: Session, account_id: int, currency: str, first: date, last: date) -> list[Entry]:
    """All that happened from the first to the last day, both included; in no order."""
    found = (
        _documents(session, account_id, currency, first, last),
        _set_off(session, account_id, currency, first, last),
        _balance_used(session, account_id, currency, first, last),
        _payments(session, account_id, currency, first, last),
        _write_offs(session, account_id, currency, first, last),
    )
    return [entry for each in found for entry in each]


def _documents(session: Session, account_id: int, currency: str, first: date, last: date) -> Iterator[Entry]:
    rows = session.execute(
        select(Document.kind, Document.number, Document.issued_on, Document.due_on, Document.total_minor).where(
            Document.account_id == account_id,
            Document.currency == currency,
            Document.issued_on >= first,
            Document.issued_on <= last,
        )
    )
    for kind, number, day, due_on, minor in rows:
        is_invoice = kind == "invoice"
        yield Entry(day, EntryKind(kind), number, Money(minor, currency), due_on if is_invoice else None)


def _set_off(session: Session, account_id: int, currency: str, first: date, last: date) -> Iterator[Entry]:
    note, invoice = aliased(Document), aliased(Document)
    rows = session.execute(
        select(note.issued_on, note.number, invoice.number, Correction.set_off_minor)
        .select_from(Correction)
        .join(note, (note.account_id == Correction.account_id) & (note.id == Correction.credit_note_id))
        .join(invoice, (invoice.account_id == Correction.account_id) & (invoice.id == Correction.invoice_id))
        .where(Correction.account_id == account_id, Correction.set_off_minor > 0, note.currency == currency,
               note.issued_on >= first, note.issued_on <= last)
    )  # fmt: skip
    for day, name, about, minor in rows:
        yield _applied(day, name, about, Money(minor, currency))


def _balance_used(session: Session, account_id: int, currency: str, first: date, last: date) -> Iterator[Entry]:
    """What was left of a credit note and paid an invoice later."""
    note, invoice = aliased(Document), aliased(Document)
    rows = session.execute(
        select(Allocation.allocated_on, note.number, invoice.number, func.sum(Allocation.amount_minor))
        .select_from(Allocation)
        .join(note, (note.account_id == Allocation.account_id) & (note.id == Allocation.source_id))
        .join(invoice, (invoice.account_id == Allocation.account_id) & (invoice.id == Allocation.invoice_id))
        .where(Allocation.account_id == account_id, Allocation.source == "credit_note", note.currency == currency,
               Allocation.allocated_on >= first, Allocation.allocated_on <= last)
        .group_by(Allocation.allocated_on, note.number, invoice.number)
    )  # fmt: skip
    for day, name, about, minor in rows:
        if minor > 0:
            yield _applied(day, name, about, Money(int(minor), currency))


def _payments(session: Session, account_id: int, currency: str, first: date, last: date) -> Iterator[Entry]:
    """Money in and out, on the day it was booked, which its id holds; and what came back."""
    rows = session.scalars(select(Payment).where(Payment.account_id == account_id, Payment.currency == currency))
    for row in rows:
        is_refund = row.kind == "refund"
        amount = Money(row.amount_minor if is_refund else -row.amount_minor, currency)
        kinds = (EntryKind.REFUND, EntryKind.REFUND_RETURNED) if is_refund else (
            EntryKind.PAYMENT, EntryKind.PAYMENT_RETURNED)  # fmt: skip
        booked_on = day_of(row.id)
        if first <= booked_on <= last:
            yield Entry(booked_on, kinds[0], row.reference, amount)
        if row.reversed_on is not None and first <= row.reversed_on <= last:
            yield Entry(row.reversed_on, kinds[1], row.reference, -amount)


def _write_offs(session: Session, account_id: int, currency: str, first: date, last: date) -> Iterator[Entry]:
    rows: Any = session.execute(
        select(WriteOff.written_off_on, WriteOff.reversed_on, WriteOff.amount_minor, Document.number)
        .join(Document, (Document.account_id == WriteOff.account_id) & (Document.id == WriteOff.invoice_id))
        .where(WriteOff.account_id == account_id, WriteOff.currency == currency, WriteOff.written_off_on <= last)
    )
    for day, reversed_on, minor, number in rows:
        if first <= day:
            yield Entry(day, EntryKind.WRITE_OFF, "", Money(-minor, currency), about=number)
        if reversed_on is not None and first <= reversed_on <= last:
            yield Entry(reversed_on, EntryKind.WRITE_OFF_REVERSED, "", Money(minor, currency), about=number)


def _applied(day: date, name: str, about: str, amount: Money) -> Entry:
    return Entry(day, EntryKind.SET_OFF, name, Money.zero(amount.currency), about=about, applied=amount)
