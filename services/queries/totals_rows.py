"""The documents and payments behind a figure of the totals, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from data.models import Account, Allocation, AllocationPart, Document, DocumentLine
from data.money import Money
from services.access import keep_to_those, reading
from services.facts.catalog import plan_facts
from services.permissions import Actor, Permission
from services.queries.figures import Only, monthly
from services.queries.report_scope import kept
from services.queries.totals import Total, TotalsRequest
from services.rules.figures import Measure
from services.rules.report_filters import ReportFilters
from services.rules.report_months import figures_day, first_day

COLUMNS = ("account_id", "document_id", "number", "kind", "account", "day", "amount_minor", "currency")
MOST_COUNTED = 1_000
_OF_ALLOCATION = and_(Document.account_id == Allocation.account_id, Document.id == Allocation.invoice_id)


@dataclass(frozen=True, slots=True)
class RowsPage:
    """A page of what a figure is made of, the latest first, and the `total` over all pages (at most 1,000 are counted).

    Columns: account_id, document_id (int), number, kind (invoice · credit_note), account (legal name), day (of issue;
    of the payment), amount_minor (the part that counts), currency. `unassigned`: what else was collected, and pays no
    invoice yet.
    """

    frame: pd.DataFrame
    total: int
    unassigned: tuple[Money, ...] = ()


def totals_rows(
    actor: Actor,
    wanted: ReportFilters,
    request: TotalsRequest,
    at: Mapping[str, str],
    *,
    limit: int = 20,
    offset: int = 0,
) -> RowsPage:
    """What a cell is made of, or a whole row or column. `at`: the code of each dimension that is fixed."""
    with reading(actor, Permission.SEE_REPORTS) as session:
        only, first, last = _narrowed(session, wanted, request, at)
        if request.total is Total.COLLECTED:
            return _payments(session, only, first, last, limit, offset)
        return _documents(session, only, first, last, request, limit, offset)


def _narrowed(
    session: Session, wanted: ReportFilters, request: TotalsRequest, at: Mapping[str, str]
) -> tuple[Only, date, date]:
    """What is kept, from which day to which."""
    months = (int(at["month"]), int(at["month"])) if "month" in at else (request.months[0], request.months[-1])
    only = kept(session, wanted)
    if "product" in at or "plan" in at:
        plans = [
            code
            for code, plan in plan_facts(session).items()
            if at.get("product", plan.product) == plan.product and at.get("plan", code) == code
        ]
        only = replace(only, plans=tuple(code for code in plans if only.plans is None or code in only.plans))
    named = {name: at[name] for name in ("currency", "country", "segment") if name in at}
    only = replace(only, **named)  # type: ignore[arg-type]
    if "rep" in at:
        only = replace(only, rep_id=int(at["rep"]))
    return only, first_day(months[0]), figures_day(months[-1], wanted.as_of)


def _documents(
    session: Session, only: Only, first: date, last: date, request: TotalsRequest, limit: int, offset: int
) -> RowsPage:
    criteria = [Document.issued_on >= first, Document.issued_on <= last, *_of_document(only)]
    kinds = {Total.INVOICED: "invoice", Total.CREDITED: "credit_note"}
    if request.total in kinds:
        criteria.append(Document.kind == kinds[request.total])
    amount, of_line = _amount(request)
    if request.total is Total.TAX:
        criteria.append(Document.tax_minor != 0)
    if only.plans is not None:
        line = and_(DocumentLine.account_id == Document.account_id, DocumentLine.document_id == Document.id)
        criteria.append(exists().where(line, DocumentLine.plan.in_(only.plans)))
    listed = select(Document.account_id, Document.id).where(*criteria)
    listed = listed.order_by(Document.issued_on.desc(), Document.number.desc())
    keys, total = _page(session, listed, limit, offset)
    keep_to_those(session, sorted({key[0] for key in keys}))
    shown = (Document.number, Document.kind, Account.legal_name, Document.issued_on, amount, Document.currency)
    found = session.execute(
        select(Document.account_id, Document.id, *shown)
        .join(Account, Account.id == Document.account_id)
        .where(Document.account_id.in_({key[0] for key in keys}), Document.id.in_({key[1] for key in keys}))
    )
    rows = {row[1]: list(row) for row in found}
    if only.plans is not None:
        sums = session.execute(
            select(DocumentLine.document_id, func.sum(of_line))
            .where(
                DocumentLine.account_id.in_({key[0] for key in keys}),
                DocumentLine.document_id.in_({key[1] for key in keys}),
                DocumentLine.plan.in_(only.plans),
            )
            .group_by(DocumentLine.document_id)
        )
        for document_id, minor in sums:
            rows[document_id][-2] = int(minor)
    return RowsPage(_frame([rows[key[1]] for key in keys]), total)


def _payments(session: Session, only: Only, first: date, last: date, limit: int, offset: int) -> RowsPage:
    """What invoices were paid with; beside it, what came and pays none yet."""
    day, minor = Allocation.allocated_on, Allocation.amount_minor
    criteria: list[ColumnElement[bool]] = [day >= first, day <= last, Allocation.source == "payment"]
    criteria += _of_document(only)
    keys = select(Allocation.account_id, Allocation.id).join(Document, _OF_ALLOCATION)
    part = and_(AllocationPart.account_id == Allocation.account_id, AllocationPart.allocation_id == Allocation.id)
    if only.plans is not None:
        criteria.append(exists().where(part, AllocationPart.plan.in_(only.plans)))
    listed = keys.where(*criteria).order_by(day.desc(), Allocation.account_id, Allocation.id)
    found, total = _page(session, listed, limit, offset)
    keep_to_those(session, sorted({row[0] for row in found}))
    shown: Any = minor
    if only.plans is not None:
        parts = select(func.sum(AllocationPart.amount_minor)).where(part, AllocationPart.plan.in_(only.plans))
        shown = parts.correlate(Allocation).scalar_subquery()
    rows = session.execute(
        select(
            *(Allocation.id, Allocation.account_id, Document.id, Document.number, Document.kind),
            *(Account.legal_name, day, shown, Document.currency),
        )
        .join(Document, _OF_ALLOCATION)
        .join(Account, Account.id == Allocation.account_id)
        .where(Allocation.account_id.in_({row[0] for row in found}), Allocation.id.in_({row[1] for row in found}))
    )
    by_id = {row[0]: list(row[1:]) for row in rows}
    return RowsPage(_frame([by_id[row[1]] for row in found]), total, _unassigned(session, only, first, last))


def _unassigned(session: Session, only: Only, first: date, last: date) -> tuple[Money, ...]:
    if only.plans or only.country or only.segment or only.rep_id:
        return ()  # it has none of these
    rows = monthly(session, [Measure.COLLECTED], by=("plan",), only=Only(only.currency), until=last)
    since = first.year * 100 + first.month
    sums: dict[str, int] = {}
    for row in rows:
        if not row.plan and row.month >= since:
            sums[row.currency] = sums.get(row.currency, 0) + row.minor
    return tuple(Money(minor, currency) for currency, minor in sorted(sums.items()) if minor)


def _of_document(only: Only) -> list[ColumnElement[bool]]:
    columns: dict[str, Any] = {"country": Document.country, "rep_id": Document.rep_id, "segment": Document.segment}
    found = [columns[name].in_(values) for name, values in only.dimensions().items() if name in columns]
    return found + ([Document.currency == only.currency] if only.currency is not None else [])


def _amount(request: TotalsRequest) -> tuple[Any, Any]:
    """What counts of a document, and of a line."""
    if request.total is Total.TAX:
        return Document.tax_minor, DocumentLine.tax_minor
    if request.is_gross:
        return Document.total_minor, DocumentLine.net_minor + DocumentLine.tax_minor
    return Document.subtotal_minor, DocumentLine.net_minor


def _page(session: Session, listed: Any, limit: int, offset: int) -> tuple[list[tuple[int, int]], int]:
    """The keys of a page and how many there are; few match a rare figure, so that they are looked for only once."""
    if offset + limit > MOST_COUNTED:  # a file
        keys = [(row[0], row[1]) for row in session.execute(listed.limit(limit).offset(offset))]
        return keys, MOST_COUNTED
    keys = [(row[0], row[1]) for row in session.execute(listed.limit(MOST_COUNTED))]
    return keys[offset : offset + limit], len(keys)


def _frame(rows: list[Any]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
