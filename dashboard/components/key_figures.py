"""At most five key figures in a row, each with its definition."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from dashboard.components.chart_series import Value, number
from dashboard.components.text import plain


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in words: `value` is formatted already; `definition` stands in the help mark.

    `change` is a formatted difference, `against` the period it is measured against, `is_good` which colour it takes
    (None: neither). `also`: a second comparison, in words. `trend`: the figure of each month up to this one, the oldest
    first, as a line below it.
    """

    label: str
    value: str
    definition: str
    change: str | None = None
    against: str | None = None
    is_good: bool | None = None
    also: str | None = None
    trend: tuple[Value, ...] = ()


def key_figures(figures: Sequence[Figure]) -> None:
    """Draw the figures side by side."""
    if len(figures) > 5:
        raise ValueError("at most five key figures a page")
    if len(figures) == 4:  # where four are too many for a row, two and two, not three and one
        with st.grid(2, min_column_width=340, gap="small"):
            for pair in (figures[:2], figures[2:]):
                _draw_row(pair)
    else:
        _draw_row(figures)


def _draw_row(figures: Sequence[Figure]) -> None:
    with st.grid(max(len(figures), 1), min_column_width=150, gap="small"):
        for figure in figures:
            if figure.also is None:
                _draw(figure, border=True)
                continue
            with st.container(border=True, height="stretch", gap=None):
                _draw(figure, border=False)
                st.caption(plain(figure.also))


def _draw(figure: Figure, *, border: bool) -> None:
    st.metric(
        plain(figure.label),
        plain_value(figure.value),
        delta=figure.change,
        delta_color=_colour(figure),
        delta_description=figure.against,
        help=figure.definition,
        border=border,
        height="stretch" if border else "content",
        chart_data=[number(value) for value in figure.trend] if len(figure.trend) > 1 else None,
        chart_type="area",
    )


def plain_value(value: str) -> str:
    """A metric reads its value as Markdown too: a leading minus or a dollar sign must stay what it is."""
    return plain(value)


def _colour(figure: Figure) -> Literal["off", "green", "red"]:
    if figure.is_good is None:
        return "off"
    return "green" if figure.is_good else "red"
