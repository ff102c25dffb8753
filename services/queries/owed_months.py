"""What was owed, and overdue, at the end of each of some days: one walk through the roll-up, or the facts."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, literal, literal_column, select
from sqlalchemy.orm import Session

from data.models import Due, DueDelta
from services import access
from services.facts import figures as facts
from services.queries.figures import Only
from services.rules.figures import DUE_DIMENSIONS, grain

Owed = dict[tuple[str, date], tuple[int, int]]


def owed_on(session: Session, days: Sequence[date], *, only: Only) -> Owed:
    """(outstanding, overdue) in minor units by currency and day. `days`: the earliest first.

    An invoice is owed as a whole: plans do not matter here.
    """
    sums: defaultdict[tuple[str, int, int], int] = defaultdict(int)
    for statement in _statements(session, days, only):
        for currency, since, late, minor in session.execute(statement):
            sums[currency, since, late] += int(minor or 0)
    found: Owed = {}
    for currency in {key[0] for key in sums}:
        for place, day in enumerate(days):
            then = [(late, minor) for (code, since, late), minor in sums.items() if code == currency and since <= place]
            overdue = sum(minor for late, minor in then if late <= place)
            found[currency, day] = sum(minor for _, minor in then), overdue
    return found


def _statements(session: Session, days: Sequence[date], only: Only) -> list[Select[Any]]:
    if access.is_scoped(session):
        return [_summed(fact.subquery().c, days, only) for fact in facts.dues(days[-1])]
    dimensions = [name for name in only.dimensions() if name in DUE_DIMENSIONS]
    folded = _summed(Due, days, only).where(Due.grain == grain(DUE_DIMENSIONS, dimensions))
    return [folded, _summed(DueDelta, days, only)]


def _summed(source: Any, days: Sequence[date], only: Only) -> Select[Any]:
    """By currency, the place of the first day it was booked on or before, and of the first it was overdue on."""
    since = case(*((source.posted_on <= day, literal(place)) for place, day in enumerate(days)), else_=len(days))
    late = case(*((source.due_on < day, literal(place)) for place, day in enumerate(days)), else_=len(days))
    criteria = [
        getattr(source, name).in_(values) for name, values in only.dimensions().items() if name in DUE_DIMENSIONS
    ]
    if only.currency is not None:
        criteria.append(source.currency == only.currency)
    key = (source.currency, since.label("since"), late.label("late"))
    found = select(*key, func.sum(source.amount_minor)).where(source.posted_on <= days[-1], *criteria)
    # by place: PostgreSQL does not see that two parameters of one value are one
    return found.group_by(source.currency, literal_column("2"), literal_column("3"))
