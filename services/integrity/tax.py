"""The check of the tax book: its entries are the documents'."""

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session

from data.models import Document, DocumentLine, TaxEntry
from data.money import Money
from services.integrity.violations import Found


def book(session: Session) -> Found:
    """Entries name their document as it is and add up to it; each is of a rate that a line of it has."""
    mine = and_(TaxEntry.account_id == Document.account_id, TaxEntry.document_id == Document.id)
    is_named = and_(
        TaxEntry.number == Document.number,
        TaxEntry.issued_on == Document.issued_on,
        TaxEntry.kind == Document.kind,
        TaxEntry.seller == Document.seller,
        TaxEntry.currency == Document.currency,
    )
    base, tax = func.sum(TaxEntry.base_minor), func.sum(TaxEntry.tax_minor)
    sums = session.execute(
        select(Document.account_id, Document.number, Document.currency, Document.total_minor, base + tax)
        .outerjoin(TaxEntry, and_(mine, is_named))
        .where(Document.taken_over_on.is_(None))  # taxed by the system that issued it
        .group_by(Document.account_id, Document.id, Document.number, Document.currency)
        .group_by(Document.subtotal_minor, Document.tax_minor, Document.total_minor)
        .having(or_(base.is_(None), base != Document.subtotal_minor, tax != Document.tax_minor))
    )
    for account_id, number, currency, wanted, found in sums:
        yield account_id, number, Money(wanted, currency), Money(int(found or 0), currency)
    line = exists().where(
        DocumentLine.account_id == TaxEntry.account_id,
        DocumentLine.document_id == TaxEntry.document_id,
        DocumentLine.tax_treatment == TaxEntry.treatment,
        DocumentLine.tax_country == TaxEntry.country,
        DocumentLine.tax_rate == TaxEntry.rate,
        DocumentLine.tax_reason == TaxEntry.reason,
    )
    for entry in session.scalars(select(TaxEntry).where(~line)):
        yield entry.account_id, entry.number, "a line", f"{entry.treatment} {entry.country} {entry.rate}"
