"""Checks of the number series: gapless, in order of issue, each record chained to the one before."""

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from data.models import Document, IssuedNumber, NumberSeries
from services.integrity.violations import CHUNK, Found


def gapless(session: Session) -> Found:
    """A series counts from 1 without a gap up to its last number."""
    rows = session.execute(
        select(
            NumberSeries.series,
            NumberSeries.year,
            NumberSeries.last_number,
            func.count(IssuedNumber.number),
            func.coalesce(func.max(IssuedNumber.number), 0),
        )
        .outerjoin(
            IssuedNumber, and_(IssuedNumber.series == NumberSeries.series, IssuedNumber.year == NumberSeries.year)
        )
        .group_by(NumberSeries.series, NumberSeries.year, NumberSeries.last_number)
    )
    for series, year, last, count, highest in rows:
        if not last == count == highest:
            yield None, f"{series}-{year}", int(last), int(count if count != last else highest)


def of_documents(session: Session) -> Found:
    """Every document has the number that was issued to it, of the year it was issued in, and no number is without."""
    documents = session.execute(
        select(
            Document.account_id,
            Document.number,
            Document.issued_on,
            IssuedNumber.series,
            IssuedNumber.year,
            IssuedNumber.number,
        )
        .outerjoin(
            IssuedNumber,
            and_(IssuedNumber.account_id == Document.account_id, IssuedNumber.document_id == Document.id),
        )
        .where(Document.taken_over_on.is_(None))
        .execution_options(yield_per=CHUNK)
    )
    for account_id, number, issued_on, series, year, place in documents:
        if series is None:
            yield account_id, number, "an issued number", "none"
        elif number != (issued := f"{series}-{year}-{place:06d}") or year != issued_on.year:
            yield account_id, number, f"{issued}, issued in {year}", f"{number}, issued in {issued_on.year}"
    orphans = session.scalars(
        select(IssuedNumber)
        .outerjoin(
            Document, and_(Document.account_id == IssuedNumber.account_id, Document.id == IssuedNumber.document_id)
        )
        .where(Document.id.is_(None))
    )
    for row in orphans:
        yield row.account_id, f"{row.series}-{row.year}-{row.number:06d}", "a document", "none"


def in_order(session: Session) -> Found:
    """Numbers rise with the day of issue, and each record holds the hash of the one before it."""
    before, after = aliased(IssuedNumber), aliased(IssuedNumber)
    first, then = aliased(Document), aliased(Document)
    rows = session.execute(
        select(then.account_id, then.number, first.issued_on, then.issued_on, first.hash, then.previous_hash)
        .select_from(before)
        .join(
            after,
            and_(after.series == before.series, after.year == before.year, after.number == before.number + 1),
        )
        .join(first, and_(first.account_id == before.account_id, first.id == before.document_id))
        .join(then, and_(then.account_id == after.account_id, then.id == after.document_id))
        .where(or_(then.issued_on < first.issued_on, then.previous_hash != first.hash))
    )
    for account_id, number, earlier, later, wanted, found in rows:
        if later < earlier:
            yield account_id, number, f"not before {earlier}", later.isoformat()
        else:
            yield account_id, number, wanted, found
    lasts = session.execute(
        select(NumberSeries, Document.number, Document.hash, Document.issued_on, Document.account_id)
        .join(
            IssuedNumber,
            and_(
                IssuedNumber.series == NumberSeries.series,
                IssuedNumber.year == NumberSeries.year,
                IssuedNumber.number == NumberSeries.last_number,
            ),
        )
        .join(Document, and_(Document.account_id == IssuedNumber.account_id, Document.id == IssuedNumber.document_id))
        .where(or_(Document.hash != NumberSeries.last_hash, Document.issued_on != NumberSeries.last_issued_on))
    )
    for series, number, sealed, issued_on, account_id in lasts:
        yield account_id, number, f"{sealed} of {issued_on}", f"{series.last_hash} of {series.last_issued_on}"
