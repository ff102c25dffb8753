"""Sums of the cycles to come: of the roll-up, or of the subscriptions where that does not know what is asked."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from data.models import CycleDelta, CycleFigure
from data.period import Interval
from services import access
from services.facts.cycle_sums import facts
from services.rules.cycle_sums import CYCLE_DIMENSIONS, CYCLE_KEY, CYCLE_SETS, RENEWED, Kind
from services.rules.cycles import Cycle, Sum
from services.rules.figures import grain
from services.rules.report_filters import ReportFilters


class CycleRow(NamedTuple):
    """Cycles of a kind whose running period ends on a day; `anchor_day` 0 is the day's own."""

    kind: Kind
    day: date
    anchor_day: int
    interval: str
    currency: str
    sum: Sum


def renewing(session: Session, wanted: ReportFilters, *, until: date) -> list[Cycle]:
    """Those that renew as they run, alike ones together: every one with a boundary before `until`."""
    return _cycles(session, wanted, RENEWED, until)


def expected(session: Session, wanted: ReportFilters, *, until: date) -> list[Cycle]:
    """The same by the months (their first days) in which the money of the coming period is expected."""
    return _cycles(session, wanted, (Kind.CASH,), until)


def _cycles(session: Session, wanted: ReportFilters, kinds: Collection[Kind], until: date) -> list[Cycle]:
    return [
        Cycle(row.day, Interval(row.interval), row.currency, row.sum.minor, row.sum.count, row.anchor_day or None)
        for row in cycle_sums(session, wanted, kinds)
        if row.day < until
    ]


def cycle_sums(session: Session, wanted: ReportFilters, kinds: Collection[Kind]) -> list[CycleRow]:
    """Of these kinds, of the accounts that the filters and the scope keep, as they are today."""
    kept, may = _dimensions(wanted), access.reps_in_scope(session)
    if may is not None:
        kept["rep_id"] = [one for one in kept.get("rep_id", may) if one in may]
    number = grain(CYCLE_DIMENSIONS, tuple(kept))
    is_kept = number in {grain(CYCLE_DIMENSIONS, dimensions) for dimensions in CYCLE_SETS}
    sums: defaultdict[tuple[Any, ...], Sum] = defaultdict(Sum)
    if is_kept and (may is not None or not access.is_scoped(session)):
        sources: list[Any] = [CycleFigure, CycleDelta]
    else:
        kept, sources = _dimensions(wanted), [fact.subquery().c for fact in facts()]
    for source in sources:
        criteria = [CycleFigure.grain == number] if source is CycleFigure else []
        for *key, minor, count in session.execute(_summed(source, wanted, kept, kinds).where(*criteria)):
            sums[tuple(key)] += Sum(int(minor or 0), int(count or 0))
    return [
        CycleRow(Kind(kind), day, int(anchor_day), interval, currency, found)
        for (kind, day, anchor_day, interval, currency), found in sorted(sums.items(), key=lambda one: one[0])
        if found != Sum()
    ]


def _dimensions(wanted: ReportFilters) -> dict[str, Collection[Any]]:
    given = (wanted.product, wanted.country, wanted.rep_id, wanted.segment)
    return {name: [value] for name, value in zip(CYCLE_DIMENSIONS, given, strict=True) if value is not None}


def _summed(
    source: Any, wanted: ReportFilters, kept: dict[str, Collection[Any]], kinds: Collection[Kind]
) -> Select[Any]:
    key = [getattr(source, name) for name in CYCLE_KEY]
    criteria: list[ColumnElement[bool]] = [source.kind.in_([kind.value for kind in kinds])]
    criteria += [getattr(source, name).in_(values) for name, values in kept.items()]
    if wanted.currency:
        criteria.append(source.currency == wanted.currency)
    return select(*key, func.sum(source.amount_minor), func.sum(source.periods)).where(*criteria).group_by(*key)
