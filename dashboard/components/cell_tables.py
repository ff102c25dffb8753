"""Tables whose cells open what is behind them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import navigation, state
from dashboard.components.columns import Column, config, opener, shown
from dashboard.components.empty import empty as empty_state
from dashboard.components.heat import shading
from dashboard.components.tables import Detail, Whole, draw_foot
from dashboard.words import words


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that was clicked: the place of its row, and its column's name."""

    row: int
    column: str


def cell_table(
    frame: pd.DataFrame,
    columns: Sequence[Column],
    opening: Sequence[str],
    *,
    key: str,
    name: str,
    empty: str,
    detail: Detail | None = None,
    download: str | None = None,
    whole: Whole | None = None,
) -> Cell | None:
    """Draw the frame and return the cell that was clicked just now, of the columns named in `opening`.

    `detail`: a click on the first column opens the row's page. `name`, `empty`, `download`, `whole`: as of `table`.
    """
    if frame.empty:
        empty_state(empty)
        return None
    listed = list(columns)
    cells, formats = shown(frame, listed, words(), "UTC")
    configs = {column.name: config(column, []) for column in listed}
    if detail is not None:
        configs[listed[0].name] = opener(listed[0], f"{key}:open")
    look = cells.style.format(formats).apply(lambda _cells: shading(frame, listed), axis=None)
    chosen = st.dataframe(
        look, key=key, column_config=configs, hide_index=True, alt=name, placeholder="", height="content",
        on_select="rerun", selection_mode="single-cell",
    )  # fmt: skip
    clicked = state.recall(f"{key}:open")
    if clicked and detail is not None and clicked["row"] < len(frame):
        row = frame.iloc[clicked["row"]]
        navigation.go(detail.page, **{param: int(row[column]) for param, column in detail.ids.items()})
    draw_foot(frame, listed, key, download, whole)
    return _clicked(chosen, frame, opening, key)


def _clicked(chosen: Any, frame: pd.DataFrame, opening: Sequence[str], key: str) -> Cell | None:
    """The selected cell, once: it stays selected while the page is drawn again."""
    found = chosen["selection"]["cells"]
    if not found:
        state.drop(f"{key}:cell")
        return None
    row, column = found[0]
    if state.recall(f"{key}:cell") == (row, column):
        return None
    state.keep(f"{key}:cell", (row, column))
    return Cell(row, column) if column in opening and row < len(frame) else None
