"""Monthly figures and what is owed, of the roll-ups, or of the facts themselves where the row scope limits.

Both give the same: the roll-ups are sums of the facts, written with them (`services.integrity.figures` compares).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.orm import Session

from data.models import Due, DueDelta, Figure, FigureDelta
from data.period import months_after
from services import access
from services.facts import figures as facts
from services.facts.figures import Days
from services.rules.figures import DUE_DIMENSIONS, FIGURE_DIMENSIONS, LEDGER, Measure, grain
from services.rules.recognition import month_of


class FigureRow(NamedTuple):
    """A measure of a month (yyyymm) in minor units. What it is not split by is empty (0 for the rep)."""

    measure: Measure
    month: int
    currency: str
    plan: str
    country: str
    rep_id: int
    segment: str
    minor: int


class DueRow(NamedTuple):
    """What is owed by invoices due on a day, in minor units. What it is not split by is empty (0 for the rep)."""

    due_on: date
    currency: str
    country: str
    rep_id: int
    segment: str
    minor: int


@dataclass(frozen=True, slots=True)
class Only:
    """What is kept of the figures; None keeps all. `plans`: those of a product. `rep_id`: the rep of the fact's day."""

    currency: str | None = None
    plans: tuple[str, ...] | None = None
    country: str | None = None
    rep_id: int | None = None
    segment: str | None = None

    def dimensions(self) -> dict[str, tuple[Any, ...]]:
        """The values kept, by dimension."""
        given = {"country": self.country, "rep_id": self.rep_id, "segment": self.segment}
        found: dict[str, tuple[Any, ...]] = {name: (value,) for name, value in given.items() if value is not None}
        return found if self.plans is None else found | {"plan": self.plans}


ALL = Only()
WHOLE_MONTHS = (Measure.RECOGNISED, *LEDGER)


def monthly(
    session: Session,
    measures: Sequence[Measure],
    *,
    by: Sequence[str] = (),
    only: Only = ALL,
    until: date,
    since: int | None = None,
) -> list[FigureRow]:
    """The measures by month, currency and the dimensions of `by`, up to and on a day; sums of 0 are left out.

    `since`: the first month (yyyymm) that is asked for.

    Flows of each month, not balances: what recurs, is deferred or owed on a day is the sum up to it. `WHOLE_MONTHS`
    count to the end of the month. Of a scoped actor, what belongs to the accounts in its scope; `only` narrows further.
    """
    sums: defaultdict[tuple[Any, ...], int] = defaultdict(int)
    last, first = month_of(until), since or 0
    dated = [measure for measure in measures if measure not in WHOLE_MONTHS]
    if access.is_scoped(session):
        days = Days(after=date(since // 100, since % 100, 1) - timedelta(days=1)) if since else Days()
        _add_facts(session, sums, dated, by, only, days, last, sign=1)
        whole = [measure for measure in measures if measure in WHOLE_MONTHS]
        _add_facts(session, sums, whole, by, only, Days(), last, sign=1)
    else:
        _add_roll_ups(session, sums, measures, by, only, (first, last))
    rest = Days(after=until, before=months_after(until.replace(day=1), 1))
    if rest.is_some:
        _add_facts(session, sums, dated, by, only, rest, last, sign=-1)
    rows = (
        FigureRow._make((Measure(key[0]), *key[1:], minor)) for key, minor in sums.items() if minor and key[1] >= first
    )
    return sorted(rows, key=lambda row: row[1:-1])


def owed(session: Session, *, by: Sequence[str] = (), only: Only = ALL, until: date) -> list[DueRow]:
    """What is owed at the end of a day, by due day, currency and the dimensions of `by`; sums of 0 are left out.

    Plans do not matter here: an invoice is owed as a whole.
    """
    sums: defaultdict[tuple[Any, ...], int] = defaultdict(int)
    if access.is_scoped(session):
        for statement in facts.dues(until):
            _add(session, sums, _summed(statement.subquery().c, ("due_on", "currency"), by, DUE_DIMENSIONS, only))
    else:
        wanted = grain(DUE_DIMENSIONS, [*by, *only.dimensions()])
        for model, criteria in ((Due, [Due.grain == wanted]), (DueDelta, [])):
            statement = _summed(model, ("due_on", "currency"), by, DUE_DIMENSIONS, only)
            _add(session, sums, statement.where(model.posted_on <= until, *criteria))
    return sorted(DueRow._make((*key, minor)) for key, minor in sums.items() if minor)


def _add_roll_ups(
    session: Session,
    sums: defaultdict[tuple[Any, ...], int],
    measures: Sequence[Measure],
    by: Sequence[str],
    only: Only,
    months: tuple[int, int],
) -> None:
    wanted = grain(FIGURE_DIMENSIONS, [*by, *only.dimensions()])
    for model, criteria in ((Figure, [Figure.grain == wanted]), (FigureDelta, [])):
        statement = _summed(model, ("measure", "month", "currency"), by, FIGURE_DIMENSIONS, only)
        _add(session, sums, statement.where(model.measure.in_(measures), model.month.between(*months), *criteria))


def _add_facts(
    session: Session,
    sums: defaultdict[tuple[Any, ...], int],
    measures: Sequence[Measure],
    by: Sequence[str],
    only: Only,
    days: Days,
    last: int,
    *,
    sign: int,
) -> None:
    for told, statements in facts.FACTS.items():
        if not set(told) & set(measures):
            continue
        for fact in statements(days):
            columns = fact.subquery().c
            statement = _summed(columns, ("measure", "month", "currency"), by, FIGURE_DIMENSIONS, only)
            _add(session, sums, statement.where(columns.measure.in_(measures), columns.month <= last), sign)


def _summed(source: Any, own: Sequence[str], by: Sequence[str], dimensions: Sequence[str], only: Only) -> Select[Any]:
    """The sum of a roll-up or of facts, by its own columns and `by`; the other dimensions as empty."""
    key: list[Any] = [*(getattr(source, name) for name in own), *(getattr(source, name) for name in by)]
    criteria: list[ColumnElement[bool]] = [
        getattr(source, name).in_(values) for name, values in only.dimensions().items() if name in dimensions
    ]
    if only.currency is not None:
        criteria.append(source.currency == only.currency)
    shown: list[Any] = [getattr(source, name) if name in by else _EMPTY[name] for name in dimensions]
    return select(*key[: len(own)], *shown, func.sum(source.amount_minor)).where(*criteria).group_by(*key)


_EMPTY = {"plan": literal(""), "country": literal(""), "rep_id": literal(0), "segment": literal("")}


def _add(session: Session, sums: defaultdict[tuple[Any, ...], int], statement: Select[Any], sign: int = 1) -> None:
    for *key, minor in session.execute(statement):
        sums[tuple(key)] += sign * int(minor or 0)
