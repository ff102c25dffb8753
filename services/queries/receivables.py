"""Receivables as of any day: aging in total, by account, and the invoices behind each figure (billing rules §12)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, case, func, literal, select, tuple_
from sqlalchemy.orm import Session

from data.models import Account, Document, Price
from data.money import Money
from services.access import is_scoped, keep_to_those, reading
from services.facts import setting
from services.facts.rates import Rates, rates_of
from services.facts.receivables import Parts, bucket_sums, disputed_on, in_bucket, is_disputed, open_parts
from services.permissions import Actor, Permission
from services.queries.figures import Only, owed
from services.rules.aging import Bucket, bucket_of, days_overdue
from services.rules.report_filters import ReportFilters

FILTERS = ("currency", "country", "rep", "segment", "as_of")
MOST_NAMED = 500
CELLS = tuple(f"{bucket.value}_minor" for bucket in Bucket)
ACCOUNT_COLUMNS = ("account_id", "account", *CELLS, "overdue_minor", "disputed_minor", "total_minor", "currency")
INVOICE_COLUMNS = (
    "account_id", "document_id", "account", "number", "issued_on", "due_on", "days_late", "status", "total_minor",
    "open_minor", "currency",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Aged:
    """What is open in one currency: a `cell` for each bucket in their order, and what of all of it is disputed."""

    cells: tuple[Money, ...]
    disputed: Money

    @property
    def currency(self) -> str:
        """Of all amounts."""
        return self.disputed.currency

    @property
    def total(self) -> Money:
        """All that is open."""
        return Money.total(self.cells, self.currency)

    @property
    def overdue(self) -> Money:
        """What is past its due day."""
        return Money.total(self.cells[1:], self.currency)


@dataclass(frozen=True, slots=True)
class Aging:
    """Aging in total: each currency for itself, or one of all. `rates`: what was converted, and what could not be."""

    lines: tuple[Aged, ...]
    rates: Rates | None = None


@dataclass(frozen=True, slots=True)
class AgingPage:
    """A page of the accounts and the `total` over all pages. `rates`: as of `Aging`.

    Columns: account_id (int), account (legal name), a column for each bucket (`CELLS`), overdue_minor, disputed_minor,
    total_minor (minor units), currency.
    """

    frame: pd.DataFrame
    total: int
    rates: Rates | None = None


@dataclass(frozen=True, slots=True)
class OpenInvoicePage:
    """A page of open invoices, the oldest due first, and the `total` over all pages.

    Columns: account_id, document_id (int), account, number, issued_on, due_on (date), days_late (int), status (overdue
    · to_pay · disputed), total_minor, open_minor (that day; minor units), currency.
    """

    frame: pd.DataFrame
    total: int


def aging(actor: Actor, wanted: ReportFilters) -> Aging:
    """What is open at the end of the day, by bucket, of the actor's accounts."""
    with reading(actor, Permission.SEE_REPORTS) as session:
        cells = _open_of_scope(session, wanted) if is_scoped(session) else _open_of_all(session, wanted)
        disputed = dict(_disputed(session, wanted, "currency"))
        lines = [_aged([*found.values()], disputed.get(code, 0), code) for code, found in sorted(cells.items())]
        rates = _rates(session, wanted, cells)
        if rates is None:
            return Aging(tuple(line for line in lines if line.total))
        return Aging(_in_one(lines, rates), rates)


def aging_by_account(
    actor: Actor, wanted: ReportFilters, *, overdue_only: bool = False, limit: int = 50, offset: int = 0
) -> AgingPage:
    """What is open at the end of the day, by account (and currency, unless converted), most overdue first.

    Amounts of several currencies are put in order by what they are worth in the reporting currency.
    """
    with reading(actor, Permission.SEE_REPORTS) as session:
        parts = open_parts(session, wanted.as_of, *criteria(wanted))
        ranked, total = _ranked(session, parts, wanted, overdue_only, limit, offset)
        ids = sorted({row[0] for row in ranked})
        keep_to_those(session, ids)
        parts = open_parts(session, wanted.as_of, Document.account_id.in_(ids), *criteria(wanted))
        keys = (parts.account_id, parts.currency)
        cells = select(*keys, *bucket_sums(parts, wanted.as_of)).group_by(*keys)
        sums = {(row[0], row[1]): row[2:] for row in session.execute(cells)}
        disputed = {(row[0], row[1]): row[2] for row in _disputed(session, wanted, "account_id", "currency", of=ids)}
        aged = {key: _aged(cells, disputed.get(key, 0), key[1]) for key, cells in sums.items()}
        rates = _rates(session, wanted, {key[1] for key in aged})
        names: dict[int, str] = dict(
            session.execute(select(Account.id, Account.legal_name).where(Account.id.in_(ids))).all()
        )
        rows = []
        for key in ranked:
            lines = [aged[one] for one in sorted(aged) if one == tuple(key) or (rates and one[0] == key[0])]
            shown = _in_one(lines, rates) if rates else lines
            rows += [_account_row(key[0], names[key[0]], line) for line in shown]
        return AgingPage(pd.DataFrame(rows, columns=list(ACCOUNT_COLUMNS), dtype=object), total, rates)


