"""Days sales outstanding at the end of each of the last months, by currency."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.money import Money
from services.access import is_scoped, reading
from services.facts.rates import Rates, rates_of
from services.facts.receivables import open_parts
from services.permissions import Actor, Permission
from services.queries.figures import Only, monthly, owed
from services.queries.receivables import criteria, reporting_currency
from services.rules.days_sales import billed_within, days_sales, month_ends
from services.rules.figures import Measure
from services.rules.recognition import month_of
from services.rules.report_filters import ReportFilters

POINTS = 12
_BILLED = (Measure.NET, Measure.TAX, Measure.CREDITED, Measure.CREDITED_TAX)


@dataclass(frozen=True, slots=True)
class DaysSales:
    """One currency: at each of `days`, what is owed, what was billed in the three months up to it, and the days."""

    currency: str
    days: tuple[date, ...]
    owed: tuple[Money, ...]
    billed: tuple[Money, ...]
    outstanding: tuple[Decimal | None, ...]


def days_sales_outstanding(actor: Actor, wanted: ReportFilters) -> tuple[tuple[DaysSales, ...], Rates | None]:
    """The last twelve points: the ends of the months before the day, and the day. Converted at the day's rate."""
    only = Only(wanted.currency, None, wanted.country, wanted.rep_id, wanted.segment)
    days = month_ends(wanted.as_of, POINTS)
    with reading(actor, Permission.SEE_REPORTS) as session:
        billed: defaultdict[str, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
        for row in monthly(session, _BILLED, only=only, until=wanted.as_of):
            billed[row.currency][row.month] += row.minor
        open_on = _open_on(session, days, only, criteria(wanted))
        currencies = sorted({*billed, *(code for sums in open_on for code in sums)})
        rates = (
            rates_of(session, currencies, to=reporting_currency(session), day=wanted.as_of)
            if wanted.converted
            else None
        )
    lines = [
        _line(code, days, [Money(sums[code], code) for sums in open_on],
              [Money(billed_within(billed[code], day), code) for day in days])
        for code in currencies
    ]  # fmt: skip
    if rates is None:
        return tuple(line for line in lines if any(line.billed) or any(line.owed)), None
    known = [line for line in lines if line.currency not in rates.missing]
    totals = [
        [Money.total((rates.convert(getattr(line, name)[place]) or Money.zero(rates.to) for line in known), rates.to)
         for place in range(len(days))]
        for name in ("owed", "billed")
    ]  # fmt: skip
    return (_line(rates.to, days, *totals),) if known else (), rates


def _open_on(session: Session, days: list[date], only: Only, where: list[Any]) -> list[defaultdict[str, int]]:
    """What is owed at the end of each day, by currency. Of everybody, the ledger's months tell it."""
    found: list[defaultdict[str, int]] = [defaultdict(int) for _ in days]
    if not is_scoped(session) and not only.dimensions():
        for row in monthly(session, [Measure.LEDGER_RECEIVABLES], only=only, until=days[-1]):
            for place, day in enumerate(days[:-1]):
                if row.month <= month_of(day):
                    found[place][row.currency] += row.minor
        days, told = days[-1:], found[-1:]
    else:
        told = found
    for day, sums in zip(days, told, strict=True):
        if is_scoped(session):
            parts = open_parts(session, day, *where)
            rows = session.execute(select(parts.currency, func.sum(parts.minor)).group_by(parts.currency))
            sums.update({code: int(minor) for code, minor in rows})
            continue
        for due in owed(session, only=only, until=day):
            sums[due.currency] += due.minor
    return found


def _line(currency: str, days: list[date], open_on: list[Money], billed: list[Money]) -> DaysSales:
    found = [days_sales(one.minor, other.minor, day) for one, other, day in zip(open_on, billed, days, strict=True)]
    return DaysSales(currency, tuple(days), tuple(open_on), tuple(billed), tuple(found))
