"""Filters that stand in the URL by their codes, so that a link means the same in every language."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Literal

import streamlit as st

from dashboard import state
from dashboard.components.pagers import first_page
from dashboard.day import today
from dashboard.words import _


def search_field(
    placeholder: str,
    *,
    label: str = "",
    width: int | Literal["stretch"] = "stretch",
    max_chars: int | None = None,
    hide_label: bool = False,
) -> str:
    """What a list is searched for (`?q=acme`); `placeholder` says what can be typed. Another text: the first page."""
    typed = st.text_input(
        label or _("Search"),
        placeholder=placeholder,
        icon=":material/search:",
        key="q",
        bind="query-params",
        on_change=first_page,
        width=width,
        max_chars=max_chars,
        label_visibility="collapsed" if hide_label else "visible",
    )
    return typed or ""


def choice(
    name: str,
    label: str,
    options: Mapping[str, str],
    *,
    shape: Literal["select", "segments"] = "select",
    width: int | Literal["content", "stretch"] = "content",
    on_change: Callable[[], None] | None = None,
    hide_label: bool = False,
) -> str:
    """One of the codes, shown by their words; the first is the default and leaves the URL alone (`?status=overdue`).

    `name` is the widget's key and the query parameter; a code in the URL that is none of the options is ignored.
    """
    codes = list(options)
    if state.recall(name) not in options:
        given = st.query_params.get(name, "")
        state.keep(name, given if given in options else codes[0])
    if shape == "segments":
        chosen = st.segmented_control(
            label,
            codes,
            required=True,
            format_func=options.__getitem__,
            key=name,
            on_change=on_change,
            width=width,
            label_visibility="collapsed" if hide_label else "visible",
        )
    else:
        wide: int | Literal["stretch"] = width if isinstance(width, int) else "stretch"
        chosen = st.selectbox(label, codes, format_func=options.__getitem__, key=name, on_change=on_change, width=wide)
    if chosen and chosen != codes[0]:
        st.query_params[name] = chosen
    elif name in st.query_params:
        del st.query_params[name]
    return chosen or codes[0]


def day_choice(name: str, label: str, default: date, *, on_change: Callable[[], None] | None = None) -> date:
    """A day up to today that stands in the URL (`?on=2026-04-11`); the default leaves the URL alone."""
    given = st.query_params.get(name, "")
    try:
        start = date.fromisoformat(given) if given else default
    except ValueError:
        start = default
    chosen = st.date_input(
        label,
        value=min(start, today()),
        max_value=today(),
        format="DD/MM/YYYY",
        width=150,
        key=f"day_{name}",
        on_change=on_change,
    )
    if chosen != default:
        st.query_params[name] = chosen.isoformat()
    elif name in st.query_params:
        del st.query_params[name]
    return chosen
