"""What was open on invoices at the end of a day, as rows to be summed: what is open now, and what was settled since."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Subquery, and_, case, func, literal_column, select, tuple_, union_all
from sqlalchemy.orm import Session, aliased

from data.models import Allocation, Correction, Dispute, Document
from data.models.documents import IS_OWED
from services.rules.aging import Bucket, due_days

_FEW = 1_000  # disputes that are looked up one by one
_NOTE = aliased(Document, name="credit_notes")
_KEY = (Document.account_id, Document.due_on, Document.currency)
_OF_ALLOCATION = and_(Document.account_id == Allocation.account_id, Document.id == Allocation.invoice_id)
_OF_CORRECTION = and_(Document.account_id == Correction.account_id, Document.id == Correction.invoice_id)


class Parts(NamedTuple):
    """The columns of `open_parts`: an invoice has one row for what is open now and one for each settlement since.

    `document_id`: None where it was not asked for.
    """

    account_id: Any
    due_on: Any
    currency: Any
    minor: Any
    document_id: Any


def is_past(session: Session, as_of: date) -> bool:
    """Whether anything was issued or settled after the day: then it is worked out, not just looked up."""
    later = (
        select(Document.id).where(Document.issued_on > as_of),
        select(Allocation.id).where(Allocation.allocated_on > as_of),
    )
    return any(session.scalar(one.limit(1)) is not None for one in later)


def open_parts(session: Session, as_of: date, *where: ColumnElement[bool], by_invoice: bool = False) -> Parts:
    """What adds up, invoice by invoice, to what was open at the end of the day. `where`: criteria on `Document`.

    Costs what is open now and what was settled since, whatever the history; without the invoices' ids an index alone
    tells what is open.
    """
    key: list[Any] = [*_KEY, Document.id] if by_invoice else [*_KEY]
    now: Any = select(*key, Document.open_minor.label("minor")).where(IS_OWED, *where)
    if not is_past(session, as_of):
        return _parts(now.subquery("open_parts"))
    issued = (Document.issued_on <= as_of, *where)
    paid_since: Any = (
        select(*key, Allocation.amount_minor)
        .select_from(Allocation)
        .join(Document, _OF_ALLOCATION)
        .where(Allocation.allocated_on > as_of, *issued)
    )
    # what was set off bears the day of its credit note
    set_off_since: Any = (
        select(*key, Correction.set_off_minor)
        .select_from(_NOTE)
        .join(Correction, and_(Correction.account_id == _NOTE.account_id, Correction.credit_note_id == _NOTE.id))
        .join(Document, _OF_CORRECTION)
        .where(_NOTE.kind == literal_column("'credit_note'"), _NOTE.issued_on > as_of, *issued)
    )
    return _parts(union_all(now.where(issued[0]), paid_since, set_off_since).subquery("open_parts"))


def _parts(rows: Subquery) -> Parts:
    return Parts(rows.c.account_id, rows.c.due_on, rows.c.currency, rows.c.minor, rows.c.get("id"))


def in_bucket(due_on: Any, bucket: Bucket, as_of: date) -> ColumnElement[bool]:
    """Whether the due day falls into the bucket as of the day."""
    first, last = due_days(bucket, as_of)
    bounds = ([due_on >= first] if first else []) + ([due_on <= last] if last else [])
    return and_(*bounds)


def bucket_sums(parts: Parts, as_of: date) -> list[ColumnElement[int]]:
    """The sum of each bucket, in their order."""
    return [
        func.coalesce(func.sum(case((in_bucket(parts.due_on, bucket, as_of), parts.minor), else_=0)), 0)
        for bucket in Bucket
    ]


def disputed_on(as_of: date) -> Any:
    """The invoices (account id, id) with a dispute that was open at the end of the day."""
    return select(Dispute.account_id, Dispute.document_id).where(
        Dispute.opened_on <= as_of, (Dispute.closed_on.is_(None)) | (Dispute.closed_on > as_of)
    )


def is_disputed(session: Session, as_of: date) -> ColumnElement[bool] | None:
    """A criterion on `Document`: its dispute is open at the end of the day. None where there is no such dispute.

    Disputes are few: documents are looked up by them, not tested one by one.
    """
    found = session.execute(disputed_on(as_of).limit(_FEW + 1)).all()
    if not found:
        return None
    if len(found) > _FEW:
        return tuple_(Document.account_id, Document.id).in_(disputed_on(as_of))
    accounts, documents = {row[0] for row in found}, {row[1] for row in found}
    return and_(Document.account_id.in_(accounts), Document.id.in_(documents))
