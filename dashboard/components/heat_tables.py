"""Tables whose cells are shaded by their amount: the figure says it, the shade lets the eye find it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import navigation, state
from dashboard.components.columns import Column, config, is_missing, opener, shown
from dashboard.components.empty import empty as empty_state
from dashboard.components.tables import Detail, Whole, draw_foot
from dashboard.words import words

# From calm to alarming, one a shaded column; see-through, so that the figure stays legible in light and dark.
_SHADES = ("14, 159, 142", "212, 172, 13", "224, 138, 30", "220, 100, 40", "210, 60, 60", "190, 30, 70")
_STRONGEST = 0.55


@dataclass(frozen=True, slots=True)
class Cell:
    """A shaded cell that was clicked: the place of its row, and its column's name."""

    row: int
    column: str


def heat_table(
    frame: pd.DataFrame,
    columns: Sequence[Column],
    shaded: Sequence[str],
    *,
    key: str,
    name: str,
    empty: str,
    detail: Detail | None = None,
    download: str | None = None,
    whole: Whole | None = None,
) -> Cell | None:
    """Draw the frame and return the cell that was clicked just now. Shades compare amounts of one currency.

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
    look = cells.style.format(formats).apply(lambda _: _shades(frame, cells, shaded), axis=None)
    chosen = st.dataframe(
        look, key=key, column_config=configs, hide_index=True, alt=name, placeholder="", height="content",
        on_select="rerun", selection_mode="single-cell",
    )  # fmt: skip
    clicked = state.recall(f"{key}:open")
    if clicked and detail is not None and clicked["row"] < len(frame):
        row = frame.iloc[clicked["row"]]
        navigation.go(detail.page, **{param: int(row[column]) for param, column in detail.ids.items()})
    draw_foot(frame, listed, key, download, whole)
    return _clicked(chosen, frame, shaded, key)


def _clicked(chosen: Any, frame: pd.DataFrame, shaded: Sequence[str], key: str) -> Cell | None:
    """The selected cell, once: it stays selected while the page is drawn again."""
    found = chosen["selection"]["cells"]
    if not found:
        state.drop(f"{key}:cell")
        return None
    row, column = found[0]
    if state.recall(f"{key}:cell") == (row, column):
        return None
    state.keep(f"{key}:cell", (row, column))
    return Cell(row, column) if column in shaded and row < len(frame) else None


def _shades(frame: pd.DataFrame, cells: pd.DataFrame, shaded: Sequence[str]) -> pd.DataFrame:
    styles = pd.DataFrame("", index=cells.index, columns=cells.columns)
    for currency in set(frame["currency"]):
        rows = [place for place, one in enumerate(frame["currency"]) if one == currency]
        amounts = {name: [0 if is_missing(frame[name].iloc[row]) else frame[name].iloc[row] for row in rows]
                   for name in shaded}  # fmt: skip
        most = max((amount for column in amounts.values() for amount in column), default=0)
        for place, name in enumerate(shaded):
            for row, amount in zip(rows, amounts[name], strict=True):
                if amount > 0 and most > 0:
                    strength = _STRONGEST * (0.2 + 0.8 * sqrt(amount / most))
                    at = (styles.index[row], name)
                    styles.loc[at] = f"background-color: rgba({_SHADES[place % len(_SHADES)]}, {strength:.2f})"
    return styles
