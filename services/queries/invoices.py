"""The list of invoices and credit notes: searched, filtered and paged in the database."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, and_, func, literal, literal_column, select, tuple_
from sqlalchemy.orm import Session

from data.models import Account, Dispute, Document, DocumentLine, LineCorrection, NumberSeries, Price
from services.access import reading
from services.documents.facts import DocumentKind
from services.permissions import Actor, Permission

COLUMNS = (
    "document_id", "account_id", "number", "kind", "status", "account", "issued_on", "due_on", "currency",
    "total_minor", "open_minor",
)  # fmt: skip
STATUSES = ("to_pay", "overdue", "disputed", "paid", "credited", "issued")
MOST_COUNTED = 5_000
_FEW = 200  # accounts whose documents are looked up one by one
_NUMBER = re.compile(r"(?:(?P<series>[A-Z][A-Z0-9-]*?)-)?(?:(?P<year>20[0-9]{2})-)?0*(?P<number>[0-9]{1,6})")


@dataclass(frozen=True, slots=True)
class InvoiceFilter:
    """What the list is limited to; what is empty limits nothing.

    `text`: a document's number, whole or only its last part, or words of the account (name, code, VAT number, contact).
    `status`: one of `STATUSES`; `issued` are credit notes. `month`: yyyymm of issue. `currency`: ISO 4217.
    """

    text: str = ""
    status: str = ""
    month: int | None = None
    currency: str = ""
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class InvoicePage:
    """A page of the list: `frame`, and the `total` of documents over all pages (at most 5,000 are counted).

    Columns: document_id, account_id (int), number, kind (invoice · credit_note), status, account (legal name),
    issued_on, due_on (dates; no due day for a credit note), currency (ISO 4217), total_minor, open_minor (minor units).
    """

    frame: pd.DataFrame
    total: int


@dataclass(frozen=True, slots=True)
class InvoiceChoices:
    """What the filters offer: the catalog's currencies, and months (yyyymm, the latest first) with documents."""

    currencies: tuple[str, ...]
    months: tuple[int, ...]


def list_invoices(
    actor: Actor, wanted: InvoiceFilter = InvoiceFilter(), *, limit: int = 50, offset: int = 0, today: date
) -> InvoicePage:
    """The documents of the actor's accounts: the latest first, those to pay and overdue by their due day."""
    with reading(actor, Permission.SEE_INVOICES) as session:
        criteria = _criteria(session, wanted, today)
        if criteria is None:
            return InvoicePage(_frame(session, [], today), 0)
        counted = select(literal(1)).select_from(Document).where(*criteria).limit(MOST_COUNTED).subquery()
        total = session.scalar(select(func.count()).select_from(counted)) or 0
        is_owed = wanted.status in ("to_pay", "overdue", "disputed")
        order: list[Any] = (
            [Document.due_on, Document.number] if is_owed else [Document.issued_on.desc(), Document.number.desc()]
        )
        rows = session.execute(
            select(Document.account_id, Document.id).where(*criteria).order_by(*order).limit(limit).offset(offset)
        )
        return InvoicePage(_frame(session, [(row[0], row[1]) for row in rows], today), int(total))


def invoice_choices(actor: Actor) -> InvoiceChoices:
    """The values the list's filters offer."""
    with reading(actor, Permission.SEE_INVOICES) as session:
        currencies = session.scalars(select(Price.currency).distinct().order_by(Price.currency))
        first = session.scalar(select(func.min(Document.issued_on)))  # each by itself is one step into the index
        last = session.scalar(select(func.max(Document.issued_on)))
        return InvoiceChoices(tuple(currencies), tuple(_months(first, last)))


def status_of(
    kind: str,
    *,
    open_minor: int,
    due_on: date,
    total_minor: int,
    credited_minor: int,
    today: date,
    is_disputed: bool = False,
) -> str:
    """One of `STATUSES`. `credited_minor` (positive): what credit notes took back, tax included."""
    if kind != DocumentKind.INVOICE:
        return "issued"
    if open_minor > 0 and is_disputed:
        return "disputed"
    if open_minor > 0:
        return "overdue" if due_on < today else "to_pay"
    return "credited" if total_minor > 0 and credited_minor >= total_minor else "paid"


_TAKEN = -func.sum(LineCorrection.amount_minor + LineCorrection.tax_minor)
_OF_LINE = and_(LineCorrection.account_id == DocumentLine.account_id, LineCorrection.line_id == DocumentLine.id)


def credited(session: Session, keys: Sequence[tuple[int, int]]) -> dict[int, int]:
    """What credit notes took back of invoices (account id, id), tax included: id → positive minor units."""
    rows = session.execute(
        select(DocumentLine.document_id, _TAKEN)
        .join(LineCorrection, _OF_LINE)
        .where(*_among(DocumentLine.account_id, DocumentLine.document_id, keys))
        .group_by(DocumentLine.account_id, DocumentLine.document_id)
    )
    return {document_id: int(taken) for document_id, taken in rows}


def disputed(session: Session, keys: Sequence[tuple[int, int]]) -> set[int]:
    """Which of the invoices (account id, id) are disputed now."""
    rows = session.scalars(
        select(Dispute.document_id).where(
            *_among(Dispute.account_id, Dispute.document_id, keys), Dispute.closed_on.is_(None)
        )
    )
    return set(rows)


