"""Issues documents: numbers, lines, corrections, set-off and postings, in the transaction of the event."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import (
    Account,
    Correction,
    Document,
    DocumentLine,
    IssuedNumber,
    LineCorrection,
    NumberSeries,
    Posting,
    Seller,
)
from data.money import Money
from services import access
from services.documents.facts import DocumentFacts, DocumentKind
from services.documents.sheet import canonical, sheet_of
from services.journal import payments
from services.rules.bills import Bill, BillLine


@dataclass(frozen=True, slots=True)
class BilledItem:
    """Whose line it is: the subscription, the sequence of its billed period, and its plan."""

    subscription_id: int
    sequence: int
    plan: str


@dataclass(frozen=True, slots=True)
class Issue:
    """What to issue. `facts` without number and hash; `items`: a bill line's key → whose it is."""

    bill: Bill
    facts: DocumentFacts
    items: Mapping[int, BilledItem]
    natural_key: str
    due_on: date
    order_id: int | None = None
    po_id: int | None = None


@dataclass(frozen=True, slots=True)
class Issued:
    """An issued document's id, number and total."""

    document_id: int
    number: str
    total: Money


def issue_document(session: Session, account: Account, seller: Seller, issue: Issue) -> Issued:
    """Number and store a document with everything that follows from it; call it last, the series is the hottest lock.

    A credit note is then `set_off` against the invoices it corrects and the invoice of its own order; the rest is the
    account's balance (`credit_balance`; billing rules §5, §8).
    """
    facts, today = issue.facts, issue.facts.issued_on
    is_credit = facts.kind is DocumentKind.CREDIT_NOTE
    session.flush()  # whatever the lines point to stands before the series is locked
    series = _lock_series(session, seller.credit_prefix if is_credit else seller.invoice_prefix, today.year)
    series.last_number += 1
    number = f"{series.series}-{series.year}-{series.last_number:06d}"
    facts = replace(facts, number=number, previous_hash=series.last_hash)
    sheet = canonical(sheet_of(facts))
    previous_hash, series.last_hash = series.last_hash, hashlib.sha256(sheet.encode()).hexdigest()
    document = Document(
        account_id=account.id,
        id=derive_id(today, "document", account.id, issue.natural_key),
        kind=facts.kind.value,
        seller=seller.code,
        number=number,
        order_id=issue.order_id,
        po_id=issue.po_id,
        issued_on=today,
        issued_at=access.now(),
        due_on=issue.due_on,
        currency=facts.currency,
        language=facts.language,
        subtotal_minor=issue.bill.subtotal.minor,
        tax_minor=issue.bill.tax.minor,
        total_minor=issue.bill.total.minor,
        open_minor=0 if is_credit else issue.bill.total.minor,
        reason=facts.reason,
        sheet=sheet,
        sheet_hash=series.last_hash,
        previous_hash=previous_hash,
    )
    session.add(document)
    session.add(
        IssuedNumber(
            series=series.series,
            year=series.year,
            number=series.last_number,
            account_id=account.id,
            document_id=document.id,
        )
    )
    session.flush()
    _write_lines(session, document, issue)
    _post(session, document)
    return Issued(document.id, number, issue.bill.total)


def set_off(session: Session, account: Account, credit_note_id: int, invoice_ids: Sequence[int]) -> Money:
    """Set what is left of a credit note off against what is open on invoices, in order; returns what is still left."""
    note = session.get_one(Document, (account.id, credit_note_id))
    left = left_of(session, note)
    for invoice_id in invoice_ids:
        invoice = session.get_one(Document, (account.id, invoice_id), with_for_update=True)
        used = min(left, Money(invoice.open_minor, invoice.currency))
        invoice.open_minor -= used.minor
        left -= used
        session.add(
            Correction(
                account_id=account.id,
                id=derive_id(note.issued_on, "correction", credit_note_id, invoice_id),
                credit_note_id=credit_note_id,
                invoice_id=invoice_id,
                set_off_minor=used.minor,
            )
        )
    session.flush()
    return left


