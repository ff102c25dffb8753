"""Revenue: what was invoiced, what of it was earned and what is deferred, by month; and when the rest is earned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from data.money import Money
from data.period import months_after
from services.access import reading
from services.permissions import Actor, Permission
from services.queries.figures import FigureRow, monthly
from services.queries.report_scope import converted, kept
from services.queries.split_months import SplitMonths, split_months
from services.rules.exchange import Converted, DayRate, K, Part, Unconverted
from services.rules.figures import Measure
from services.rules.recognition import month_of
from services.rules.report_filters import ReportFilters
from services.rules.report_months import figures_day, first_day, plus, up_to

AHEAD = 24  # months of the bridge
DEFERRED: Mapping[Measure, int] = {Measure.NET: 1, Measure.CREDITED: 1, Measure.RECOGNISED: -1}


class Flow(StrEnum):
    """A figure of a month; `DEFERRED` is the balance at its end."""

    RECOGNISED = "recognised"
    DEFERRED = "deferred"
    INVOICED = "invoiced"
    CREDITED = "credited"


_SIGNS: Mapping[Flow, Mapping[Measure, int]] = {
    Flow.RECOGNISED: {Measure.RECOGNISED: 1},
    Flow.DEFERRED: DEFERRED,
    Flow.INVOICED: {Measure.NET: 1},
    Flow.CREDITED: {Measure.CREDITED: 1},
}
_FLOWS = (Flow.INVOICED, Flow.CREDITED, Flow.RECOGNISED)
_What = tuple[Flow, int]  # a figure of a month


@dataclass(frozen=True, slots=True)
class RevenueMonth:
    """One month (yyyymm): opening + invoiced + credited (negative) − recognised + currency effect = closing."""

    month: int
    opening: Money
    invoiced: Money
    credited: Money
    recognised: Money
    closing: Money

    @property
    def currency_effect(self) -> Money:
        """What the change of rates did to the balance; nothing, where no amount is converted."""
        return self.closing - self.opening - self.invoiced - self.credited + self.recognised


@dataclass(frozen=True, slots=True)
class Revenue:
    """The months, the oldest first, by currency; one where converted. A currency in `missing` is in no sum."""

    by_currency: Mapping[str, tuple[RevenueMonth, ...]]
    rates: tuple[DayRate, ...] = ()
    missing: tuple[Unconverted[_What], ...] = ()


@dataclass(frozen=True, slots=True)
class Earning:
    """What is deferred at the end of the day's month, what of it each month after earns, and what is left after."""

    deferred: Money
    months: tuple[int, ...]
    earned: tuple[Money, ...]
    later: Money


@dataclass(frozen=True, slots=True)
class Earnings:
    """One by currency; one where converted, at the rates of the day."""

    by_currency: Mapping[str, Earning]
    rates: tuple[DayRate, ...] = ()
    missing: tuple[Unconverted[int], ...] = ()


def revenue(actor: Actor, wanted: ReportFilters, months: Sequence[int]) -> Revenue:
    """Of the actor's accounts, without tax. The as-of day's month counts as a whole, as what is earned is kept."""
    with reading(actor, Permission.SEE_REPORTS) as session:
        rows = monthly(session, list(DEFERRED), only=kept(session, wanted), until=last_day(wanted.as_of))
        parts = list(_parts(rows, months, wanted.as_of))
        if not wanted.converted:
            sums = {(part.currency, part.what): part.minor for part in parts}
            currencies = sorted({part.currency for part in parts})
            amounts = {
                code: {what: Money(minor, code) for (of, what), minor in sums.items() if of == code}
                for code in currencies
            }
            return Revenue({code: _months(of, months, code) for code, of in amounts.items()})
        found, missing = _without_gaps(session, parts)
        amounts_in_one = {what: found.amount(what) for what in found.exact}
        line = _months(amounts_in_one, months, found.to)
        return Revenue({found.to: line} if found.exact else {}, _of_last_day(found.rates), missing)


