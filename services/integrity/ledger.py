"""Checks of the ledger: entries balance, and its accounts say what documents, payments and balances say."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from data.models import (
    AccountCredit,
    Allocation,
    Correction,
    Document,
    DocumentLine,
    Payment,
    Posting,
    Recognition,
    RefundPart,
    WriteOff,
)
from data.money import Money
from services.integrity.violations import Found
from services.rules.payment_means import OPENING_BALANCE


def balanced(session: Session) -> Found:
    """The postings of an entry add up to 0, in one currency and on one day."""
    rows = session.execute(
        select(
            Posting.account_id,
            Posting.entry_id,
            func.min(Posting.currency),
            func.sum(Posting.amount_minor),
            func.count(Posting.currency.distinct()),
            func.count(Posting.posted_on.distinct()),
        )
        .group_by(Posting.account_id, Posting.entry_id)
        .having(
            or_(
                func.sum(Posting.amount_minor) != 0,
                func.count(Posting.currency.distinct()) > 1,
                func.count(Posting.posted_on.distinct()) > 1,
            )
        )
    )
    for account_id, entry, currency, minor, currencies, days in rows:
        if minor:
            yield account_id, f"entry {entry}", Money(0, currency), Money(int(minor), currency)
        else:
            yield account_id, f"entry {entry}", "one currency, one day", f"{currencies} and {days}"


def receivables(session: Session) -> Found:
    """Receivables of the ledger are what is open on invoices."""
    return _same(
        session,
        "receivables",
        _posted("receivables"),
        [
            select(Document.account_id, Document.currency, func.sum(Document.open_minor)).where(
                Document.kind == "invoice"
            )
        ],
        Document,
    )


def customer_credit(session: Session) -> Found:
    """Customer credit of the ledger is what is left of credit notes and payments."""
    return _same(
        session,
        "customer_credit",
        _posted("customer_credit"),
        [select(AccountCredit.account_id, AccountCredit.currency, -func.sum(AccountCredit.left_minor))],
        AccountCredit,
    )


def tax(session: Session) -> Found:
    """Tax payable of the ledger is the tax of the documents."""
    documents = select(Document.account_id, Document.currency, -func.sum(Document.tax_minor))
    return _same(session, "tax_payable", _posted("tax_payable"), [documents], Document)


def revenue(session: Session) -> Found:
    """Revenue, deferred and earned, is the net of the documents: nothing invoiced is lost between the two."""
    documents = select(Document.account_id, Document.currency, -func.sum(Document.subtotal_minor)).where(
        Document.taken_over_on.is_(None)
    )
    return _same(session, "revenue", _posted("deferred_revenue", "revenue"), [documents], Document)


def earned(session: Session) -> Found:
    """What a line earns over its months is the line: invoiced = recognised + deferred, sooner or later."""
    months = (
        select(Recognition.account_id, Recognition.line_id, func.sum(Recognition.amount_minor).label("minor"))
        .group_by(Recognition.account_id, Recognition.line_id)
        .subquery()
    )
    rows = session.execute(
        select(
            DocumentLine.account_id,
            Document.number,
            DocumentLine.position,
            Document.currency,
            DocumentLine.net_minor,
            func.coalesce(months.c.minor, 0),
        )
        .join(Document, and_(Document.account_id == DocumentLine.account_id, Document.id == DocumentLine.document_id))
        .outerjoin(months, and_(months.c.account_id == DocumentLine.account_id, months.c.line_id == DocumentLine.id))
        .where(DocumentLine.net_minor != func.coalesce(months.c.minor, 0))
    )
    for account_id, number, position, currency, net, minor in rows:
        yield account_id, f"{number} line {position}", Money(net, currency), Money(int(minor), currency)


def cash(session: Session) -> Found:
    """Cash of the ledger is what was received less what was given back; a reversed payment counts no more."""
    standing = Payment.reversed_on.is_(None)
    received = select(Payment.account_id, Payment.currency, func.sum(Payment.amount_minor)).where(
        standing, Payment.kind == "receipt", Payment.means != OPENING_BALANCE
    )
    returned = select(Payment.account_id, Payment.currency, -func.sum(Payment.amount_minor)).where(
        standing, Payment.kind == "refund"
    )
    return _same(session, "cash", _posted("cash"), [received, returned], Payment)


def write_offs(session: Session) -> Found:
    """Write-offs of the ledger are what was given up and not taken back."""
    given_up = select(WriteOff.account_id, WriteOff.currency, func.sum(WriteOff.amount_minor)).where(
        WriteOff.reversed_on.is_(None)
    )
    return _same(session, "write_offs", _posted("write_offs"), [given_up], WriteOff)


def _posted(*accounts: str) -> ColumnElement[bool]:
    return Posting.ledger_account.in_(accounts)


def _same(
    session: Session,
    name: str,
    postings: ColumnElement[bool],
    others: Sequence[Select[int, str, int]],
    model: type[Any],
) -> Found:
    """Compare postings with what the rows of a model say, by account and currency."""
    ledger: dict[tuple[int, str], int] = {}
    for account_id, currency, minor in session.execute(
        select(Posting.account_id, Posting.currency, func.sum(Posting.amount_minor))
        .where(postings)
        .group_by(Posting.account_id, Posting.currency)
    ):
        ledger[account_id, currency] = int(minor)
    rows: dict[tuple[int, str], int] = {}
    for other in others:
        for account_id, currency, minor in session.execute(other.group_by(model.account_id, model.currency)):
            rows[account_id, currency] = rows.get((account_id, currency), 0) + int(minor)
    for key in sorted(ledger.keys() | rows.keys()):
        wanted, found = rows.get(key, 0), ledger.get(key, 0)
        if wanted != found:
            yield key[0], name, Money(wanted, key[1]), Money(found, key[1])


def open_amounts(session: Session) -> Found:
    """What is open on an invoice is its total less what was set off and allocated; from 0 to the total."""
    set_off = (
        select(Correction.account_id, Correction.invoice_id, func.sum(Correction.set_off_minor).label("minor"))
        .group_by(Correction.account_id, Correction.invoice_id)
        .subquery()
    )
    paid = (
        select(Allocation.account_id, Allocation.invoice_id, func.sum(Allocation.amount_minor).label("minor"))
        .group_by(Allocation.account_id, Allocation.invoice_id)
        .subquery()
    )
    left = Document.total_minor - func.coalesce(set_off.c.minor, 0) - func.coalesce(paid.c.minor, 0)
    wanted = func.coalesce(left, 0)
    rows = session.execute(
        select(Document.account_id, Document.number, Document.currency, Document.open_minor, wanted)
        .outerjoin(set_off, and_(set_off.c.account_id == Document.account_id, set_off.c.invoice_id == Document.id))
        .outerjoin(paid, and_(paid.c.account_id == Document.account_id, paid.c.invoice_id == Document.id))
        .where(
            Document.kind == "invoice",
            or_(Document.open_minor != wanted, Document.open_minor < 0, Document.open_minor > Document.total_minor),
        )
    )
    for account_id, number, currency, found, minor in rows:
        yield account_id, number, Money(int(minor), currency), Money(found, currency)
    notes = session.execute(
        select(Document.account_id, Document.number, Document.currency, Document.open_minor).where(
            Document.kind == "credit_note", Document.open_minor != 0
        )
    )
    for account_id, number, currency, found in notes:
        yield account_id, number, Money(0, currency), Money(found, currency)


def sources_used(session: Session) -> Found:
    """A payment and a credit note are used to the cent: set off, allocated, left as balance or refunded."""
    used: dict[int, int] = {}
    for note, minor in session.execute(
        select(Correction.credit_note_id, func.sum(Correction.set_off_minor)).group_by(Correction.credit_note_id)
    ):
        used[note] = int(minor)
    for source, minor in session.execute(
        select(Allocation.source_id, func.sum(Allocation.amount_minor))
        .where(Allocation.source != "write_off")
        .group_by(Allocation.source_id)
    ):
        used[source] = used.get(source, 0) + int(minor)
    left: dict[int, int] = {}
    for source, minor in session.execute(
        select(AccountCredit.source_id, func.sum(AccountCredit.left_minor)).group_by(AccountCredit.source_id)
    ):
        left[source] = int(minor)
    for source, minor in session.execute(
        select(RefundPart.credit_id, func.sum(RefundPart.amount_minor))
        .join(Payment, and_(Payment.account_id == RefundPart.account_id, Payment.id == RefundPart.refund_id))
        .where(Payment.reversed_on.is_(None))
        .group_by(RefundPart.credit_id)
    ):
        left[source] = left.get(source, 0) + int(minor)
    notes = session.execute(
        select(Document.account_id, Document.id, Document.number, Document.currency, -Document.total_minor).where(
            Document.kind == "credit_note"
        )
    )
    for account_id, note, number, currency, minor in notes:
        found = used.get(note, 0) + left.get(note, 0)
        if found != minor:
            yield account_id, number, Money(int(minor), currency), Money(found, currency)
    payments = session.scalars(select(Payment).where(Payment.kind == "receipt"))
    for payment in payments:
        wanted = 0 if payment.reversed_on else payment.amount_minor
        found = used.get(payment.id, 0) + left.get(payment.id, 0)
        if found != wanted:
            named = payment.reference or f"payment {payment.id}"
            yield payment.account_id, named, Money(wanted, payment.currency), Money(found, payment.currency)
