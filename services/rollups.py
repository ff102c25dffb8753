"""The roll-ups, folded (`python -m services.rollups`), compared with the facts (`--check`), made anew (`--rebuild`)."""

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, delete, func, insert, literal, or_, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from data import database
from data.models import Document
from services import access, uses
from services.errors import Unavailable
from services.facts import figures
from services.facts.figures import ALL_DAYS
from services.facts.roll_ups import ALL, CYCLES, DUES, EMPTY, FIGURES, TAXES, RollUp
from services.integrity import uses as counted
from services.integrity.figures import differences

PORTION = 10_000  # deltas folded in a transaction


def fold() -> int:
    """Fold a portion of the deltas of each roll-up; returns how many. Any number may do so at once."""
    with access.maintaining() as session:
        return sum(_fold(session, one) for one in ALL)


def fold_all() -> int:
    """Fold until nothing waits; returns how many deltas."""
    total = 0
    while folded := fold():
        total += folded
    return total


def _fold(session: Session, one: RollUp) -> int:
    deltas = one.deltas
    columns = [getattr(deltas, name) for name in ("batch", "position", *one.key, *one.sums)]
    waiting = select(*columns).order_by(deltas.batch, deltas.position).limit(PORTION)
    rows = session.execute(waiting.with_for_update(skip_locked=True)).all()
    if not rows:
        return 0
    last = 2 + len(one.key)
    added: defaultdict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * len(one.sums))
    for row in rows:
        total = added[tuple(row[2:last])]
        for place, value in enumerate(row[last:]):
            total[place] += value
    sums = {key: tuple(values) for key, values in added.items()}
    grains = [(number, one.coarsened(kept, sums)) for number, kept in one.grains]
    upsert(session, one, sorted((number, *key, *values) for number, found in grains for key, values in found.items()))
    if one.forgets:
        _forget(session, one)
    for keys in database.chunks([(row.batch, row.position) for row in rows]):
        session.execute(delete(deltas).where(tuple_(deltas.batch, deltas.position).in_(keys)))
    return len(rows)


def _forget(session: Session, one: RollUp) -> None:
    """Delete sums of which nothing is left, but those that another one is folding into."""
    key = [getattr(one.table, name) for name in ("grain", *one.key)]
    nothing = select(*key).where(*(getattr(one.table, name) == 0 for name in one.sums)).limit(PORTION)
    found = session.execute(nothing.with_for_update(skip_locked=True)).all()
    for some in database.chunks([tuple(row) for row in found]):
        session.execute(delete(one.table).where(tuple_(*key).in_(some)))


def columns_of(one: RollUp) -> tuple[str, ...]:
    """The columns of a roll-up's table, in the order of `upsert`."""
    return ("grain", *one.key, *one.sums)


def upsert(session: Session, one: RollUp, rows: Sequence[tuple[Any, ...]]) -> None:
    """Add to the sums, in the order of their keys: two that fold at once wait for each other, never in a circle.

    `rows`: as `columns_of`.
    """
    if not rows:
        return
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    new = dialect.insert(one.table)
    added = {name: getattr(one.table, name) + getattr(new.excluded, name) for name in one.sums}
    statement = new.on_conflict_do_update(index_elements=["grain", *one.key], set_=added)
    session.connection().execute(statement, [dict(zip(columns_of(one), row, strict=True)) for row in rows])


def rebuild() -> None:
    """Make the roll-ups anew from the facts, in one transaction; what is booked meanwhile stays as deltas."""
    with access.maintaining() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        for one in ALL:
            for table in (one.deltas, one.table):
                session.execute(delete(table))
        for statements in figures.FACTS.values():  # by themselves: they share no sums
            _sum_up(session, FIGURES, statements(ALL_DAYS))
        for one in (DUES, TAXES, CYCLES):
            _sum_up(session, one, one.facts())
        for one in (FIGURES, DUES):
            _coarsen(session, one)


def _sum_up(session: Session, one: RollUp, facts: Iterable[Select[Any]]) -> None:
    """The sums of facts: the finest, or all that are kept where the finest is not."""
    sources = [fact.subquery().c for fact in facts]
    selects = [select(*(source[name] for name in (*one.key, *one.sums))) for source in sources]
    union = selects[0].union_all(*selects[1:]).subquery().c
    for number, kept in [list(one.grains)[-1]] if one.sets is None else one.grains:
        _insert_sums(session, one, union, number, kept)


def _coarsen(session: Session, one: RollUp) -> None:
    """Each coarser roll-up is the sum of the finest."""
    *coarser, (finest, _) = one.grains
    folded = select(one.table).where(one.table.grain == finest).subquery().c
    for number, kept in coarser:
        _insert_sums(session, one, folded, number, kept)


def _insert_sums(session: Session, one: RollUp, source: Any, number: int, kept: tuple[str, ...]) -> None:
    key = [source[name] for name in (*one.own, *kept)]
    shown = [source[name] if name in kept else literal(EMPTY[name]) for name in one.dimensions]
    totals = [func.sum(source[name]) for name in one.sums]
    summed = select(literal(number), *key[: len(one.own)], *shown, *totals).group_by(*key)
    summed = summed.having(or_(*(total != 0 for total in totals)))
    session.execute(insert(one.table).from_select(columns_of(one), summed))


def are_missing() -> bool:
    """Whether a roll-up is not kept of what there is: a database of before it was."""
    with access.maintaining() as session:
        if session.scalar(select(Document.id).limit(1)) is None:
            return False
        return not all(_has_rows(session, one.table) or _has_rows(session, one.deltas) for one in (FIGURES, TAXES))


def _has_rows(session: Session, table: type[Any]) -> bool:
    return session.scalar(select(table.amount_minor).limit(1)) is not None


def main(arguments: list[str] | None = None) -> int:
    """The command line. Exit 0: done, or they agree; 1: they do not; 3: the database is not available."""
    parser = argparse.ArgumentParser(prog="python -m services.rollups", description=__doc__)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--check", action="store_true", help="compare the roll-ups with the facts, row by row")
    how.add_argument("--rebuild", action="store_true", help="make them anew from the facts")
    options = parser.parse_args(arguments)
    try:
        if options.check:
            return _check()
        if options.rebuild:
            rebuild()
            uses.rebuild(access.now().date())
            print("the roll-ups are made anew")
        else:
            print(f"{fold_all()} deltas folded, {uses.refresh_all(access.now().date())} accounts' use of seats counted")
    except Unavailable:
        print("the database is not available", file=sys.stderr)
        return 3
    return 0


def _check() -> int:
    wrong = 0
    with access.maintaining() as session:
        for _, name, expected, found in differences(session):
            wrong += 1
            print(f"{name}: {expected} by the facts, {found} in the roll-up")
        for name, seats, stored in counted.differences(session):
            wrong += 1
            print(f"use of seats, {name}: {seats} by the facts, {stored} in the roll-up")
    print(f"{wrong} differences" if wrong else "the roll-ups agree with the facts")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
