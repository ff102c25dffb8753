"""Use of seats by product, plan, country, account and where people work; and accounts by products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from data.models import Account, Plan, Product, UseFigure
from services.access import keep_to_those, keeping_order, reading
from services.permissions import Actor, Permission
from services.queries.seats import PAGE_SIZE, Listed
from services.queries.utilization import UseFilter, sums_by
from services.rules.use_figures import Split, Sums

MOST = 5_000  # rows that a list counts
BY = ("product", "plan", "country")  # few rows
BY_ACCOUNT = ("account", "department", "cost_centre", "manager")  # pages of rows
COLUMNS = (
    "bought", "assigned", "assigned_percent", "in_use_percent", "active_7", "active_30", "active_90", "pending", "free",
    "used", "idle", "excluded", "no_evidence",
)  # fmt: skip


def use_by(actor: Actor, by: str, wanted: UseFilter) -> pd.DataFrame:
    """By `product`, `plan` or `country`, in the catalog's order or the largest first.

    Columns: code, name (of plans with the product's), then `COLUMNS`: counts, percentage points (None: nothing bought,
    or no feed tells of users); nothing seen where no feed tells of users.
    """
    with reading(actor, Permission.SEE_USAGE) as session:
        found = sums_by(session, by, wanted)
        if by == "country":
            names = {code: code for code in sorted(found, key=lambda code: -found[code].bought)}
        elif by == "product":
            rows = session.execute(select(Product.code, Product.name).order_by(Product.position, Product.code))
            names = dict(rows.all())
        else:
            plans = session.execute(
                select(Plan.code, Plan.name, Product.name)
                .join(Product, Product.code == Plan.product)
                .order_by(Product.position, Plan.rank, Plan.code)
            )
            names = {code: f"{product} {plan}" for code, plan, product in plans}
    table = [(code, name, *_shown(found[code])) for code, name in names.items() if code in found and any(found[code])]
    return pd.DataFrame(table, columns=["code", "name", *COLUMNS], dtype=object)


def use_by_account(
    actor: Actor,
    by: str,
    wanted: UseFilter,
    *,
    search: str = "",
    band: str = "",
    limit: int = PAGE_SIZE,
    offset: int = 0,
) -> Listed:
    """By `account`, or by `department`, `cost_centre` or `manager` of an account, the most idle seats first.

    Columns: account_id (text), account, value (empty: not given; where names are hidden, managers are short marks),
    then `COLUMNS`. `search`: in the account's names. `band`: accounts by how much is in use (`band_of`). Counted up to
    `MOST`.
    """
    with reading(actor, Permission.SEE_USAGE) as session:
        keys, total = _page(session, by, wanted, search, band, limit, offset)
        rows = _rows(session, keys)
        names = _names(session, {key[0] for key in keys})
        table = []
        for key in keys:
            name, hides_names = names[key[0]]
            value = _mark(key[0], key[2]) if by == "manager" and hides_names and key[2] else key[2]
            table.append((str(key[0]), name, value, *_shown(rows[key])))
    return Listed(pd.DataFrame(table, columns=["account_id", "account", "value", *COLUMNS], dtype=object), total)


@dataclass(frozen=True, slots=True)
class UseMap:
    """Accounts by products: `frame` has account_id (text), account, and a column of percentage points by product
    (code): in use of what is bought; None: nothing is bought, or no feed tells of users. `products` (code, name): those
    that the page's accounts have. `total`: as a list counts."""

    frame: pd.DataFrame
    products: tuple[tuple[str, str], ...]
    total: int


def use_map(actor: Actor, wanted: UseFilter, *, search: str = "", limit: int = PAGE_SIZE, offset: int = 0) -> UseMap:
    """How much is in use, account by account and product by product, in the order of the list of accounts."""
    with reading(actor, Permission.SEE_USAGE) as session:
        keys, total = _page(session, "account", wanted, search, "", limit, offset)
        ids = [key[0] for key in keys]
        products = session.execute(select(Product.code, Product.name).order_by(Product.position, Product.code)).all()
        each = [(of, "", "", code) for of in ids for code, _ in products if wanted.product in ("", code)]
        rows, names = _rows(session, each), _names(session, ids)
    codes = [code for code, _ in products]
    table = [(str(of), names[of][0], *(_in_use(rows.get((of, "", "", code))) for code in codes)) for of in ids]
    shown = tuple((code, name) for code, name in products if any((of, "", "", code) in rows for of in ids))
    return UseMap(pd.DataFrame(table, columns=["account_id", "account", *codes], dtype=object), shown, total)


