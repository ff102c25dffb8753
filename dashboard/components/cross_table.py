"""A cross table: amounts by row and column with totals that are their sums; a click on a figure opens what it is of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import state
from dashboard.components.columns import Column, Kind, config, shown
from dashboard.components.tables import draw_foot
from dashboard.words import _, words
from services.rules.cross_tables import Line

_TALL = 14  # rows that are shown without scrolling
_PLACE = ("at_row", "at_column", "at_currency")


@dataclass(frozen=True, slots=True)
class Place:
    """What was clicked: the codes of row and column (None: all of them), and the currency (None: of the column)."""

    row: str | None
    column: str | None
    currency: str | None


def cross_table(
    lines: tuple[Line, ...],
    row_names: Mapping[str, str],
    column_names: Mapping[str, str],
    *,
    heading: str,
    key: str,
    name: str,
    download: str,
) -> Place | None:
    """Draw the table; what of it is chosen stands in the URL. The names are in order, `heading` is of the rows."""
    frame, columns = _frame(lines, row_names, column_names, heading)
    cells, formats = shown(frame, columns, words(), "UTC")
    configs = {column.name: config(column, []) for column in columns}
    totals = [place for place, line in enumerate(lines) if line.row is None]
    styled = cells.style.format(formats).apply(
        lambda row: ["font-weight: 700" if row.name in totals else ""] * len(row), axis=1
    )
    chosen = st.dataframe(
        styled,
        key=key,
        on_select="rerun",
        selection_mode="single-cell",
        column_config=configs,
        hide_index=True,
        alt=name,
        placeholder="",
        height="content" if len(frame) <= _TALL else 460,
    )
    draw_foot(frame, columns, key, download, None)
    return _place(key, chosen, lines, list(column_names))


def _frame(
    lines: tuple[Line, ...], row_names: Mapping[str, str], column_names: Mapping[str, str], heading: str
) -> tuple[pd.DataFrame, list[Column]]:
    currencies = {line.currency for line in lines}
    total = _("Total")
    cells: dict[str, list[object]] = {
        "row": [total if line.row is None else row_names[line.row] for line in lines],
        "currency": [line.currency for line in lines],
    }
    columns = [Column("row", heading, width=130, is_pinned=True)]
    if len(currencies) > 1:
        columns.append(Column("currency", _("Currency"), width=74))
    for place, (code, column_name) in enumerate(column_names.items()):
        amounts = [line.amounts.get(code) for line in lines]
        cells[f"c{place}"] = [amount.minor if amount else None for amount in amounts]
        cells[f"c{place}_currency"] = [amount.currency if amount else None for amount in amounts]
        columns.append(Column(f"c{place}", column_name, Kind.MONEY, currency=f"c{place}_currency", width=108))
    if None not in currencies:
        sums = [line.total for line in lines]
        cells["total"] = [amount.minor if amount else 0 for amount in sums]
        columns.append(Column("total", total, Kind.MONEY, width=116))
    return pd.DataFrame(cells, dtype=object), columns


def _place(key: str, chosen: Any, lines: tuple[Line, ...], codes: list[str]) -> Place | None:
    """What is clicked now, or what the URL says of an earlier click or a link."""
    cells = chosen["selection"]["cells"]
    clicked = cells[0] if cells else None
    if clicked != state.recall(f"{key}:clicked"):
        state.keep(f"{key}:clicked", clicked)
        _say(None if clicked is None else _of(int(clicked[0]), str(clicked[1]), lines, codes))
        state.keep("page", 1)
    return _asked(lines, codes)


def _of(number: int, column: str, lines: tuple[Line, ...], codes: list[str]) -> Place | None:
    if number >= len(lines):
        return None
    line, code = lines[number], codes[int(column[1:])] if column[1:].isdigit() else None
    return Place(line.row, code, line.currency)


def _say(place: Place | None) -> None:
    values = (None, None, None) if place is None else (place.row, place.column, place.currency)
    for name, value in zip(_PLACE, values, strict=True):
        if value is not None:
            st.query_params[name] = value or "-"
        elif name in st.query_params:
            del st.query_params[name]
    if place is not None and values == (None, None, None):
        st.query_params["at_currency"] = "-"


def _asked(lines: tuple[Line, ...], codes: list[str]) -> Place | None:
    """The place in the URL, where the table has it."""
    given = {name: st.query_params.get(name) for name in _PLACE}
    if not any(given.values()):
        return None
    row, column, currency = (None if value is None else value if value != "-" else "" for value in given.values())
    place = Place(row, column, currency or None)
    rows, currencies = {line.row for line in lines}, {line.currency for line in lines}
    is_there = place.row in rows and place.currency in currencies and (column is None or column in codes)
    return place if is_there else None
