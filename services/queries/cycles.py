"""Billing cycles: what each day bills, and what is billed and paid month by month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from data.money import Money
from data.period import months_after
from services.access import reading
from services.facts import setting
from services.facts.rates import Rates, rates_of
from services.night.ahead import billed_days, cash_days, turning
from services.permissions import Actor, Permission
from services.queries.cycle_sums import expected, renewing
from services.queries.figures import Only, owed
from services.rules import cycles
from services.rules.cycles import Days, Sum, by_month, months
from services.rules.guards import FURTHEST_MONTHS
from services.rules.report_filters import ReportFilters

__all__ = ["FILTERS", "FURTHEST_MONTHS", "Calendar", "Outlook", "OutlookMonth", "calendar", "outlook"]

FILTERS = ("currency", "product", "country", "rep", "segment")
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Calendar:
    """A month's days with what they bill, before tax: by day, one sum a currency in its order.

    `waiting`: what earlier days should have billed and no night has yet. `rates`: how it was converted, if it was.
    """

    month: date
    days: Mapping[date, tuple[tuple[Money, int], ...]]
    waiting: tuple[tuple[Money, int], ...]
    rates: Rates | None = None

    @property
    def totals(self) -> tuple[tuple[Money, int], ...]:
        """The month's sums, one a currency."""
        sums: Days = {}
        for lines in self.days.values():
            for amount, count in lines:
                cycles.add(sums, amount.currency, self.month, amount.minor, count)
        return _of_day(sums, self.month)


@dataclass(frozen=True, slots=True)
class OutlookMonth:
    """A month in one currency: what is billed (`periods` of them) and when its money is expected, before tax.

    `open`: what invoices are open today, by their due day, tax included; what is overdue is in the first month.
    """

    month: date
    billed: Money
    periods: int
    cash: Money
    open: Money


@dataclass(frozen=True, slots=True)
class Outlook:
    """Twelve months from the day's own on, of one currency after the other."""

    months: tuple[date, ...]
    lines: Mapping[str, tuple[OutlookMonth, ...]]
    rates: Rates | None = None


def calendar(actor: Actor, wanted: ReportFilters, month: date) -> Calendar:
    """What the days of a month bill from today on: past days are done. Raises `NotAllowed`."""
    first = cycles.month_of(month)
    until = months_after(first, 1)
    with reading(actor, Permission.SEE_REPORTS) as session:
        turns = turning(session, wanted, until=until)
        alike = renewing(session, wanted, until=until)
        sums = billed_days(alike, turns, since=date.min, until=until)
        sums, rates = _converted(session, wanted, sums)
    late: Days = {}
    days: Days = {}
    for (currency, day), one in sums.items():
        if day < wanted.as_of:
            cycles.add(late, currency, wanted.as_of, one.minor, one.count)
        elif day >= first:
            days[currency, day] = one
    found = {day: _of_day(days, day) for day in sorted({day for _, day in days})}
    return Calendar(first, found, _of_day(late, wanted.as_of), rates)


def outlook(actor: Actor, wanted: ReportFilters) -> Outlook:
    """What is billed and paid in the twelve months from the day's own on, of what is contracted. Raises `NotAllowed`.

    Every boundary of what renews by itself counts, known ends and scheduled changes respected; what is overdue to be
    billed counts in the first month. Money of what is billed beyond the horizon is not in it.
    """
    shown = months(wanted.as_of, MONTHS)
    until = months_after(shown[0], MONTHS)
    with reading(actor, Permission.SEE_REPORTS) as session:
        turns = turning(session, wanted, until=until)
        billed = billed_days(renewing(session, wanted, until=until), turns, since=date.min, until=until)
        cash = cash_days(expected(session, wanted, until=until), turns, until=until)
        still_open = _open(session, wanted, until)
        billed, rates = _converted(session, wanted, billed)
        cash, __ = _converted(session, wanted, cash)
        still_open, __ = _converted(session, wanted, still_open)
    sums = [by_month(days, wanted.as_of) for days in (billed, cash, still_open)]
    currencies = sorted({currency for days in sums for currency, _ in days})

    def of(currency: str, month: date) -> OutlookMonth:
        one, paid, owing = (days.get((currency, month), Sum()) for days in sums)
        amounts = (Money(part.minor, currency) for part in (paid, owing))
        return OutlookMonth(month, Money(one.minor, currency), one.count, *amounts)

    return Outlook(shown, {code: tuple(of(code, month) for month in shown) for code in currencies}, rates)


def _open(session: Session, wanted: ReportFilters, until: date) -> Days:
    only = Only(wanted.currency, country=wanted.country, rep_id=wanted.rep_id, segment=wanted.segment)
    sums: Days = {}
    for row in owed(session, only=only, until=wanted.as_of):
        if row.due_on < until:
            cycles.add(sums, row.currency, row.due_on, row.minor, 0)
    return sums


def _converted(session: Session, wanted: ReportFilters, sums: Days) -> tuple[Days, Rates | None]:
    """The same in the reporting currency, at the rates of the day, where that is asked."""
    if not wanted.converted:
        return sums, None
    to = str(setting(session, "reporting_currency"))
    rates = rates_of(session, {currency for currency, _ in sums}, to=to, day=wanted.as_of)
    found: Days = {}
    for (currency, day), one in sums.items():
        amount = rates.convert(Money(one.minor, currency))
        if amount is not None:
            cycles.add(found, to, day, amount.minor, one.count)
    return found, rates


def _of_day(sums: Days, day: date) -> tuple[tuple[Money, int], ...]:
    return tuple((Money(one.minor, code), one.count) for (code, on), one in sorted(sums.items()) if on == day)
