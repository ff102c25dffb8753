"""Use of seats over all accounts: key figures, 24 months, by what they are split, and how it is spread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from data.models import Product, Setting, UseFigure, UseMark, UseMonth, UseState, UseTotal
from services.access import is_scoped, reading
from services.facts.use_figures import SETTING
from services.facts.use_months import MONTHS, month_ends
from services.permissions import Actor, Permission
from services.rules.recognition import month_of
from services.rules.use_figures import BANDS, MONTHLY, Split, Sums, band_of

_SUMS = Sums._fields
_MANY = 1_000  # accounts waiting that are counted one by one


@dataclass(frozen=True, slots=True)
class UseFilter:
    """What the figures are limited to; empty limits nothing. Hashable: caches are keyed by it."""

    product: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class UseChoices:
    """What the filters offer: products (code, name) in the catalog's order, countries (codes)."""

    products: tuple[tuple[str, str], ...]
    countries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UseAge:
    """As of when the figures are: their day (None: never counted), when they were counted last, and how many accounts
    have changed since and wait (at most `_MANY` are counted)."""

    day: date | None
    counted_at: datetime | None
    waiting: int


@dataclass(frozen=True, slots=True)
class UseMonths:
    """How the seats stood at the end of each month (yyyymm), in the running one today, the oldest first."""

    months: tuple[int, ...]
    bought: tuple[int, ...]
    assigned: tuple[int, ...]
    in_use: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Utilization:
    """All that the page shows at once. `bands`: accounts by `BANDS`. `stale`: by product (name), accounts whose feed is
    too old for a claim."""

    age: UseAge
    total: Sums
    months: UseMonths
    bands: Mapping[str, int]
    stale: tuple[tuple[str, int], ...]


def use_choices(actor: Actor) -> UseChoices:
    """The products and countries of the actor's accounts with seats."""
    with reading(actor, Permission.SEE_USAGE) as session:
        if is_scoped(session):
            products = _distinct(session, UseFigure.product, UseFigure.split == Split.WHOLE.value)
            countries = _distinct(session, UseState.country)
        else:
            whole = (UseTotal.split == Split.WHOLE.value, UseTotal.accounts > 0)
            products, countries = (_distinct(session, each, *whole) for each in (UseTotal.product, UseTotal.country))
        names = [(code, name) for code, name in _products(session) if code in products]
        return UseChoices(tuple(names), tuple(sorted(countries - {""})))


def utilization(actor: Actor, wanted: UseFilter, *, today: date) -> Utilization:
    """The figures of the actor's accounts. Raises `NotAllowed`."""
    with reading(actor, Permission.SEE_USAGE) as session:
        by_product = sums_by(session, "product", wanted)
        names = dict(_products(session))
        total = Sums()
        for sums in by_product.values():
            total = total.plus(sums)
        stale = tuple((names[code], by_product[code].stale_feeds) for code in names if _is_stale(by_product, code))
        return Utilization(_age(session), total, _months(session, wanted, today), _bands(session, wanted), stale)


def sums_by(session: Session, by: str, wanted: UseFilter) -> dict[str, Sums]:
    """The sums by `product`, `plan` or `country` (codes), of the accounts in the scope."""
    table: Any = UseFigure if is_scoped(session) else UseTotal
    split = Split.PLAN.value if by == "plan" else Split.WHOLE.value
    where: list[ColumnElement[bool]] = [table.split == split]
    if wanted.product:
        where.append(table.product == wanted.product)
    elif by != "plan":
        where.append((table.product == "") if by == "country" else (table.product != ""))
    if wanted.country:
        where.append(table.country == wanted.country)
    key = {"product": table.product, "plan": table.value, "country": table.country}[by]
    if is_scoped(session):
        key = key.concat("")  # not in the order of an index: SQLite would read all accounts' rows to have it
    found = select(key, *(func.sum(getattr(table, name)) for name in _SUMS)).where(*where).group_by(key)
    return {row[0]: Sums(*map(int, row[1:])) for row in session.execute(found)}


def _is_stale(by_product: Mapping[str, Sums], code: str) -> bool:
    return code in by_product and by_product[code].stale_feeds > 0


def _distinct(session: Session, column: Any, *where: ColumnElement[bool]) -> set[str]:
    return set(session.scalars(select(column).where(*where).distinct()))


def _products(session: Session) -> list[tuple[str, str]]:
    rows = session.execute(select(Product.code, Product.name).order_by(Product.position, Product.code))
    return [(code, name) for code, name in rows]


def _age(session: Session) -> UseAge:
    state = session.get(Setting, SETTING)
    if state is None or state.value["at"] is None:
        return UseAge(None, None, 0)
    some = select(UseMark.account_id).distinct().limit(_MANY)
    waiting = session.scalar(select(func.count()).select_from(some.subquery())) or 0
    day = state.value["day"]
    return UseAge(date.fromisoformat(day) if day else None, datetime.fromisoformat(state.value["at"]), waiting)


def _months(session: Session, wanted: UseFilter, today: date) -> UseMonths:
    """What moved, added up month by month."""
    found: Select[Any]
    if is_scoped(session):
        columns = [func.sum(getattr(UseMonth, name)) for name in MONTHLY]
        found = select(UseMonth.month, *columns).where(UseMonth.product == wanted.product).group_by(UseMonth.month)
        if wanted.country:
            found = found.join(UseState, UseState.account_id == UseMonth.account_id)
            found = found.where(UseState.country == wanted.country)
    else:
        columns = [func.sum(getattr(UseTotal, name)) for name in MONTHLY]
        of = [UseTotal.split == Split.MONTH.value, UseTotal.product == wanted.product]
        of += [UseTotal.country == wanted.country] if wanted.country else []
        found = select(UseTotal.value, *columns).where(*of).group_by(UseTotal.value)
    moved = sorted((int(month), *map(int, numbers)) for month, *numbers in session.execute(found))
    months = (*(month_of(end) for end in month_ends(today, MONTHS)), month_of(today))
    levels = [
        tuple(sum(row[1 + place] for row in moved if row[0] <= month) for month in months)
        for place in range(len(MONTHLY))
    ]
    return UseMonths(months, *levels)


def _bands(session: Session, wanted: UseFilter) -> dict[str, int]:
    counts = dict.fromkeys(BANDS, 0)
    if is_scoped(session):
        of = [UseFigure.split == Split.WHOLE.value, UseFigure.product == wanted.product]
        of += [UseFigure.country == wanted.country] if wanted.country else []
        rows = session.execute(select(UseFigure.bought, UseFigure.bought_unseen, UseFigure.in_use).where(*of))
        for bought, unseen, in_use in rows:
            counts[band_of(bought, unseen, in_use)] += 1
        return counts
    of = [UseTotal.split == Split.BAND.value, UseTotal.product == wanted.product]
    of += [UseTotal.country == wanted.country] if wanted.country else []
    for band, accounts in session.execute(
        select(UseTotal.value, func.sum(UseTotal.accounts)).where(*of).group_by(UseTotal.value)
    ):
        counts[band] += int(accounts)
    return counts
