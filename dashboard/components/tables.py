"""Tables of typed columns: words in the reader's language, status in colour, totals, download, a way to the detail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pandas as pd
import streamlit as st

from dashboard import navigation, state
from dashboard.components.columns import Column, Kind, config, is_missing, opener, shown
from dashboard.components.downloads import Whole, download_buttons
from dashboard.components.empty import empty as empty_state
from dashboard.components.exports import Sums
from dashboard.components.heat import shading
from dashboard.components.text import plain
from dashboard.words import _, words
from data.money import Money

__all__ = ["Detail", "Opening", "Whole", "table", "totals"]


class Opening(Protocol):
    """Where a row of a table leads."""

    def open(self, row: pd.Series) -> None:
        """Open the row's page."""


@dataclass(frozen=True, slots=True)
class Detail:
    """Where a row leads: a page, and which of the frame's columns give the ids of its URL.

    `otherwise`: where a row leads that lacks one of these ids.
    """

    page: str
    ids: dict[str, str]
    otherwise: Detail | None = None

    def open(self, row: pd.Series) -> None:
        """Open the row's page."""
        if self.otherwise is not None and any(is_missing(row[column]) for column in self.ids.values()):
            self.otherwise.open(row)
        else:
            navigation.go(self.page, **{param: int(row[column]) for param, column in self.ids.items()})


def table(
    frame: pd.DataFrame,
    columns: Sequence[Column],
    *,
    key: str,
    name: str,
    empty: str,
    detail: Opening | None = None,
    download: str | None = None,
    whole: Whole | None = None,
    zone: str = "UTC",
    height: int | None = None,
    row_height: int | None = None,
) -> None:
    """Draw the frame; `name` is what it is called to a screen reader, `empty` the sentence where it has no rows.

    `detail`: a click on a row opens its page. `download`: file name without ending, for CSV and XLSX of what is shown;
    where the frame is one page of a longer list, `whole` gives the files all of its rows and the foot their totals.
    `row_height`: pixels, where texts run over several lines.
    """
    if frame.empty:
        empty_state(empty)
        return
    listed = list(columns)
    cells, formats = shown(frame, listed, words(), zone)
    configs = {column.name: config(column, list(column.names.values()), zone) for column in listed}
    options: dict[str, Any] = {"column_config": configs, "hide_index": True, "alt": name, "placeholder": ""}
    options["height"] = height or "content"
    options["row_height"] = row_height
    styled = cells.style.format(formats)
    if any(column.heat for column in listed):
        styled = styled.apply(lambda _cells: shading(frame, listed), axis=None)
    if detail is None:
        st.dataframe(styled, key=key, **options)
    else:
        named = next((column for column in listed if column.kind is Kind.TEXT), None)
        if named is not None:
            configs[named.name] = opener(named, f"{key}:open")
        # A click on the name opens the row; the box beside it does, too, and is what the keyboard reaches.
        selection = st.dataframe(styled, key=key, on_select="rerun", selection_mode="single-row", **options)
        _open(frame, selection, detail, key)
    draw_foot(frame, listed, key, download, whole)


def _open(frame: pd.DataFrame, selection: Any, detail: Opening, key: str) -> None:
    clicked = state.recall(f"{key}:open")
    rows = [clicked["row"]] if clicked else selection["selection"]["rows"]
    # A table that is still there after the click (a drawer, a slow page) must not open the page again.
    if not rows:
        state.drop(f"{key}:opened")
        return
    if rows[0] >= len(frame) or (not clicked and state.recall(f"{key}:opened") == rows[0]):
        return
    state.keep(f"{key}:opened", rows[0])
    detail.open(frame.iloc[rows[0]])


def draw_foot(
    frame: pd.DataFrame, columns: list[Column], key: str, download: str | None, whole: Whole | None = None
) -> None:
    """Below a table: totals of its summed columns, and its downloads (see `table`)."""
    whole = whole or Whole(lambda: [frame], len(frame))
    sums = _sums_of(frame, columns, whole)
    if not sums and download is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(sums, width="content")
        if download is not None:
            with st.container(horizontal=True, width="content", gap="small"):
                download_buttons(whole, columns, key=key, name=download)


def _sums_of(frame: pd.DataFrame, columns: list[Column], whole: Whole) -> str:
    """The totals of all rows, not of the page; where they are too many, where the totals are."""
    if not any(column.is_summed for column in columns):
        return ""
    if whole.sums is not None:
        found = [
            (column.label, " + ".join(words().money(amount) for amount in whole.sums[column.name]))
            for column in columns
            if column.is_summed and column.name in whole.sums
        ]
    elif whole.count > len(frame):
        return f":gray[{plain(_('The totals of all rows are in the download.'))}]"
    else:
        found = totals(frame, columns)
    named = [(label, total) for label, total in found if total and label != _("Total")]
    plainly = [f"**{plain(total)}**" for label, total in found if total and label == _("Total")]
    text = "   ".join([*plainly, *(f":gray[{plain(label)}] **{plain(total)}**" for label, total in named)])
    return f"**{plain(_('Total'))}**   {text}"


def totals(frame: pd.DataFrame, columns: Sequence[Column]) -> list[tuple[str, str]]:
    """(label, total) of the summed columns; a money column gives one total for each of its currencies."""
    sums = Sums(columns)
    sums.add(frame)
    found = []
    for column in sums.columns:
        known = sums.by_column[column.name]
        if column.kind is Kind.MONEY:
            listed = [words().money(Money(minor, currency)) for currency, minor in sorted(known.items())]
            found.append((column.label, " + ".join(listed)))
        else:
            found.append((column.label, words().number(known.get("", 0))))
    return found
