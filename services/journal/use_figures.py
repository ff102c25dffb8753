"""The only writer of the figures of use: an account's rows, and what they add to the totals and to the month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from data.database import chunks
from data.models import Base, UseFigure, UseMonth, UseState, UseTotal
from services.facts.use_figures import Counted
from services.facts.use_months import Level
from services.rules.recognition import month_of
from services.rules.use_figures import MEASURES, MONTHLY, PEOPLE, Counts, Key, Split, band_of

_PLACE = {name: MEASURES.index(name) for name in ("bought", "bought_unseen", "in_use", *MONTHLY)}
_MONTH = ("account_id", "product", "month")

Row = tuple[str, str, Counts]  # country, currency, counts
Months = dict[tuple[str, int, str], int]  # what moved, by product, month and measure


class _Totals(defaultdict[tuple[str, ...], list[int]]):
    """What is added to the totals: accounts, then each of the measures."""

    def __init__(self) -> None:
        super().__init__(lambda: [0] * (1 + len(MEASURES)))

    def add(self, key: Key, row: Row, sign: int) -> None:
        country, currency, counts = row
        if key.split in PEOPLE:
            return  # departments are an account's own: nobody sums them up over accounts
        keys = [(*key, country, currency)]
        if key.split == Split.WHOLE:
            bought, unseen, in_use = (counts[_PLACE[name]] for name in ("bought", "bought_unseen", "in_use"))
            keys.append((Split.BAND.value, band_of(bought, unseen, in_use), key.product, country, currency))
        for one in keys:
            total = self[one]
            total[0] += sign
            for place, number in enumerate(counts, start=1):
                total[place] += sign * number

    def add_months(self, months: Months, country: str, sign: int) -> None:
        for (product, month, measure), number in months.items():
            self[Split.MONTH.value, str(month), product, country, ""][1 + _PLACE[measure]] += sign * number


def write_figures(
    session: Session,
    accounts: Iterable[Counted],
    today: date,
    *,
    pasts: Mapping[int, Mapping[int, Level]] | None = None,
) -> None:
    """Write what changed of the accounts' rows, of the totals and of the months; nothing changed, nothing is written.

    What is new moved in the day's month; with `pasts` (month → how an account stood at its end) all months are written
    anew.
    """
    counted = {account.account_id: account for account in accounts}
    ids = sorted(counted)
    stored, countries = _rows(session, ids), _countries(session, ids)
    moves = {of for of in ids if pasts is not None or countries.get(of, counted[of].country) != counted[of].country}
    months = _months(session, sorted(moves))
    totals = _Totals()
    moved: dict[tuple[int, str, int, str], int] = {}
    written: list[tuple[Any, ...]] = []
    gone: list[tuple[Any, ...]] = []
    for account_id in ids:
        account, before = counted[account_id], stored.get(account_id, {})
        after = {key: (account.country, account.currency, counts) for key, counts in account.figures.rows.items()}
        for key in sorted(before.keys() | after.keys()):
            was, now = before.get(key), after.get(key)
            if was == now:
                continue
            if was is not None:
                totals.add(key, was, -1)
            if now is None:
                gone.append((account_id, *key))
            else:
                totals.add(key, now, 1)
                written.append((account_id, *key, now[0], now[1], *now[2]))
        mine = _moved(before, after, today, pasts[account_id] if pasts is not None else None)
        if account_id in moves:  # all its months, from where they were summed up to where they belong
            totals.add_months(months[account_id], countries.get(account_id, account.country), -1)
            totals.add_months(mine if pasts is not None else _joined(months[account_id], mine), account.country, 1)
        else:
            totals.add_months(mine, account.country, 1)
        moved.update({(account_id, *key): number for key, number in mine.items()})
    _write(session, UseFigure, ("country", "currency", *MEASURES), written)
    _delete(session, UseFigure, gone)
    states = [(of, counted[of].country, today, counted[of].figures.next_change_on) for of in ids]
    _write(session, UseState, ("country", "figures_on", "next_change_on"), states)
    if pasts is not None:
        for some in chunks(ids):
            session.execute(delete(UseMonth).where(UseMonth.account_id.in_(some)))
    _write_months(session, moved)
    changed = [(*key, *numbers) for key, numbers in sorted(totals.items()) if any(numbers)]
    _write(session, UseTotal, ("accounts", *MEASURES), changed, adds=True)


def _moved(
    before: Mapping[Key, Row], after: Mapping[Key, Row], today: date, past: Mapping[int, Level] | None
) -> Months:
    """What an account moved by: since it was last counted, or from month to month."""
    levels = [(month_of(today), _level(after))]
    last = _level(before) if past is None else Level()
    if past is not None:
        levels = [*sorted(past.items()), *levels]
    found: Months = {}
    for month, level in levels:
        for product, measure in level.keys() | last.keys():
            number = level[product, measure] - last[product, measure]
            if number:
                found[product, month, measure] = number
        last = level
    return found


def _joined(one: Months, other: Months) -> Months:
    return {key: one.get(key, 0) + other.get(key, 0) for key in one.keys() | other.keys()}


def _level(rows: Mapping[Key, Row]) -> Level:
    return Level(
        {
            (key.product, measure): counts[_PLACE[measure]]
            for key, (_, _, counts) in rows.items()
            if key.split == Split.WHOLE
            for measure in MONTHLY
        }
    )


def _rows(session: Session, ids: Sequence[int]) -> dict[int, dict[Key, Row]]:
    found: defaultdict[int, dict[Key, Row]] = defaultdict(dict)
    columns = [getattr(UseFigure, name) for name in ("account_id", *Key._fields, "country", "currency", *MEASURES)]
    for some in chunks(ids):
        for row in session.execute(select(*columns).where(UseFigure.account_id.in_(some))):
            found[row[0]][Key(*row[1:4])] = (row[4], row[5], tuple(row[6:]))
    return found


def _countries(session: Session, ids: Sequence[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for some in chunks(ids):
        rows = select(UseState.account_id, UseState.country).where(UseState.account_id.in_(some))
        found |= dict(session.execute(rows).all())
    return found


def _months(session: Session, ids: Sequence[int]) -> Mapping[int, Months]:
    found: defaultdict[int, Months] = defaultdict(dict)
    columns = [getattr(UseMonth, name) for name in (*_MONTH, *MONTHLY)]
    for some in chunks(ids):
        for account_id, product, month, *numbers in session.execute(
            select(*columns).where(UseMonth.account_id.in_(some))
        ):
            found[account_id] |= {
                (product, month, measure): number for measure, number in zip(MONTHLY, numbers, strict=True) if number
            }
    return found


def _write_months(session: Session, moved: Mapping[tuple[int, str, int, str], int]) -> None:
    rows: defaultdict[tuple[int, str, int], list[int]] = defaultdict(lambda: [0] * len(MONTHLY))
    for (account_id, product, month, measure), number in moved.items():
        rows[account_id, product, month][MONTHLY.index(measure)] = number
    _write(session, UseMonth, MONTHLY, [(*key, *numbers) for key, numbers in sorted(rows.items())], adds=True)
    still = [getattr(UseMonth, measure) == 0 for measure in MONTHLY]
    for some in chunks(sorted({key[0] for key in rows})):
        session.execute(delete(UseMonth).where(UseMonth.account_id.in_(some), *still))


def _write(
    session: Session,
    model: type[Base],
    names: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    *,
    adds: bool = False,
) -> None:
    """Rows of a table: its key, then what is set by name, or added to what is there."""
    if not rows:
        return
    key = [column.name for column in model.__mapper__.primary_key]
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    new = dialect.insert(model)
    excluded, table = new.excluded, model.__table__.c
    values = {name: table[name] + excluded[name] if adds else excluded[name] for name in names}
    statement = new.on_conflict_do_update(index_elements=key, set_=values)
    session.connection().execute(statement, [dict(zip((*key, *names), row, strict=True)) for row in rows])


def _delete(session: Session, model: type[Base], keys: Sequence[tuple[Any, ...]]) -> None:
    """Row by row, each found by its key: SQLite looks no list of whole keys up."""
    if keys:
        columns = list(model.__mapper__.primary_key)
        mine = delete(model).where(*(column == bindparam(f"of_{column.name}") for column in columns))
        rows = [{f"of_{column.name}": part for column, part in zip(columns, key, strict=True)} for key in keys]
        session.connection().execute(mine, rows)