def revenue_split(actor: Actor, wanted: ReportFilters, months: Sequence[int], flow: Flow, split: str) -> SplitMonths:
    """One figure of the same months, by one of the reports' dimensions."""
    with reading(actor, Permission.SEE_REPORTS) as session:
        until, is_balance = last_day(wanted.as_of), flow is Flow.DEFERRED
        return split_months(session, wanted, _SIGNS[flow], split, months, until=until, is_balance=is_balance)


def earnings_ahead(actor: Actor, wanted: ReportFilters, today: date) -> Earnings:
    """When the deferred balance of today's documents is earned, whatever the as-of day: schedules of a past day are not
    kept apart from what was invoiced since.
    """
    with reading(actor, Permission.SEE_REPORTS) as session:
        months = tuple(plus(month_of(today), place) for place in range(1, AHEAD + 1))
        rows = monthly(session, list(DEFERRED), only=kept(session, wanted), until=last_day(first_day(months[-1])))
        parts = []
        for row in rows:
            if row.month <= month_of(today):
                parts.append(Part(0, row.currency, DEFERRED[row.measure] * row.minor, today))
            elif row.measure is Measure.RECOGNISED:
                parts.append(Part(row.month, row.currency, row.minor, today))
        if wanted.converted:
            found, missing = _without_gaps(session, parts)
            amounts = {what: found.amount(what) for what in found.exact}
            by_currency = {found.to: _earning(amounts, months, found.to)} if amounts else {}
            return Earnings(by_currency, found.rates, missing)
        sums: defaultdict[str, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
        for what, currency, minor, _day in parts:
            sums[currency][what] += minor
        each = {
            code: _earning({what: Money(minor, code) for what, minor in of.items()}, months, code)
            for code, of in sorted(sums.items())
        }
        return Earnings({code: one for code, one in each.items() if one.deferred or any(one.earned)})


def last_day(day: date) -> date:
    """The last day of the day's month."""
    return months_after(day.replace(day=1), 1) - timedelta(days=1)


def _parts(rows: Iterable[FigureRow], months: Sequence[int], as_of: date) -> Iterable[Part[_What]]:
    flows: defaultdict[str, dict[Flow, dict[int, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for row in rows:
        for flow, signs in _SIGNS.items():
            if row.measure in signs:
                flows[row.currency][flow][row.month] += signs[row.measure] * row.minor
    ends = (plus(months[0], -1), *months)
    for currency, of in sorted(flows.items()):
        for month, level in zip(ends, up_to(of[Flow.DEFERRED], ends), strict=True):
            yield Part((Flow.DEFERRED, month), currency, level, figures_day(month, as_of))
        for month in months:
            for flow in _FLOWS:
                yield Part((flow, month), currency, of[flow].get(month, 0), figures_day(month, as_of))


def _months(amounts: Mapping[_What, Money], months: Sequence[int], currency: str) -> tuple[RevenueMonth, ...]:
    nothing = Money.zero(currency)
    return tuple(
        RevenueMonth(
            month,
            amounts.get((Flow.DEFERRED, plus(month, -1)), nothing),
            *(amounts.get((flow, month), nothing) for flow in (*_FLOWS, Flow.DEFERRED)),
        )
        for month in months
    )


def _earning(amounts: Mapping[int, Money], months: tuple[int, ...], currency: str) -> Earning:
    nothing = Money.zero(currency)
    deferred = amounts.get(0, nothing)
    earned = tuple(amounts.get(month, nothing) for month in months)
    return Earning(deferred, months, earned, deferred - Money.total(earned, currency))


def _without_gaps(session: Session, parts: Sequence[Part[K]]) -> tuple[Converted[K], tuple[Unconverted[K], ...]]:
    """Converted, and what has no rate; a currency with a gap stays out as a whole, or its gap would pass for an effect
    of rates.
    """
    found = converted(session, parts)
    if not found.missing:
        return found, ()
    lost = {one.amount.currency for one in found.missing}
    return converted(session, [part for part in parts if part.currency not in lost]), found.missing


def _of_last_day(rates: Sequence[DayRate]) -> tuple[DayRate, ...]:
    """The latest rate of each currency."""
    return tuple({one.currency: one for one in sorted(rates)}.values())
