"""The decision calendar's list, month and timeline."""

from collections.abc import Sequence
from datetime import date, timedelta

import streamlit as st

from dashboard import cache
from dashboard.components.decision_filters import is_limited
from dashboard.components.decision_table import decision_table
from dashboard.components.month_grid import DayTotal, asked_month, month_grid
from dashboard.components.pagers import asked_slice, pager
from dashboard.components.text import plain
from dashboard.components.timelines import Span, timeline
from dashboard.day import today
from dashboard.words import _, words
from data.period import months_after
from services.permissions import Actor
from services.queries.decisions import at_stake, list_decisions
from services.rules.decisions import DayAtStake, DecisionFilter
from services.words.decision_texts import kind_name

_DAY_PAGE = "day_page"
_LINES = 25  # of a page: their sentences take several lines


def draw_list(actor: Actor, wanted: DecisionFilter) -> None:
    """A page of the list."""
    asked = asked_slice(limit=_LINES)
    listed = list_decisions(actor, wanted, limit=asked.limit, offset=asked.offset)
    decision_table(
        actor,
        listed.frame,
        key="decisions",
        name=_("Decisions"),
        empty=_nothing(wanted),
        download="decisions",
        count=listed.total,
        of=(actor, wanted),
        page=lambda limit, offset: list_decisions(actor, wanted, limit=limit, offset=offset).frame,
    )
    if listed.total:
        pager(listed.total, asked)


def draw_month(actor: Actor, wanted: DecisionFilter) -> None:
    """The month in the URL, by last days, and below it the list of the day that is open."""
    month = max(asked_month(today()), today().year * 100 + today().month)
    first = date(month // 100, month % 100, 1)
    found = cache.read(at_stake, actor, wanted, first, months_after(first, 1))
    days: dict[date, list[DayAtStake]] = {}
    for one in found:
        days.setdefault(one.day, []).append(one)
    totals = {day: _total(lines) for day, lines in days.items()}
    opened = month_grid(month, totals, key="decisions", singular="{n} decision", plural="{n} decisions", today=today())
    if not totals:
        st.info(plain(_("No last day to act falls into this month. Turn the month, or clear the filters.")))
    st.caption(plain(_("By the last day to act. With a minus: what is not billed, sold or collected then.")))
    if opened is None:
        return
    st.subheader(plain(_("To be decided by {day}", day=opened)), anchor=False)
    asked = asked_slice(_DAY_PAGE, _LINES)
    listed = list_decisions(actor, wanted, on=opened, limit=asked.limit, offset=asked.offset)
    decision_table(
        actor,
        listed.frame,
        key="decisions_day",
        name=_("To be decided by {day}", day=opened),
        empty=_("Nothing is to be decided by this day any more. Choose another one."),
        download=f"decisions-{opened}",
        count=listed.total,
        of=(actor, wanted, opened),
        page=lambda limit, offset: list_decisions(actor, wanted, on=opened, limit=limit, offset=offset).frame,
    )
    pager(listed.total, asked, _DAY_PAGE)


def _total(lines: Sequence[DayAtStake]) -> DayTotal:
    amounts = [one.costs for one in lines if one.costs] + [-one.loses for one in lines if one.loses]
    return DayTotal(sum(one.count for one in lines), tuple(amounts))


def draw_timeline(actor: Actor, wanted: DecisionFilter) -> None:
    """How long each decision of a page can still wait."""
    asked = asked_slice(limit=_LINES)
    listed = list_decisions(actor, wanted, limit=asked.limit, offset=asked.offset)
    spans = []
    for one in listed.frame["decision"]:
        is_lost = one.stake is not None and one.stake.minor < 0
        amount = words().money(one.stake) if one.stake is not None else ""
        name = " · ".join(part for part in (amount, one.account) if part)
        side = _("Lost if nothing is done") if is_lost else _("Costs if nothing is done")
        told = ": ".join(part for part in (kind_name(one.key.kind, words()), one.subject) if part)
        last = one.key.last_on + timedelta(days=1)
        spans.append(Span(name, "churn" if is_lost else "mrr", side, today(), last, told))
    timeline(
        _("Time left to decide"),
        spans,
        key="decisions_timeline",
        empty=_nothing(wanted),
        today=today(),
        heading=_("Decision"),
    )
    if listed.total:
        pager(listed.total, asked)


def _nothing(wanted: DecisionFilter) -> str:
    last = wanted.until - timedelta(days=1)
    if is_limited(wanted):
        return _("No decision up to {day} matches. Clear the filters, or look further ahead.", day=last)
    return _("Nothing that can cost money is to be decided up to {day}.", day=last)
