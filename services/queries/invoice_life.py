"""The life of an invoice or credit note: ordered, issued, credited, paid, taken back, written off; its entries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import (
    AccountCredit,
    Allocation,
    Correction,
    Dispute,
    Document,
    Order,
    Payment,
    Posting,
    User,
    WriteOff,
)
from data.money import Money
from services.access import reading
from services.errors import NotFound
from services.permissions import Actor, Permission

# What happens on one day is told in this order.
KINDS = (
    "ordered", "issued", "taken_over", "set_off", "balance_left", "paid", "balance_used", "paid_back", "disputed",
    "settled", "written_off", "write_off_reversed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """Something that happened to a document. `page` and `ids` lead to what did it, where it has a page.

    `amount` is positive as the words of `kind` say it; `name`: a number or reference; `note`: a reason.
    """

    on: date
    kind: str
    amount: Money | None = None
    name: str = ""
    note: str = ""
    page: str = ""
    ids: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class OpenDispute:
    """A dispute that is not settled."""

    opened_on: date
    reason: str
    opened_by: str


@dataclass(frozen=True, slots=True)
class StandingWriteOff:
    """A write-off that was not taken back."""

    write_off_id: int
    on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class InvoiceLife:
    """A document's life, the earliest first; `written_off`: what of it stands given up.

    `ledger`: posted_on (date), ledger_account (code), debit_minor, credit_minor (minor units or None), currency.
    """

    events: tuple[LifeEvent, ...]
    dispute: OpenDispute | None
    written_off: tuple[StandingWriteOff, ...]
    ledger: pd.DataFrame


def invoice_life(actor: Actor, account_id: int, document_id: int) -> InvoiceLife:
    """The life of one document. Raises `NotFound`, also for another rep's."""
    with reading(actor, Permission.SEE_INVOICES) as session:
        row = session.scalar(select(Document).where(Document.account_id == account_id, Document.id == document_id))
        if row is None:
            raise NotFound(kind="invoice")
        events = [*_order(session, row), *_issue(row), *_set_off(session, row), *_allocations(session, row)]
        events += [*_write_offs(session, row), *_disputes(session, row)]
        events.sort(key=lambda event: (event.on, KINDS.index(event.kind)))
        return InvoiceLife(
            tuple(events), _open_dispute(session, row), _standing_write_offs(session, row), _ledger(session, row)
        )


def _order(session: Session, row: Document) -> list[LifeEvent]:
    order = session.get(Order, (row.account_id, row.order_id)) if row.order_id else None
    if order is None:
        return []
    ids = (("account", row.account_id), ("order", order.id))
    return [LifeEvent(order.placed_on, "ordered", name=order.number, page="sales/order", ids=ids)]


def _issue(row: Document) -> list[LifeEvent]:
    kind = "taken_over" if row.taken_over_on else "issued"
    return [LifeEvent(row.issued_on, kind, Money(abs(row.total_minor), row.currency), row.number, row.reason)]


def _set_off(session: Session, row: Document) -> list[LifeEvent]:
    """Credit notes set off against an invoice; of a credit note, the invoices it was set off against."""
    mine, other = Correction.invoice_id, Correction.credit_note_id
    if row.kind == "credit_note":
        mine, other = other, mine
    found = session.execute(
        select(Document, Correction.set_off_minor)
        .join(Correction, (Correction.account_id == Document.account_id) & (other == Document.id))
        .where(Correction.account_id == row.account_id, mine == row.id)
    )
    return [
        LifeEvent(
            max(one.issued_on, row.issued_on),
            "set_off",
            Money(minor, row.currency),
            one.number,
            one.reason if row.kind == "invoice" else "",
            "billing/invoice",
            (("account", one.account_id), ("document", one.id)),
        )
        for one, minor in found
    ]


