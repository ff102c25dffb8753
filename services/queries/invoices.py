"""The list of invoices and credit notes: searched, filtered and paged in the database."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, and_, exists, func, literal, not_, select, tuple_
from sqlalchemy.orm import Session

from data.models import Account, Correction, Dispute, Document, DocumentLine, LineCorrection, NumberSeries, Price
from data.models.documents import IS_CREDIT_NOTE, IS_OWED, IS_SETTLED
from services.access import keep_to_those, keeping_order, reading
from services.documents.facts import DocumentKind
from services.permissions import Actor, Permission
from services.queries.sums import Sums, sums_of

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

    `sums`: total_minor and open_minor of all of them; None where the page has them all, or they are not all counted.

    Columns: document_id, account_id (int), number, kind (invoice · credit_note), status, account (legal name),
    issued_on, due_on (dates; no due day for a credit note), currency (ISO 4217), total_minor, open_minor (minor units).
    """

    frame: pd.DataFrame
    total: int
    sums: Sums | None = None


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
        text = _text(session, wanted.text)
        if text is None:
            return InvoicePage(_frame(session, [], today), 0)
        # Counting collects the rows by account, but for credit notes, which are few; a page is found in its order.
        counted = select(literal(1)).select_from(Document).where(*_criteria(wanted, text.among, today))
        with keeping_order(session) if wanted.status == "issued" else nullcontext():
            total = session.scalar(select(func.count()).select_from(counted.limit(MOST_COUNTED).subquery())) or 0
        sums = None
        if limit < total < MOST_COUNTED:
            amounts = select(Document.currency, Document.total_minor, Document.open_minor)
            sums = sums_of(session, amounts.where(*_criteria(wanted, text.among, today)), ("total_minor", "open_minor"))
        is_owed = wanted.status in ("to_pay", "overdue", "disputed")
        order: list[Any] = (
            [Document.due_on, Document.number] if is_owed else [Document.issued_on.desc(), Document.number.desc()]
        )
        page = select(Document.account_id, Document.id).where(*_criteria(wanted, text.in_order, today, in_order=True))
        with keeping_order(session):
            rows = session.execute(page.order_by(*order).limit(limit).offset(offset)).all()
        keys = [(row[0], row[1]) for row in rows]
        keep_to_those(session, sorted({account_id for account_id, _ in keys}))
        return InvoicePage(_frame(session, keys, today), int(total), sums)


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


@dataclass(frozen=True, slots=True)
class _Text:
    """What a text is looked for with: documents collected by their account or number, or tested one by one in order."""

    among: ColumnElement[bool] | None = None
    in_order: ColumnElement[bool] | None = None


def _criteria(
    wanted: InvoiceFilter, text: ColumnElement[bool] | None, today: date, *, in_order: bool = False
) -> list[ColumnElement[bool]]:
    """The filter as criteria on `Document`."""
    criteria: list[ColumnElement[bool]] = [] if text is None else [text]
    if wanted.account_id is not None:
        criteria.append(Document.account_id == wanted.account_id)
    if wanted.currency:
        criteria.append(Document.currency == wanted.currency)
    if wanted.month:
        first = date(wanted.month // 100, wanted.month % 100, 1)
        criteria += [Document.issued_on >= first, Document.issued_on < _next_month(first)]
    if wanted.status:
        criteria += _of_status(wanted.status, today, in_order=in_order)
    return criteria


def _of_status(status: str, today: date, *, in_order: bool) -> list[Any]:
    if status == "issued":
        return [IS_CREDIT_NOTE]
    if status == "disputed":
        running = select(Dispute.account_id, Dispute.document_id).where(Dispute.closed_on.is_(None))
        return [tuple_(Document.account_id, Document.id).in_(running), IS_OWED]
    if status in ("to_pay", "overdue"):
        is_late = Document.due_on < today
        return [IS_OWED, is_late if status == "overdue" else ~is_late]
    is_whole = and_(Document.total_minor > 0, Document.total_minor <= _taken())
    if status == "paid":
        return [IS_SETTLED, not_(and_(_is_corrected(in_order=True), is_whole))]
    return [IS_SETTLED, _is_corrected(in_order=in_order), is_whole]


def _is_corrected(*, in_order: bool) -> ColumnElement[bool]:
    """Whether a credit note names the document: looked up for each, or found from the corrections, which are few."""
    if in_order:
        return exists().where(Correction.account_id == Document.account_id, Correction.invoice_id == Document.id)
    return tuple_(Document.account_id, Document.id).in_(select(Correction.account_id, Correction.invoice_id))


def _taken() -> ColumnElement[int]:
    """What credit notes took back of the document, tax included: positive minor units; NULL where none did."""
    return (
        select(_TAKEN)
        .select_from(DocumentLine)
        .join(LineCorrection, _OF_LINE)
        .where(DocumentLine.account_id == Document.account_id, DocumentLine.document_id == Document.id)
        .correlate(Document)
        .scalar_subquery()
    )


def _text(session: Session, text: str) -> _Text | None:
    """A number if it looks like one and exists, else the accounts the words name; None where nothing can match."""
    if not text.strip():
        return _Text()
    numbers = _numbers(session, text)
    if numbers:
        found = session.scalars(select(Document.id).where(Document.number.in_(numbers)).limit(1)).first()
        if found is not None:
            return _Text(Document.number.in_(numbers), Document.number.in_(numbers))
    named = [Account.search_text.contains(word, autoescape=True) for word in text.casefold().split()]
    ids = session.scalars(select(Account.id).where(*named).limit(_FEW + 1)).all()
    if not ids:
        return None
    if len(ids) <= _FEW:
        keep_to_those(session, ids)
        return _Text(Document.account_id.in_(ids), Document.account_id.in_(ids))
    of_all = select(Account.id).where(*named)
    # what is worked out is looked up in no index
    return _Text(Document.account_id.in_(of_all), (Document.account_id + 0).in_(of_all))


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
        select(
            Document.id,
            Document.account_id,
            Document.number,
            Document.kind,
            Account.legal_name,
            Document.issued_on,
            Document.due_on,
            Document.currency,
            Document.total_minor,
            Document.open_minor,
        )
        .join(Account, Account.id == Document.account_id)
        .where(*_among(Document.account_id, Document.id, keys))
    )
    rows = {}
    for key, account_id, number, kind, account, issued_on, due_on, currency, total, left in found:
        is_invoice = kind == DocumentKind.INVOICE
        status = status_of(
            kind,
            open_minor=left,
            due_on=due_on,
            total_minor=total,
            credited_minor=taken.get(key, 0),
            today=today,
            is_disputed=key in in_dispute,
        )
        rows[key] = (
            *(key, account_id, number, kind, status, account, issued_on),
            *(due_on if is_invoice else None, currency, total, left if is_invoice else None),
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