def accounts_aged(actor: Actor, wanted: ReportFilters, *, overdue_only: bool = False) -> dict[int, str]:
    """The names of the accounts of that list by their ids, in its order; at most `MOST_NAMED`."""
    with reading(actor, Permission.SEE_REPORTS) as session:
        parts = open_parts(session, wanted.as_of, *criteria(wanted))
        ranked, _total = _ranked(session, parts, wanted, overdue_only, MOST_NAMED, 0)
        ids = list(dict.fromkeys(row[0] for row in ranked))
        named = select(Account.id, Account.legal_name).where(Account.id.in_(ids))
        names: dict[int, str] = dict(session.execute(named).all())
        return {account_id: names[account_id] for account_id in ids}


def open_invoices(
    actor: Actor,
    wanted: ReportFilters,
    *,
    bucket: Bucket | None = None,
    account_id: int | None = None,
    disputed_only: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> OpenInvoicePage:
    """The invoices behind a figure: those open at the end of the day, in a bucket, of an account."""
    with reading(actor, Permission.SEE_REPORTS) as session:
        where = criteria(wanted)
        if account_id is not None:
            where.append(Document.account_id == account_id)
        if bucket is not None:
            where.append(in_bucket(Document.due_on, bucket, wanted.as_of))
        if disputed_only:
            where.append(tuple_(Document.account_id, Document.id).in_(disputed_on(wanted.as_of)))
        parts = open_parts(session, wanted.as_of, *where, by_invoice=True)
        minor = func.sum(parts.minor)
        key = (parts.account_id, parts.document_id, parts.due_on)
        found = select(*key, minor.label("minor")).group_by(*key).having(minor > 0)
        total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
        page = found.order_by(parts.due_on, parts.account_id, parts.document_id).limit(limit).offset(offset)
        open_then = {(row[0], row[1]): int(row[3]) for row in session.execute(page)}
        rows = _invoice_rows(session, wanted, open_then)
        return OpenInvoicePage(pd.DataFrame(rows, columns=list(INVOICE_COLUMNS), dtype=object), int(total))


def criteria(wanted: ReportFilters) -> list[ColumnElement[bool]]:
    """The filters as criteria on `Document`, which keeps the account's facts of the day it was issued."""
    given: dict[Any, Any] = {
        Document.currency: wanted.currency,
        Document.country: wanted.country,
        Document.rep_id: wanted.rep_id,
        Document.segment: wanted.segment,
    }
    return [column == value for column, value in given.items() if value is not None]


def _open_of_all(session: Session, wanted: ReportFilters) -> dict[str, dict[Bucket, int]]:
    """What is open by currency and bucket, from the roll-up."""
    only = Only(wanted.currency, None, wanted.country, wanted.rep_id, wanted.segment)
    cells: dict[str, dict[Bucket, int]] = {}
    for row in owed(session, only=only, until=wanted.as_of):
        found = cells.setdefault(row.currency, dict.fromkeys(Bucket, 0))
        found[bucket_of(row.due_on, wanted.as_of)] += row.minor
    return cells


def _open_of_scope(session: Session, wanted: ReportFilters) -> dict[str, dict[Bucket, int]]:
    """The same of the accounts in the scope, which a roll-up does not know."""
    parts = open_parts(session, wanted.as_of, *criteria(wanted))
    sums = select(parts.currency, *bucket_sums(parts, wanted.as_of)).group_by(parts.currency)
    return {row[0]: dict(zip(Bucket, map(int, row[1:]), strict=True)) for row in session.execute(sums)}


def _disputed(session: Session, wanted: ReportFilters, *keys: str, of: Sequence[int] | None = None) -> list[Any]:
    """What is open on disputed invoices, by the keys; `of` some accounts."""
    those = is_disputed(session, wanted.as_of)
    if those is None:
        return []
    where = [those, *criteria(wanted)]
    where += [] if of is None else [Document.account_id.in_(of)]
    parts = open_parts(session, wanted.as_of, *where)
    columns = [getattr(parts, name) for name in keys]
    rows = session.execute(select(*columns, func.sum(parts.minor)).group_by(*columns))
    return [(*row[:-1], int(row[-1])) for row in rows]


def _ranked(
    session: Session, parts: Parts, wanted: ReportFilters, overdue_only: bool, limit: int, offset: int
) -> tuple[list[Any], int]:
    """The keys of a page, (account id, currency) or, converted, (account id,), and how many there are."""
    every = reference_rates(session, wanted.as_of)
    value = worth_of(parts, every)
    late = case((parts.due_on < wanted.as_of, value), else_=literal(0.0))
    keys = (parts.account_id,) if wanted.converted else (parts.account_id, parts.currency)
    found = select(*keys, func.count().over()).group_by(*keys).having(func.sum(parts.minor) > 0)
    if wanted.converted and every.missing:
        found = found.where(parts.currency.not_in(every.missing))
    if overdue_only:
        found = found.where(parts.due_on < wanted.as_of)
    found = found.order_by(func.sum(late).desc(), func.sum(value).desc(), *keys).limit(limit).offset(offset)
    rows = session.execute(found).all()
    return [tuple(row[:-1]) for row in rows], int(rows[0][-1]) if rows else 0


def reference_rates(session: Session, day: date) -> Rates:
    """What each currency of the catalog is worth in the reporting currency on a day."""
    currencies = session.scalars(select(Price.currency).distinct())
    return rates_of(session, currencies, to=reporting_currency(session), day=day)


def worth_of(parts: Parts, rates: Rates) -> Any:
    """What the parts are worth, to put them in order only: floating point."""
    worth = {one.base: float(rates.per_minor(one.base)) for one in rates.known} | {rates.to: 1.0}
    return parts.minor * case(worth, value=parts.currency, else_=literal(0.0))


def reporting_currency(session: Session) -> str:
    """The currency that all others are converted to."""
    return str(setting(session, "reporting_currency"))


def _rates(session: Session, wanted: ReportFilters, currencies: Iterable[str]) -> Rates | None:
    if not wanted.converted:
        return None
    return rates_of(session, currencies, to=reporting_currency(session), day=wanted.as_of)


def _aged(cells: Sequence[Any], disputed: int, currency: str) -> Aged:
    return Aged(tuple(Money(int(minor), currency) for minor in cells), Money(disputed, currency))


def _in_one(lines: Iterable[Aged], rates: Rates) -> tuple[Aged, ...]:
    """One line of what can be converted: each amount of a currency by itself, then their sum."""
    known = [line for line in lines if line.currency not in rates.missing]
    if not known:
        return ()

    def total(amounts: Iterable[Money]) -> Money:
        return Money.total((one for amount in amounts if (one := rates.convert(amount)) is not None), rates.to)

    cells = tuple(total(line.cells[place] for line in known) for place in range(len(Bucket)))
    return (Aged(cells, total(line.disputed for line in known)),)


def _account_row(account_id: int, name: str, line: Aged) -> tuple[Any, ...]:
    sums = (line.overdue.minor, line.disputed.minor or None, line.total.minor)
    return (account_id, name, *(cell.minor or None for cell in line.cells), *sums, line.currency)


def _invoice_rows(session: Session, wanted: ReportFilters, open_then: dict[tuple[int, int], int]) -> list[Any]:
    keep_to_those(session, sorted({key[0] for key in open_then}))
    documents = session.execute(
        select(Document, Account.legal_name)
        .join(Account, Account.id == Document.account_id)
        .where(Document.account_id.in_({key[0] for key in open_then}), Document.id.in_({key[1] for key in open_then}))
    )
    found = {(row.account_id, row.id): (row, name) for row, name in documents}
    keys = select(Document.account_id, Document.id).where(
        Document.account_id.in_({key[0] for key in open_then}),
        tuple_(Document.account_id, Document.id).in_(disputed_on(wanted.as_of)),
    )
    disputed = {(row[0], row[1]) for row in session.execute(keys)} if open_then else set()
    rows = []
    for key, minor in open_then.items():
        row, name = found[key]
        late = days_overdue(row.due_on, wanted.as_of)
        status = "disputed" if key in disputed else "overdue" if late else "to_pay"
        own = (row.account_id, row.id, name, row.number, row.issued_on, row.due_on, late, status)
        rows.append((*own, row.total_minor, minor, row.currency))
    return rows
