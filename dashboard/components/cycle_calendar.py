"""The calendar of billing cycles: a month's days with what they bill, and the list of one day."""

from datetime import date

import streamlit as st

from dashboard import cache
from dashboard.components.aging import draw_rates
from dashboard.components.month_grid import DayTotal, asked_month, month_grid
from dashboard.components.pagers import asked_slice, pager
from dashboard.components.renewal_table import renewal_table
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from data.money import Money
from data.period import months_after
from services.permissions import Actor
from services.queries.cycles import FURTHEST_MONTHS, Calendar, calendar
from services.queries.renewals import of_day
from services.rules.report_filters import ReportFilters

_PAGE = "day_page"


def draw_calendar(actor: Actor, wanted: ReportFilters) -> None:
    """The month in the URL, and below it the day that is open."""
    month = _month()
    found = cache.read(calendar, actor, wanted, date(month // 100, month % 100, 1))
    _draw_waiting(found)
    days = {day: _total(lines) for day, lines in found.days.items()}
    opened = month_grid(month, days, key="cycles", singular="{n} period", plural="{n} periods", today=today())
    _draw_totals(found)
    draw_rates(found.rates)
    if opened is not None:
        _draw_day(actor, wanted, opened)


def _month() -> int:
    asked, now = asked_month(today()), today()
    last = months_after(now.replace(day=1), FURTHEST_MONTHS)
    if now.year * 100 + now.month <= asked <= last.year * 100 + last.month:
        return asked
    nearest = last if asked > last.year * 100 + last.month else now
    first, end = words().month(now.year * 100 + now.month), words().month(last.year * 100 + last.month)
    st.info(plain(_("This calendar looks ahead, from {first} to {last}.", first=first, last=end)))
    return nearest.year * 100 + nearest.month


def _draw_waiting(found: Calendar) -> None:
    if not found.waiting:
        return
    count = sum(count for _amount, count in found.waiting)
    told = words().several([words().money(amount) for amount, _count in found.waiting])
    text = words().tn(
        "{n} period of earlier days is not billed yet: {amounts}. The next night bills it, if it can.",
        "{n} periods of earlier days are not billed yet: {amounts}. The next night bills them, if it can.",
        count,
        amounts=told,
    )
    st.warning(plain(text), icon=":material/schedule:")


def _total(lines: tuple[tuple[Money, int], ...]) -> DayTotal:
    return DayTotal(sum(count for _amount, count in lines), tuple(amount for amount, _count in lines))


def _draw_totals(found: Calendar) -> None:
    told = [
        _("{amount} in {count}", amount=amount, count=words().tn("{n} period", "{n} periods", count))
        for amount, count in found.totals
    ]
    text = " + ".join(told) if told else _("Nothing is billed in this month as far as it is ahead.")
    st.markdown(f"**{plain(_('Month'))}:** {plain(text)}")
    st.caption(
        plain(
            _(
                "Before tax, by the rules of the night: what renews as it runs, scheduled changes, converting trials; "
                "not what ends by then. Past days are done: see the invoices."
            )
        )
    )


def _draw_day(actor: Actor, wanted: ReportFilters, day: date) -> None:
    asked = asked_slice(_PAGE)
    listed = of_day(actor, wanted, day, limit=asked.limit, offset=asked.offset)
    st.subheader(plain(_("Billed on {day}", day=day)), anchor=False)
    renewal_table(
        listed.frame,
        key="cycle_day",
        name=_("Billed on {day}", day=day),
        empty=_("Nothing is billed on this day any more. Choose another one."),
        download=f"billed-{day}",
        count=listed.total,
        of=(actor, wanted, day),
        page=lambda limit, offset: of_day(actor, wanted, day, limit=limit, offset=offset).frame,
    )
    pager(listed.total, asked, _PAGE)
