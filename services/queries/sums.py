"""Totals of all rows of a list, per currency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import SelectBase, func, select
from sqlalchemy.orm import Session

from data.money import Money

Sums = Mapping[str, tuple[Money, ...]]


def sums_of(session: Session, rows: SelectBase, names: Sequence[str]) -> Sums:
    """What the columns of these names come to, by name and currency. `rows` selects them, and `currency`."""
    found = rows.subquery()
    totals = session.execute(
        select(found.c.currency, *(func.sum(found.c[name]) for name in names))
        .group_by(found.c.currency)
        .order_by(found.c.currency)
    ).all()
    return {
        name: tuple(Money(int(row[place]), row[0]) for row in totals if row[place] is not None)
        for place, name in enumerate(names, start=1)
    }
