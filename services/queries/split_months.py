"""Figures of months split by what they are told apart by: flows of each month, or balances at its end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from data.money import Money
from services.facts.catalog import plan_facts
from services.queries.figures import monthly
from services.queries.report_dimensions import DIMENSIONS, code_of, in_order, names_of
from services.queries.report_scope import converted, kept
from services.rules.exchange import Part, Unconverted
from services.rules.figures import Measure
from services.rules.report_filters import ReportFilters
from services.rules.report_months import figures_day, up_to


@dataclass(frozen=True, slots=True)
class Split:
    """An amount a month, of one value of what it is split by. `name`: a person's or in the catalog, else empty."""

    code: str
    name: str
    values: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class SplitMonths:
    """By currency of the amounts (one, where converted), then by what it is split by; an amount a month."""

    months: tuple[int, ...]
    by_currency: Mapping[str, tuple[Split, ...]]
    missing: tuple[Unconverted[tuple[str, int]], ...] = ()


def split_months(
    session: Session,
    wanted: ReportFilters,
    signs: Mapping[Measure, int],
    split: str,
    months: Sequence[int],
    *,
    until: date,
    is_balance: bool,
) -> SplitMonths:
    """The sum of some measures, each with its sign, by one of `DIMENSIONS`; a balance is all of it up to the month."""
    rows = monthly(session, list(signs), by=DIMENSIONS[split], only=kept(session, wanted), until=until)
    plans = plan_facts(session)
    flows: defaultdict[tuple[str, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        flows[row.currency, code_of(row, split, plans)][row.month] += signs[row.measure] * row.minor
    minors = {
        key: up_to(of_month, months) if is_balance else [of_month.get(month, 0) for month in months]
        for key, of_month in flows.items()
    }
    names = names_of(session, split, plans)
    if not wanted.converted:
        listed: defaultdict[str, dict[str, list[Money]]] = defaultdict(dict)
        for (currency, code), amounts in minors.items():
            listed[currency][code] = [Money(minor, currency) for minor in amounts]
        by_currency = {code: _splits(listed[code], split, names) for code in sorted(listed)}
        return SplitMonths(tuple(months), by_currency)
    parts = [
        Part((code, month), currency, minor, figures_day(month, wanted.as_of))
        for (currency, code), amounts in minors.items()
        for month, minor in zip(months, amounts, strict=True)
    ]
    found = converted(session, parts)
    cells = found.cells(lambda what: what[1])
    codes = {code for _, code in minors}
    values = {code: [cells.get((code, month), Money.zero(found.to)) for month in months] for code in codes}
    return SplitMonths(tuple(months), {found.to: _splits(values, split, names)} if codes else {}, found.missing)


def _splits(found: Mapping[str, Sequence[Money]], split: str, names: Mapping[str, str]) -> tuple[Split, ...]:
    return tuple(Split(code, names.get(code, ""), tuple(found[code])) for code in in_order(found, split, names))
