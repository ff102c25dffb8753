"""The columns of a table: what kind of value each holds, and how it reads in the session's language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.components.text import one_line
from dashboard.theme import colour
from data.money import Money
from services.words.i18n import Words


class Kind(Enum):
    """What a column holds."""

    TEXT = "text"
    MONEY = "money"  # minor units, with the currency in another column
    DAY = "day"
    INSTANT = "instant"  # UTC
    NUMBER = "number"
    PERCENT = "percent"  # percentage points
    STATUS = "status"  # a code; `names` gives its word


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the frame's column `name`, its heading, its kind.

    `currency`: the frame's column with the currency of a MONEY column. `names`: the words of the codes of a STATUS
    column. `is_summed`: whether the totals row adds it up (MONEY only within one currency). `heat`: columns of the same
    word are shaded by one scale, the largest figure (of a currency) the deepest. `absent`: the frame's column with what
    is said where a DAY column has no day, such as *never*. `choices`: what a spreadsheet offers for its cells that are
    to be filled in.
    """

    name: str
    label: str
    kind: Kind = Kind.TEXT
    help: str | None = None
    width: int | None = None
    is_pinned: bool = False
    is_summed: bool = False
    currency: str = "currency"
    names: Mapping[str, str] = field(default_factory=dict)
    heat: str = ""
    absent: str = ""
    choices: tuple[str, ...] = ()

    @property
    def is_right_aligned(self) -> bool:
        """Figures stand under each other."""
        return self.kind in (Kind.MONEY, Kind.NUMBER, Kind.PERCENT)


def is_missing(value: Any) -> bool:
    """None, NaN and NaT alike."""
    return value is None or value is pd.NaT or (isinstance(value, float) and value != value)


def worded(column: Column, value: Any, currency: Any, words: Words, zone: str = "UTC") -> str:
    """The value as the reader sees it; empty where there is none."""
    if is_missing(value) or (column.kind is Kind.MONEY and is_missing(currency)):
        return ""
    match column.kind:
        case Kind.MONEY:
            return words.money(Money(int(value), str(currency)))
        case Kind.DAY:
            return words.day(_day(value))
        case Kind.INSTANT:
            return words.instant(value, zone)
        case Kind.NUMBER:
            return words.number(value if isinstance(value, Decimal) else int(value))
        case Kind.PERCENT:
            return words.percent(Decimal(str(value)))
        case Kind.STATUS:
            return column.names.get(str(value), str(value))
        case _:
            # a cell that opens its row would draw a leading icon
            return one_line(value).replace(":material/", ":\N{WORD JOINER}material/")


def shown(frame: pd.DataFrame, columns: list[Column], words: Words, zone: str) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The frame as Streamlit draws it, cells by kind, and the formats its Styler shows them with.

    Figures and days stay figures and days beneath their words, so that a click on a heading sorts them as such.
    """
    cells: dict[str, list[Any]] = {}
    formats: dict[str, Any] = {}
    for column in columns:
        values = frame[column.name].tolist()
        currencies = frame[column.currency].tolist() if column.kind is Kind.MONEY else [None] * len(values)
        texts = [worded(column, v, c, words, zone) for v, c in zip(values, currencies, strict=True)]
        if column.kind is Kind.STATUS:
            cells[column.name] = [[text] if text else [] for text in texts]
        elif column.kind is Kind.TEXT:
            cells[column.name] = texts
        else:
            if column.absent:
                said = frame[column.absent].tolist()
                texts = [text or one_line(word) for text, word in zip(texts, said, strict=True)]
                # an empty cell would show nothing at all; the earliest of all days sorts as never
                values = [date.min if is_missing(v) and word else v for v, word in zip(values, said, strict=True)]
            cells[column.name] = [_sortable(v) for v in values]
            formats[column.name] = _in_order(texts)
    return pd.DataFrame(cells), formats


def heading(column: Column, zone: str = "UTC") -> str:
    """The column's heading; times that are nobody's own say whose they are."""
    return f"{column.label} (UTC)" if column.kind is Kind.INSTANT and zone == "UTC" else column.label


def config(column: Column, words_of_status: list[str], zone: str = "UTC") -> Any:
    """Streamlit's configuration of the column."""
    common: dict[str, Any] = {"help": column.help, "width": column.width, "pinned": column.is_pinned or None}
    if column.kind is Kind.STATUS:
        codes = list(column.names)
        return st.column_config.MultiselectColumn(
            column.label, options=words_of_status, color=[colour(code) for code in codes] or None, **common
        )
    common["alignment"] = "right" if column.is_right_aligned else "left"
    return st.column_config.Column(heading(column, zone), **common)


def opener(column: Column, key: str) -> Any:
    """The configuration of a text column whose cells open their row; a click is found under the key."""
    return st.column_config.ButtonColumn(
        column.label, help=column.help, width=column.width, type="tertiary", alignment="left", key=key
    )


def _in_order(texts: list[str]) -> Callable[[Any], str]:
    # A Styler formats cell by cell from the top; the words are made already, with the row's currency.
    rest = iter(texts)
    return lambda _value: next(rest)


def _sortable(value: Any) -> Any:
    if is_missing(value):
        return None
    if isinstance(value, Decimal):
        return float(value)
    return value


def _day(value: Any) -> date:
    return value.date() if isinstance(value, datetime) else value
