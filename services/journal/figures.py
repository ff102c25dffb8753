"""Writes what an event adds to the reports' figures, as deltas in its own transaction; the worker folds them."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.identity import part_id
from data.models import Allocation, Document, DocumentLine
from services.bulk import Rows, day_text
from services.rules.figures import NOWHERE, Dimensions, Measure, split_by_plan
from services.rules.recognition import month_of

FIGURES, DUES = "figure_deltas", "due_deltas"
_PART = ("account_id", "id", "allocation_id", "plan", "amount_minor")
_BY_SOURCE = {"payment": Measure.COLLECTED, "write_off": Measure.WRITTEN_OFF}


def add_figure(
    rows: Rows, measure: Measure, minor: int, *, month: int, currency: str, plan: str = "", of: Dimensions = NOWHERE
) -> None:
    """Add to a measure of a month."""
    rows.sums(FIGURES)[measure.value, month, currency, plan, *of] += minor


def add_due(rows: Rows, minor: int, *, posted_on: date, due_on: date, currency: str, of: Dimensions) -> None:
    """Add to what is owed by invoices due on a day; negative where they were settled."""
    rows.sums(DUES)[day_text(posted_on), day_text(due_on), currency, *of] += minor


def dimensions_of_document(row: Document) -> Dimensions:
    """The account's facts of the day a document was issued."""
    return Dimensions(row.country, row.rep_id, row.segment)


def add_allocations(session: Session, source: str, allocated: Sequence[Allocation]) -> None:
    """Keep how allocations of one source fall on the plans of their invoices, and add them to the figures.

    `allocated`: flushed, of one account and day, in the order they were made.
    """
    if not allocated:
        return
    rows, account_id = Rows(session), allocated[0].account_id
    invoices = _invoices(session, account_id, {one.invoice_id for one in allocated})
    gross = _gross(session, account_id, set(invoices))
    paid = _paid_before(session, account_id, set(invoices), {one.id for one in allocated})
    measure = _BY_SOURCE.get(source)
    for one in allocated:
        invoice, of = invoices[one.invoice_id], dimensions_of_document(invoices[one.invoice_id])
        by_plan = gross.get(invoice.id) or [("", invoice.total_minor)]  # one that was taken over has no lines
        parts = split_by_plan(one.amount_minor, by_plan, paid_before=paid.get(invoice.id, 0))
        paid[invoice.id] = paid.get(invoice.id, 0) + one.amount_minor
        rows.shape("allocation_parts", _PART).extend(
            (account_id, part_id(one.id, place), one.id, plan, minor)
            for place, (plan, minor) in enumerate(parts, start=1)
        )
        month, currency = month_of(one.allocated_on), invoice.currency
        add_due(rows, -one.amount_minor, posted_on=one.allocated_on, due_on=invoice.due_on, currency=currency, of=of)
        if measure is not None:
            for plan, minor in parts:
                add_figure(rows, measure, minor, month=month, currency=currency, plan=plan, of=of)
        if measure is Measure.COLLECTED:  # it was collected when it came; now it is known what for
            add_figure(rows, measure, -one.amount_minor, month=month, currency=currency)
    rows.write()


def _invoices(session: Session, account_id: int, ids: set[int]) -> Mapping[int, Document]:
    mine = select(Document).where(Document.account_id == account_id, Document.id.in_(ids))
    return {row.id: row for row in session.scalars(mine)}


def _gross(session: Session, account_id: int, ids: set[int]) -> Mapping[int, list[tuple[str, int]]]:
    total = func.sum(DocumentLine.net_minor + DocumentLine.tax_minor)
    found: dict[int, list[tuple[str, int]]] = {}
    for document_id, plan, minor in session.execute(
        select(DocumentLine.document_id, DocumentLine.plan, total)
        .where(DocumentLine.account_id == account_id, DocumentLine.document_id.in_(ids))
        .group_by(DocumentLine.document_id, DocumentLine.plan)
        .order_by(DocumentLine.plan)
    ):
        found.setdefault(document_id, []).append((plan, int(minor)))
    return found


def _paid_before(session: Session, account_id: int, ids: set[int], but: set[int]) -> dict[int, int]:
    sums = select(Allocation.invoice_id, func.sum(Allocation.amount_minor)).where(
        Allocation.account_id == account_id, Allocation.invoice_id.in_(ids), Allocation.id.not_in(but)
    )
    return {invoice_id: int(minor) for invoice_id, minor in session.execute(sums.group_by(Allocation.invoice_id))}
