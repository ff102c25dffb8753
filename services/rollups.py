"""The roll-ups, folded (`python -m services.rollups`), compared with the facts (`--check`), made anew (`--rebuild`)."""

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, literal, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from data import database
from data.models import Document, Due, DueDelta, Figure, FigureDelta, TaxFigure, TaxFigureDelta
from services import access, uses
from services.errors import Unavailable
from services.facts import figures as facts
from services.facts.figures import ALL_DAYS
from services.integrity import uses as counted
from services.integrity.figures import differences
from services.rules.figures import DUE_DIMENSIONS, FIGURE_DIMENSIONS
from services.rules.tax_figures import TAX_KEY

PORTION = 10_000  # deltas folded in a transaction
_EMPTY = {"plan": "", "country": "", "rep_id": 0, "segment": ""}


@dataclass(frozen=True, slots=True)
class RollUp:
    """A table of sums with its deltas: its own columns, and the dimensions any of which it is split by."""

    table: type[Any]
    deltas: type[Any]
    own: tuple[str, ...]
    dimensions: tuple[str, ...]

    @property
    def grains(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Each set of dimensions with its number."""
        for number in range(1 << len(self.dimensions)):
            yield number, tuple(name for place, name in enumerate(self.dimensions) if number >> place & 1)


FIGURES = RollUp(Figure, FigureDelta, ("measure", "month", "currency"), FIGURE_DIMENSIONS)
DUES = RollUp(Due, DueDelta, ("posted_on", "due_on", "currency"), DUE_DIMENSIONS)
TAXES = RollUp(TaxFigure, TaxFigureDelta, TAX_KEY, ())
ALL = (FIGURES, DUES, TAXES)


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
    columns = [getattr(deltas, name) for name in ("batch", "position", *one.own, *one.dimensions, "amount_minor")]
    waiting = select(*columns).order_by(deltas.batch, deltas.position).limit(PORTION)
    rows = session.execute(waiting.with_for_update(skip_locked=True)).all()
    if not rows:
        return 0
    sums: defaultdict[tuple[Any, ...], int] = defaultdict(int)
    grains = [(number, [name in kept for name in one.dimensions]) for number, kept in one.grains]
    first = 2 + len(one.own)
    empty = [_EMPTY[name] for name in one.dimensions]
    for row in rows:
        own, of, minor = row[2:first], row[first:-1], row[-1]
        for number, keeps in grains:
            key = (value if kept else none for value, none, kept in zip(of, empty, keeps, strict=True))
            sums[number, *own, *key] += minor
    upsert(session, one, [(*key, minor) for key, minor in sorted(sums.items()) if minor])
    for keys in database.chunks([(row.batch, row.position) for row in rows]):
        session.execute(delete(deltas).where(tuple_(deltas.batch, deltas.position).in_(keys)))
    return len(rows)


def upsert(session: Session, one: RollUp, rows: Sequence[tuple[Any, ...]]) -> None:
    """Add to the sums, in the order of their keys: two that fold at once wait for each other, never in a circle."""
    if not rows:
        return
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    key = ("grain", *one.own, *one.dimensions)
    new = dialect.insert(one.table)
    added = one.table.amount_minor + new.excluded.amount_minor
    statement = new.on_conflict_do_update(index_elements=key, set_={"amount_minor": added})
    session.connection().execute(statement, [dict(zip((*key, "amount_minor"), row, strict=True)) for row in rows])


def rebuild() -> None:
    """Make the roll-ups anew from the facts, in one transaction; what is booked meanwhile stays as deltas."""
    with access.maintaining() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        for one in ALL:
            for table in (one.deltas, one.table):
                session.execute(delete(table))
        full = len(list(FIGURES.grains)) - 1
        for statements in facts.FACTS.values():
            _sum_up(session, FIGURES, full, [fact.subquery().c for fact in statements(ALL_DAYS)])
        _sum_up(session, DUES, len(list(DUES.grains)) - 1, [fact.subquery().c for fact in facts.dues()])
        _sum_up(session, TAXES, 0, [fact.subquery().c for fact in facts.taxes()])
        for one in ALL:
            _coarsen(session, one)


def _sum_up(session: Session, one: RollUp, number: int, sources: Sequence[Any]) -> None:
    names = (*one.own, *one.dimensions, "amount_minor")
    union = sources[0]
    selects = [select(*(getattr(source, name) for name in names)) for source in sources]
    union = selects[0].union_all(*selects[1:]).subquery().c
    key = [getattr(union, name) for name in names[:-1]]
    total = func.sum(union.amount_minor)
    summed = select(literal(number), *key, total).group_by(*key).having(total != 0)
    session.execute(insert(one.table).from_select(["grain", *names], summed))


def _coarsen(session: Session, one: RollUp) -> None:
    """Each coarser roll-up is the sum of the finest."""
    table = one.table
    finest = max(number for number, _ in one.grains)
    for number, kept in one.grains:
        if number == finest:
            continue
        key = [getattr(table, name) for name in (*one.own, *kept)]
        shown = [getattr(table, name) if name in kept else literal(_EMPTY[name]) for name in one.dimensions]
        total = func.sum(table.amount_minor)
        summed = select(literal(number), *key[: len(one.own)], *shown, total).where(table.grain == finest)
        names = ["grain", *one.own, *one.dimensions, "amount_minor"]
        session.execute(insert(table).from_select(names, summed.group_by(*key).having(total != 0)))


def are_missing() -> bool:
    """Whether there are documents, but a roll-up of them is not: a database of before it was kept."""
    with access.maintaining() as session:
        if session.scalar(select(Document.id).limit(1)) is None:
            return False
        kept = ((one.table, one.deltas) for one in (FIGURES, TAXES))
        return not all(any(_has_rows(session, table) for table in both) for both in kept)


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