def left_of(session: Session, note: Document) -> Money:
    """What of a credit note was not set off yet (positive)."""
    used = session.scalar(
        select(func.sum(Correction.set_off_minor)).where(
            Correction.account_id == note.account_id, Correction.credit_note_id == note.id
        )
    )
    return Money(-note.total_minor - int(used or 0), note.currency)


def credit_balance(session: Session, account: Account, credit_note_id: int) -> None:
    """Book what is left of a credit note, after set-off, as the account's balance."""
    note = session.get_one(Document, (account.id, credit_note_id))
    left = left_of(session, note)
    if left:
        _entry(session, note, "balance", [("receivables", left.minor), ("customer_credit", -left.minor)])
        payments.add_balance(session, account.id, payments.CREDIT_NOTE, note.id, left, note.issued_on)


def _lock_series(session: Session, series: str, year: int) -> NumberSeries:
    """The series' row, locked; two first documents of a year must not both create it."""
    row = {"series": series, "year": year, "last_number": 0, "last_hash": ""}
    if session.get_bind().dialect.name == "postgresql":
        session.execute(postgresql.insert(NumberSeries).values(row).on_conflict_do_nothing())
    else:
        session.execute(sqlite.insert(NumberSeries).values(row).on_conflict_do_nothing())
    return session.get_one(NumberSeries, (series, year), with_for_update=True, populate_existing=True)


def _write_lines(session: Session, document: Document, issue: Issue) -> None:
    mentions = {tax.reason: (tax.mention, tax.article) for tax in issue.bill.taxes}
    for position, line in enumerate(issue.bill.lines, start=1):
        item = issue.items[line.key]
        mention, article = mentions[line.reason]
        session.add(
            DocumentLine(
                account_id=document.account_id,
                id=_line_id(document, position),
                document_id=document.id,
                position=position,
                kind=line.due.kind.value,
                subscription_id=item.subscription_id,
                sequence=item.sequence,
                plan=item.plan,
                seats=line.due.seats,
                starts_on=line.due.period.start,
                ends_on=line.due.period.end,
                net_minor=line.due.amount.minor,
                tax_minor=line.tax.minor,
                tax_treatment=line.treatment.value,
                tax_country=line.country,
                tax_rate=line.rate,
                tax_reason=line.reason,
                tax_mention=mention,
                tax_article=article,
                derivation=line.due.derivation.taxed(line.reason).to_json(),
            )
        )
    session.flush()
    for position, line in enumerate(issue.bill.lines, start=1):
        _write_corrections(session, document, position, line)


def _write_corrections(session: Session, document: Document, position: int, line: BillLine) -> None:
    """A credit line's tax is split over the lines it corrects as its net is."""
    corrections = line.due.corrections
    taxes = (-line.tax).allocate([-c.amount.minor for c in corrections]) if corrections else ()
    for correction, tax in zip(corrections, taxes, strict=True):
        session.add(
            LineCorrection(
                account_id=document.account_id,
                id=derive_id(document.issued_on, "line correction", document.id, position, correction.line_id),
                credit_line_id=_line_id(document, position),
                line_id=correction.line_id,
                amount_minor=correction.amount.minor,
                tax_minor=-tax.minor,
                seats=correction.seats,
            )
        )


def _line_id(document: Document, position: int) -> int:
    return derive_id(document.issued_on, "document line", document.id, position)


def _post(session: Session, document: Document) -> None:
    """Receivables against deferred revenue (earned day by day) and tax payable; a credit note mirrors it."""
    sides = [
        ("receivables", document.total_minor),
        ("deferred_revenue", -document.subtotal_minor),
        ("tax_payable", -document.tax_minor),
    ]
    _entry(session, document, "issue", sides)


def _entry(session: Session, document: Document, event: str, sides: Sequence[tuple[str, int]]) -> None:
    entry_id = derive_id(document.issued_on, "entry", document.id, event)
    for position, (ledger_account, amount) in enumerate((side for side in sides if side[1]), start=1):
        columns: dict[str, Any] = {"ledger_account": ledger_account, "amount_minor": amount}
        session.add(
            Posting(
                account_id=document.account_id,
                id=derive_id(document.issued_on, "posting", entry_id, position),
                entry_id=entry_id,
                position=position,
                posted_on=document.issued_on,
                currency=document.currency,
                document_id=document.id,
                **columns,
            )
        )
