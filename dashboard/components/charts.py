"""The frame of every chart: title, legible in both modes, data and picture one click away; no data is a sentence."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import state
from dashboard.components.columns import Column
from dashboard.components.empty import empty as empty_state
from dashboard.components.tables import table
from dashboard.components.text import one_line, plain
from dashboard.words import _, language, words
from services.words.i18n import N_

_FORMATS = {"png": "PNG", "svg": "SVG"}
# Plotly's own words, in its dictionary's keys.
_PLOTLY = {
    "Download plot as a PNG": N_("Download as PNG"),
    "Download plot": N_("Download as SVG"),
    "Preparing image - this may take a few seconds": N_("The picture is being made"),
    "Image download succeeded": N_("The picture is downloaded"),
    "Sorry, there was a problem downloading your image!": N_("The picture could not be made. Try the other format."),
}


def chart(
    title: str,
    figure: go.Figure,
    *,
    key: str,
    empty: str,
    unit: str = "",
    rows: pd.DataFrame | None = None,
    columns: list[Column] | None = None,
) -> None:
    """Draw a figure made with `theme.figure()`. `rows` and `columns` are its data, behind *Data*, also as CSV and XLSX.

    Names written by customers must not go into ticks, legends or labels of a figure unescaped: see `label`.
    """
    if not figure.data:
        st.markdown(f"**{plain(title)}**")
        empty_state(empty, icon="show_chart")
        return
    titled = {"text": label(one_line(title)), **({"subtitle": {"text": label(one_line(unit))}} if unit else {})}
    figure.update_layout(title=titled, separators=_separators())
    # another element for the other format: Plotly would leave the first format's button beneath the second's
    drawn = key if _format(key) == "png" else f"{key}:svg"
    st.plotly_chart(figure, key=drawn, theme=None, config=_config(key), alt=title)
    if rows is not None and columns is not None:
        with st.container(horizontal=True, horizontal_alignment="right"):
            _draw_data(title, key, rows, columns)


def label(text: str) -> str:
    """A name that Plotly shows as it is: it would read `<a href>` and other tags."""
    return one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _draw_data(title: str, key: str, rows: pd.DataFrame, columns: list[Column]) -> None:
    behind = st.popover(
        _("Data"), icon=":material/table_view:", type="tertiary", key=f"{key}:data", on_change="rerun", width="content"
    )
    if not behind.open:
        return
    with behind:
        table(
            rows, columns, key=f"{key}:rows", name=title, empty="", download=key, height=min(400, 38 + 35 * len(rows))
        )
        st.segmented_control(
            _("Picture from the chart's toolbar"),
            list(_FORMATS),
            default=_format(key),
            required=True,
            format_func=_FORMATS.__getitem__,
            key=f"{key}:format",
        )


def _format(key: str) -> str:
    """Which picture the toolbar gives: it has one button."""
    chosen = state.recall(f"{key}:format", "png")
    return chosen if chosen in _FORMATS else "png"


def _config(key: str) -> dict[str, Any]:
    return {
        "displayModeBar": True,
        "displaylogo": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": _format(key), "filename": key, "scale": 2},
        "locale": language(),
        "locales": {language(): {"dictionary": {said: _(text) for said, text in _PLOTLY.items()}}},
    }


def _separators() -> str:
    """The signs of decimals and thousands on the axes."""
    symbols = words().locale.number_symbols["latn"]
    return f"{symbols['decimal']}{symbols['group']}"