def _criteria(session: Session, wanted: InvoiceFilter, today: date) -> list[ColumnElement[bool]] | None:
    """The filter as criteria on `Document`; None where nothing can match."""
    criteria: list[ColumnElement[bool]] = []
    if wanted.account_id is not None:
        criteria.append(Document.account_id == wanted.account_id)
    if wanted.currency:
        criteria.append(Document.currency == wanted.currency)
    if wanted.month:
        first = date(wanted.month // 100, wanted.month % 100, 1)
        criteria += [Document.issued_on >= first, Document.issued_on < _next_month(first)]
    if wanted.status:
        criteria += _of_status(wanted.status, today)
    if wanted.text.strip():
        found = _matching(session, wanted.text)
        if found is None:
            return None
        criteria.append(found)
    return criteria


def _of_status(status: str, today: date) -> list[ColumnElement[bool]]:
    if status == "issued":
        return [Document.kind == DocumentKind.CREDIT_NOTE]
    if status == "disputed":
        running = select(Dispute.account_id, Dispute.document_id).where(Dispute.closed_on.is_(None))
        return [tuple_(Document.account_id, Document.id).in_(running), Document.open_minor > 0]
    if status in ("to_pay", "overdue"):
        is_late = Document.due_on < today
        is_open = Document.open_minor > literal_column("0")  # as text: the index of what is owed is a partial one
        return [is_open, is_late if status == "overdue" else ~is_late]
    whole = (
        select(DocumentLine.account_id, DocumentLine.document_id)
        .join(LineCorrection, _OF_LINE)
        .join(
            Document,
            and_(Document.account_id == DocumentLine.account_id, Document.id == DocumentLine.document_id),
        )
        .group_by(DocumentLine.account_id, DocumentLine.document_id, Document.total_minor)
        .having(Document.total_minor <= _TAKEN)
    )
    is_credited = tuple_(Document.account_id, Document.id).in_(whole) & (Document.total_minor > 0)
    is_paid = (Document.kind == DocumentKind.INVOICE) & (Document.open_minor == 0)
    return [is_paid, is_credited if status == "credited" else ~is_credited]


def _matching(session: Session, text: str) -> ColumnElement[bool] | None:
    """A number if it looks like one and exists, else the accounts the words name."""
    numbers = _numbers(session, text)
    if numbers:
        found = session.scalars(select(Document.id).where(Document.number.in_(numbers)).limit(1)).first()
        if found is not None:
            return Document.number.in_(numbers)
    named = [Account.search_text.contains(word, autoescape=True) for word in text.casefold().split()]
    ids = session.scalars(select(Account.id).where(*named).limit(_FEW + 1)).all()
    if not ids:
        return None
    if len(ids) <= _FEW:
        return Document.account_id.in_(ids)
    # For many accounts walking the documents by day is faster; "+ 0" keeps the database from looking them up by key.
    return (Document.account_id + 0).in_(select(Account.id).where(*named))


def _numbers(session: Session, text: str) -> list[str]:
    """The document numbers that a text can mean, by the series there are: "118" is number 118 of every series."""
    found = _NUMBER.fullmatch(text.strip().upper())
    if found is None:
        return []
    series = session.execute(select(NumberSeries.series, NumberSeries.year)).all()
    return [
        f"{name}-{year}-{int(found['number']):06d}"
        for name, year in series
        if found["series"] in (None, name) and found["year"] in (None, str(year))
    ]


def _frame(session: Session, keys: Sequence[tuple[int, int]], today: date) -> pd.DataFrame:
    taken, in_dispute = credited(session, keys), disputed(session, keys)
    found = session.execute(
        select(Document, Account.legal_name)
        .join(Account, Account.id == Document.account_id)
        .where(*_among(Document.account_id, Document.id, keys))
    )
    rows = {}
    for row, account in found:
        is_invoice = row.kind == DocumentKind.INVOICE
        status = status_of(
            row.kind,
            open_minor=row.open_minor,
            due_on=row.due_on,
            total_minor=row.total_minor,
            credited_minor=taken.get(row.id, 0),
            today=today,
            is_disputed=row.id in in_dispute,
        )
        rows[row.id] = (
            row.id,
            row.account_id,
            row.number,
            row.kind,
            status,
            account,
            row.issued_on,
            row.due_on if is_invoice else None,
            row.currency,
            row.total_minor,
            row.open_minor if is_invoice else None,
        )
    return pd.DataFrame([rows[key] for _, key in keys], columns=list(COLUMNS), dtype=object)


def _among(account: Any, document: Any, keys: Sequence[tuple[int, int]]) -> list[ColumnElement[bool]]:
    """Both columns of the key by themselves: SQLite finds no index for a list of pairs."""
    return [account.in_([key[0] for key in keys]), document.in_([key[1] for key in keys])]


def _months(first: date | None, last: date | None) -> list[int]:
    if first is None or last is None:
        return []
    month, months = first.replace(day=1), []
    while month <= last:
        months.append(month.year * 100 + month.month)
        month = _next_month(month)
    return months[::-1]


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
