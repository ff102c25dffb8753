"""A month as a calendar: how many and how much each day, and a day that can be opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import streamlit as st

from dashboard.components.text import plain
from dashboard.words import _, words
from data.money import Money

_DAYS = 7
_YEARS = 100


@dataclass(frozen=True, slots=True)
class DayTotal:
    """What falls on a day: how many, and how much in each currency."""

    count: int
    amounts: tuple[Money, ...] = ()


def asked_month(today: date, *, name: str = "month") -> int:
    """The month in the URL (`?month=2027-02`) as yyyymm; that of today without one, or with one that is none.

    At most a hundred years off: the last month of all has none after it.
    """
    given = st.query_params.get(name, "")
    try:
        first = date.fromisoformat(f"{given}-01") if len(given) == 7 else today
    except ValueError:
        first = today
    year = min(max(first.year, today.year - _YEARS), today.year + _YEARS)
    return year * 100 + first.month


def month_grid(
    month: int, days: Mapping[date, DayTotal], *, key: str, singular: str, plural: str, today: date, name: str = "month"
) -> date | None:
    """Draw the month with the way to its neighbours; the day that is open (`?day=2027-02-11`), if it has anything.

    `singular`, `plural`: what is counted, translated, with `{n}`.
    """
    first = date(month // 100, month % 100, 1)
    _draw_head(month, first, key, name)
    opened = _asked_day(days)
    with st.container(key=f"{key}:grid", gap=None):
        for column, weekday in zip(st.columns(_DAYS, gap="xxsmall"), words().weekdays(), strict=True):
            column.caption(plain(weekday))
        monday = first - timedelta(days=first.weekday())
        while (monday.year, monday.month) <= (first.year, first.month):
            for place, column in enumerate(st.columns(_DAYS, gap="xxsmall")):
                day = monday + timedelta(days=place)
                with column, st.container(border=True, height=116, gap=None, key=f"{key}:{day.isoformat()}"):
                    if day.month == first.month:
                        _draw_day(day, days.get(day), key, (singular, plural), is_today=day == today, opened=opened)
            monday += timedelta(days=_DAYS)
    return opened


def _draw_head(month: int, first: date, key: str, name: str) -> None:
    before, after = first - timedelta(days=1), (first + timedelta(days=31)).replace(day=1)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for other, icon, label in (
            (before, "chevron_left", _("Month before")),
            (after, "chevron_right", _("Month after")),
        ):
            st.button(
                label,
                icon=f":material/{icon}:",
                type="tertiary",
                key=f"{key}:{icon}",
                on_click=_turn,
                args=(other.strftime("%Y-%m"), name),
            )
        st.markdown(f"**{plain(words().month(month))}**")


def _turn(month: str, name: str) -> None:
    st.query_params[name] = month
    _close()


def _close() -> None:
    if "day" in st.query_params:
        del st.query_params["day"]


def _open(day: date) -> None:
    if st.query_params.get("day") == day.isoformat():
        _close()
    else:
        st.query_params["day"] = day.isoformat()


def _asked_day(days: Mapping[date, DayTotal]) -> date | None:
    try:
        day = date.fromisoformat(st.query_params.get("day", ""))
    except ValueError:
        return None
    return day if day in days else None


def _draw_day(
    day: date, total: DayTotal | None, key: str, counted: tuple[str, str], *, is_today: bool, opened: date | None
) -> None:
    number = f"**{day.day}**" if is_today or total else f":gray[{day.day}]"
    st.markdown(f"{number} :violet[{plain(_('today'))}]" if is_today else number)
    if total is None:
        return
    label = words().tn(*counted, total.count)
    st.button(
        plain(label),
        key=f"{key}:open:{day.isoformat()}",
        type="primary" if day == opened else "tertiary",
        on_click=_open,
        args=(day,),
        help=plain(words().several([words().money(amount) for amount in total.amounts])) or None,
        width="stretch",
    )
    told = [plain(words().money(amount)) for amount in total.amounts]
    if len(told) > 2:
        told = [told[0], plain(_("and {n} more currencies", n=len(told) - 1))]
    if told:
        st.caption("  \n".join(told), text_alignment="center")