_Key = tuple[int, str, str, str]
_KEY = (UseFigure.account_id, UseFigure.split, UseFigure.value, UseFigure.product)


def _page(
    session: Session, by: str, wanted: UseFilter, search: str, band: str, limit: int, offset: int
) -> tuple[list[_Key], int]:
    """The keys of a page, found in the index of the list, and how many rows there are."""
    where = [
        UseFigure.split == (Split.WHOLE.value if by == "account" else by),
        UseFigure.product == wanted.product,
    ]
    if wanted.country:
        where.append(UseFigure.country == wanted.country)
    if search.strip():
        named = Account.search_text.contains(search.strip().casefold(), autoescape=True)
        where.append(UseFigure.account_id.in_(select(Account.id).where(named)))
    if band:
        where.append(_in_band(band))
    order = [column.desc() for column in (UseFigure.idle, UseFigure.assigned, UseFigure.account_id, UseFigure.value)]
    with keeping_order(session):
        found = select(*_KEY).where(*where).order_by(*order).limit(limit).offset(offset)
        keys = [(row[0], row[1], row[2], row[3]) for row in session.execute(found)]
    some = select(UseFigure.account_id).where(*where).limit(MOST)
    return keys, session.scalar(select(func.count()).select_from(some.subquery())) or 0


def _in_band(band: str) -> ColumnElement[bool]:
    """`band_of` as SQL."""
    known = UseFigure.bought - UseFigure.bought_unseen
    if band == "none":
        return UseFigure.bought == 0
    if band == "unseen":
        return and_(UseFigure.bought > 0, known <= 0)
    tenth = int(band)
    if tenth == 0:
        return and_(known > 0, UseFigure.in_use == 0)
    at_least = UseFigure.in_use * 10 > known * (tenth - 1)
    return and_(known > 0, at_least, *([] if tenth == 10 else [UseFigure.in_use * 10 <= known * tenth]))


def _rows(session: Session, keys: Sequence[_Key]) -> dict[_Key, Sums]:
    """The rows of these keys, of one split: by their accounts first, for SQLite looks no list of whole keys up."""
    if not keys:
        return {}
    accounts, splits, values, products = (sorted(set(column)) for column in zip(*keys, strict=True))
    keep_to_those(session, accounts)
    columns = [getattr(UseFigure, name) for name in Sums._fields]
    where = [UseFigure.account_id.in_(accounts), UseFigure.split.in_(splits), UseFigure.product.in_(products)]
    if splits != [Split.WHOLE.value]:
        where.append(UseFigure.value.in_(values))
    wanted = set(keys)
    rows = ((tuple(row[:4]), Sums(*row[4:])) for row in session.execute(select(*_KEY, *columns).where(*where)))
    return {key: sums for key, sums in rows if key in wanted}


def _names(session: Session, ids: Any) -> dict[int, tuple[str, bool]]:
    rows = session.execute(
        select(Account.id, Account.legal_name, Account.hides_names).where(Account.id.in_(sorted(ids)))
    )
    return {account_id: (name, hides) for account_id, name, hides in rows}


def _mark(account_id: int, name: str) -> str:
    """A short mark for a manager whose name is hidden."""
    return sha256(f"manager {account_id} {name}".encode()).hexdigest()[:6].upper()


def _shown(sums: Sums) -> tuple[Any, ...]:
    """A row of `COLUMNS`; what nothing is known of is left empty."""
    is_unseen = sums.is_unseen or 0 < sums.assigned == sums.no_evidence
    unseen = ("active_7", "active_30", "active_90", "used", "idle") if is_unseen else ()
    return tuple(None if name in unseen else getattr(sums, name) for name in COLUMNS)


def _in_use(sums: Sums | None) -> Any:
    return None if sums is None else sums.in_use_percent
