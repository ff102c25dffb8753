"""Charts: one message each, said in the title; the table behind it one click away; no data is a sentence."""

from collections.abc import Callable

import plotly.graph_objects as go
import streamlit as st

from dashboard.components.empty import empty as empty_state
from dashboard.components.text import plain
from dashboard.words import _


def chart(
    title: str, figure: go.Figure, *, key: str, empty: str, table: Callable[[], None] | None = None, unit: str = ""
) -> None:
    """Draw a figure made with `theme.figure()`. `table` draws the rows behind it when they are asked for.

    Names written by customers must not go into titles, ticks or labels of a figure unescaped: see `label`.
    """
    st.markdown(f"**{plain(title)}**" + (f"  :gray[{plain(unit)}]" if unit else ""))
    if not figure.data:
        empty_state(empty, icon="show_chart")
        return
    st.plotly_chart(figure, key=key, theme=None, config={"displayModeBar": False})
    if table is not None:
        behind = st.expander(_("Show the figures"), on_change="rerun", key=f"{key}:table")
        if behind.open:
            with behind:
                table()


def label(text: str) -> str:
    """A name that Plotly shows as it is: it would read `<a href>` and other tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
