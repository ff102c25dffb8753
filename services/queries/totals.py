"""Totals: what was invoiced, credited, taxed and collected, by any two dimensions as rows and columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from services.access import reading
from services.facts.catalog import plan_facts
from services.permissions import Actor, Permission
from services.queries.figures import monthly
from services.queries.report_dimensions import DIMENSIONS, code_of, in_order, names_of
from services.queries.report_scope import converted, kept
from services.rules.cross_tables import Cell, Line, lines
from services.rules.exchange import DayRate, Part, Unconverted
from services.rules.figures import Measure
from services.rules.report_filters import ReportFilters
from services.rules.report_months import figures_day


class Total(StrEnum):
    """What is added up. Credited amounts are negative."""

    INVOICED = "invoiced"
    CREDITED = "credited"
    BILLED = "billed"  # invoiced less credited
    TAX = "tax"
    COLLECTED = "collected"


HAS_TAX = frozenset({Total.INVOICED, Total.CREDITED, Total.BILLED})  # with it or without
_NET: Mapping[Total, tuple[Measure, ...]] = {
    Total.INVOICED: (Measure.NET,),
    Total.CREDITED: (Measure.CREDITED,),
    Total.BILLED: (Measure.NET, Measure.CREDITED),
    Total.TAX: (Measure.TAX, Measure.CREDITED_TAX),
    Total.COLLECTED: (Measure.COLLECTED,),
}
_TAX: Mapping[Total, tuple[Measure, ...]] = {
    Total.INVOICED: (Measure.TAX,),
    Total.CREDITED: (Measure.CREDITED_TAX,),
    Total.BILLED: (Measure.TAX, Measure.CREDITED_TAX),
}


@dataclass(frozen=True, slots=True)
class TotalsRequest:
    """A table: what is added up (`is_gross`: with tax, where it has some), by which `DIMENSIONS`, over which months.

    `months`: yyyymm, one after the other, the last of them the as-of day's.
    """

    total: Total
    is_gross: bool
    rows: str
    columns: str
    months: tuple[int, ...]

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The figures it adds up."""
        return _NET[self.total] + (_TAX.get(self.total, ()) if self.is_gross else ())


@dataclass(frozen=True, slots=True)
class Totals:
    """The table: `lines` in order, each currency's with its totals beneath; `columns` in order. `names`: of codes."""

    lines: tuple[Line, ...]
    columns: tuple[str, ...]
    row_names: Mapping[str, str]
    column_names: Mapping[str, str]
    rates: tuple[DayRate, ...] = ()
    missing: tuple[Unconverted[tuple[str, str]], ...] = ()


def totals(actor: Actor, wanted: ReportFilters, request: TotalsRequest) -> Totals:
    """The table of the actor's accounts, each currency by itself or converted, every month at its own rate."""
    with reading(actor, Permission.SEE_REPORTS) as session:
        by = sorted({*DIMENSIONS[request.rows], *DIMENSIONS[request.columns]})
        only, since = kept(session, wanted), request.months[0]
        rows = monthly(session, request.measures, by=by, only=only, until=wanted.as_of, since=since)
        plans = plan_facts(session)
        sums: defaultdict[tuple[str, str, str, int], int] = defaultdict(int)
        for one in rows:
            codes = (code_of(one, request.rows, plans), code_of(one, request.columns, plans))
            sums[*codes, one.currency, one.month] += one.minor
        row_names, column_names = (names_of(session, one, plans) for one in (request.rows, request.columns))
        found = Totals((), (), row_names, column_names)
        cells: defaultdict[Cell, int] = defaultdict(int)
        if wanted.converted:
            parts = [
                Part((row, column), currency, minor, figures_day(month, wanted.as_of))
                for (row, column, currency, month), minor in sums.items()
            ]
            in_one = converted(session, parts)
            cells |= {Cell(*what, in_one.to): amount.minor for what, amount in in_one.cells().items()}
            found = replace(found, rates=in_one.rates, missing=in_one.missing)
        else:
            for (row, column, currency, _month), minor in sums.items():
                cells[Cell(row, column, currency)] += minor
        return _ordered(found, {cell: minor for cell, minor in cells.items() if minor}, request)


def _ordered(found: Totals, cells: Mapping[Cell, int], request: TotalsRequest) -> Totals:
    row_codes = in_order({cell.row for cell in cells}, request.rows, found.row_names)
    places: dict[str | None, int] = {code: place for place, code in enumerate(row_codes)}
    listed = lines(cells)
    currencies = list(dict.fromkeys(line.currency for line in listed))
    listed.sort(key=lambda line: (currencies.index(line.currency), places.get(line.row, len(places))))
    columns = in_order({cell.column for cell in cells}, request.columns, found.column_names)
    return replace(found, lines=tuple(listed), columns=tuple(columns))