def _allocations(session: Session, row: Document) -> list[LifeEvent]:
    """What payments and balance pay of an invoice; of a credit note, which invoices its balance paid."""
    if row.kind == "credit_note":
        found = session.execute(
            select(Allocation, Document)
            .join(Document, (Document.account_id == Allocation.account_id) & (Document.id == Allocation.invoice_id))
            .where(Allocation.account_id == row.account_id, Allocation.source_id == row.id)
        )
        credit = session.get(AccountCredit, (row.account_id, row.id))
        left = [LifeEvent(credit.since_on, "balance_left", Money(credit.amount_minor, row.currency))] if credit else []
        return left + [
            LifeEvent(
                one.allocated_on,
                "balance_used",
                Money(one.amount_minor, row.currency),
                invoice.number,
                page="billing/invoice",
                ids=(("account", row.account_id), ("document", invoice.id)),
            )
            for one, invoice in found
        ]
    events = []
    paid = session.execute(
        select(Allocation, Payment, Document)
        .outerjoin(Payment, (Payment.account_id == Allocation.account_id) & (Payment.id == Allocation.source_id))
        .outerjoin(Document, (Document.account_id == Allocation.account_id) & (Document.id == Allocation.source_id))
        .where(
            Allocation.account_id == row.account_id, Allocation.invoice_id == row.id, Allocation.source != "write_off"
        )
        .order_by(Allocation.recorded_at, Allocation.id)
    )
    for one, payment, note in paid:
        amount = Money(abs(one.amount_minor), row.currency)
        if payment is not None:
            ids = (("account", row.account_id), ("payment", payment.id))
            kind, said = ("paid", "") if one.amount_minor > 0 else ("paid_back", payment.reversal_reason)
            events.append(LifeEvent(one.allocated_on, kind, amount, payment.reference, said, "billing/payment", ids))
        elif note is not None:
            ids = (("account", row.account_id), ("document", note.id))
            events.append(LifeEvent(one.allocated_on, "balance_used", amount, note.number, "", "billing/invoice", ids))
    return events


def _write_offs(session: Session, row: Document) -> list[LifeEvent]:
    rows = session.scalars(select(WriteOff).where(WriteOff.account_id == row.account_id, WriteOff.invoice_id == row.id))
    events = []
    for one in rows:
        amount = Money(one.amount_minor, one.currency)
        events.append(LifeEvent(one.written_off_on, "written_off", amount, note=one.reason))
        if one.reversed_on is not None:
            events.append(LifeEvent(one.reversed_on, "write_off_reversed", amount, note=one.reversal_reason))
    return events


def _standing_write_offs(session: Session, row: Document) -> tuple[StandingWriteOff, ...]:
    rows = session.execute(
        select(WriteOff.id, WriteOff.written_off_on, WriteOff.amount_minor, WriteOff.currency)
        .where(WriteOff.account_id == row.account_id, WriteOff.invoice_id == row.id, WriteOff.reversed_on.is_(None))
        .order_by(WriteOff.written_off_on, WriteOff.id)
    )
    return tuple(StandingWriteOff(key, day, Money(minor, currency)) for key, day, minor, currency in rows)


def _disputes(session: Session, row: Document) -> list[LifeEvent]:
    events = []
    for one in session.scalars(
        select(Dispute).where(Dispute.account_id == row.account_id, Dispute.document_id == row.id)
    ):
        events.append(LifeEvent(one.opened_on, "disputed", note=one.reason))
        if one.closed_on is not None:
            events.append(LifeEvent(one.closed_on, "settled"))
    return events


def _open_dispute(session: Session, row: Document) -> OpenDispute | None:
    found = session.execute(
        select(Dispute, User.name)
        .join(User, User.id == Dispute.opened_by)
        .where(Dispute.account_id == row.account_id, Dispute.document_id == row.id, Dispute.closed_on.is_(None))
    ).one_or_none()
    return OpenDispute(found[0].opened_on, found[0].reason, found[1]) if found else None


def _ledger(session: Session, row: Document) -> pd.DataFrame:
    """The sides that name the document; they add up to 0."""
    rows = session.scalars(
        select(Posting)
        .where(Posting.account_id == row.account_id, Posting.document_id == row.id)
        .order_by(Posting.posted_on, Posting.entry_id, Posting.position)
    )
    frame = [
        (
            one.posted_on,
            one.ledger_account,
            one.amount_minor if one.amount_minor > 0 else None,
            -one.amount_minor if one.amount_minor < 0 else None,
            one.currency,
        )
        for one in rows
    ]
    columns = ["posted_on", "ledger_account", "debit_minor", "credit_minor", "currency"]
    return pd.DataFrame(frame, columns=columns, dtype=object)
