"""The roll-ups compared with the facts they are sums of, in every set of dimensions that they are kept in."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.money import Money
from services.facts.roll_ups import ALL, TAXES, RollUp, Sums
from services.integrity.violations import Found


def differences(session: Session) -> Found:
    """Every sum that is not what the facts give, in each set of dimensions that is kept."""
    for one in ALL:
        yield from _compared(session, one)


def taxes(session: Session) -> Found:
    """Every sum of a month's tax that is not what the entries of the tax book give."""
    yield from _compared(session, TAXES)


def _compared(session: Session, one: RollUp) -> Found:
    facts = _sums(session, one, [fact.subquery().c for fact in one.facts()])
    waiting = _sums(session, one, [one.deltas])
    for number, kept in one.grains:
        found = dict(one.coarsened(kept, waiting))
        for key, values in _sums(session, one, [one.table], one.table.grain == number).items():
            found[key] = tuple(map(sum, zip(values, found.get(key, (0,) * len(one.sums)), strict=True)))
        yield from _told(one, one.coarsened(kept, facts), found)


def _told(one: RollUp, wanted: Sums, found: Sums) -> Iterator[Any]:
    currency, nothing = one.key.index("currency"), (0,) * len(one.sums)
    for key in sorted(wanted.keys() | found.keys()):
        expected, minor = wanted.get(key, nothing), found.get(key, nothing)
        if expected != minor:
            name = " ".join(str(part) for part in key if part not in ("", 0))
            is_amount = expected[0] != minor[0]
            both = (expected[0], minor[0]) if is_amount else (expected[-1], minor[-1])
            yield None, name, *((Money(each, key[currency]) for each in both) if is_amount else both)


def _sums(session: Session, one: RollUp, sources: Sequence[Any], *criteria: Any) -> Sums:
    sums: dict[tuple[Any, ...], tuple[int, ...]] = {}
    for source in sources:
        key = [getattr(source, name) for name in one.key]
        totals = [func.sum(getattr(source, name)) for name in one.sums]
        for row in session.execute(select(*key, *totals).where(*criteria).group_by(*key)):
            name, values = tuple(row[: len(key)]), [int(value or 0) for value in row[len(key) :]]
            sums[name] = tuple(map(sum, zip(values, sums.get(name, (0,) * len(values)), strict=True)))
    return sums
