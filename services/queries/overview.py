"""The key figures of a month beside those of the months before, and recurring revenue over 24 months, split."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from data.money import Money
from services.access import reading
from services.permissions import Actor, Permission
from services.queries.figures import FigureRow, Only, monthly
from services.queries.owed_months import owed_on
from services.queries.report_scope import converted, kept
from services.queries.split_months import SplitMonths, split_months
from services.rules.exchange import DayRate, Part, Unconverted
from services.rules.figures import Measure
from services.rules.recognition import month_of
from services.rules.report_filters import ReportFilters
from services.rules.report_months import figures_day, last_months, up_to

SPLITS = ("product", "plan", "country", "rep", "currency")
_YEAR, _CHART = 13, 24


class Key(StrEnum):
    """A key figure."""

    MRR = "mrr"
    ARR = "arr"
    INVOICED = "invoiced"
    COLLECTED = "collected"
    RECOGNISED = "recognised"
    DEFERRED = "deferred"
    OUTSTANDING = "outstanding"
    OVERDUE = "overdue"


OWED = frozenset({Key.OUTSTANDING, Key.OVERDUE})
# What each is summed up from: what happened in a month, or all up to its end.
_FLOWS: Mapping[Key, Mapping[Measure, int]] = {
    Key.INVOICED: {Measure.NET: 1, Measure.TAX: 1},
    Key.COLLECTED: {Measure.COLLECTED: 1},
    Key.RECOGNISED: {Measure.RECOGNISED: 1},
}
_BALANCES: Mapping[Key, Mapping[Measure, int]] = {
    Key.MRR: {Measure.MRR: 1},
    Key.ARR: {Measure.MRR: 12},
    Key.DEFERRED: {Measure.NET: 1, Measure.CREDITED: 1, Measure.RECOGNISED: -1},
}
_MEASURES = sorted({measure for of in (_FLOWS, _BALANCES) for measures in of.values() for measure in measures})
_What = tuple[Key, int]  # a figure of a month


@dataclass(frozen=True, slots=True)
class Overview:
    """The key figures of 13 months (yyyymm, the oldest first; the last is the as-of day's) by currency.

    `lines`: by currency, then figure, an amount a month; one currency where converted. Outstanding and overdue are
    left out where a product limits: an invoice is owed as a whole. `missing`: amounts that are in no sum.
    """

    months: tuple[int, ...]
    lines: Mapping[str, Mapping[Key, tuple[Money, ...]]]
    rates: tuple[DayRate, ...] = ()
    missing: tuple[Unconverted[_What], ...] = ()

    def lacks(self, key: Key, month: int) -> bool:
        """Whether an amount of the figure could not be converted."""
        return any(one.what == (key, month) for one in self.missing)


def overview(actor: Actor, wanted: ReportFilters) -> Overview:
    """The key figures of the actor's accounts, of the month of the as-of day and the twelve before."""
    with reading(actor, Permission.SEE_REPORTS) as session:
        only, months = kept(session, wanted), last_months(month_of(wanted.as_of), _YEAR)
        rows = monthly(session, _MEASURES, only=only, until=wanted.as_of)
        keys = [key for key in Key if wanted.product is None or key not in OWED]
        parts = list(_parts(rows, months, wanted.as_of))
        if wanted.product is None:
            parts += _owed(session, months, only, wanted.as_of)
        if not wanted.converted:
            sums = {(part.currency, part.what): part.minor for part in parts}
            return Overview(
                months,
                {
                    currency: {
                        key: tuple(Money(sums.get((currency, (key, month)), 0), currency) for month in months)
                        for key in keys
                    }
                    for currency in sorted({part.currency for part in parts})
                },
            )
        found = converted(session, parts)
        line = {key: tuple(found.amount((key, month)) for month in months) for key in keys}
        return Overview(months, {found.to: line} if parts else {}, _latest(found.rates), found.missing)


def recurring_months(actor: Actor, wanted: ReportFilters, split: str) -> SplitMonths:
    """What recurs at the end of each of 24 months, split by one of `SPLITS`."""
    with reading(actor, Permission.SEE_REPORTS) as session:
        months = last_months(month_of(wanted.as_of), _CHART)
        return split_months(session, wanted, {Measure.MRR: 1}, split, months, until=wanted.as_of, is_balance=True)


def _parts(rows: Iterable[FigureRow], months: Sequence[int], as_of: date) -> Iterable[Part[_What]]:
    """The figures of the months in each currency, from what happened in all months."""
    flows: defaultdict[str, dict[Measure, dict[int, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for row in rows:
        flows[row.currency][row.measure][row.month] += row.minor
    for currency, of_currency in sorted(flows.items()):
        levels = {measure: up_to(of_month, months) for measure, of_month in of_currency.items()}
        for place, month in enumerate(months):
            day = figures_day(month, as_of)
            for key, measures in _FLOWS.items():
                minor = sum(sign * of_currency[measure][month] for measure, sign in measures.items())
                yield Part((key, month), currency, minor, day)
            for key, measures in _BALANCES.items():
                minor = sum(sign * levels[one][place] for one, sign in measures.items() if one in levels)
                yield Part((key, month), currency, minor, day)


def _owed(session: Session, months: Sequence[int], only: Only, as_of: date) -> list[Part[_What]]:
    days = {figures_day(month, as_of): month for month in months}
    parts = []
    for (currency, day), (outstanding, overdue) in owed_on(session, list(days), only=only).items():
        parts.append(Part((Key.OUTSTANDING, days[day]), currency, outstanding, day))
        parts.append(Part((Key.OVERDUE, days[day]), currency, overdue, day))
    return parts


def _latest(rates: Iterable[DayRate]) -> tuple[DayRate, ...]:
    """The latest rate of each currency: the one of the as-of day."""
    return tuple({one.currency: one for one in sorted(rates)}.values())
