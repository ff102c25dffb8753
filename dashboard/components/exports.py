"""Tables as files, a piece at a time: CSV and XLSX with totals, and no cell that runs as a formula."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, BinaryIO

import pandas as pd
import xlsxwriter

from dashboard.components.columns import Column, Kind, heading, is_missing
from dashboard.components.text import one_line
from data.money import Money, exponent
from services.rules.text import harmless

_LAST_ROW = 1_048_575
_DAY, _INSTANT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
Told = Callable[[int], None]  # is told how many rows are written


def write_csv(
    file: BinaryIO, pieces: Iterable[pd.DataFrame], columns: Sequence[Column], *, total: str, told: Told | None = None
) -> None:
    """UTF-8 with a byte order mark (Excel reads it right); money in major units with its currency beside it.

    The last rows are the totals, one a currency, called `total`.
    """
    file.write(b"\xef\xbb\xbf")
    out = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(out)
    writer.writerow([harmless(heading) for heading in _headings(columns)])
    for row in _all_rows(pieces, columns, total, told):
        writer.writerow([harmless(cell) if isinstance(cell, str) else _bare(cell) for cell in row])
    out.detach()


def write_xlsx(
    file: BinaryIO, pieces: Iterable[pd.DataFrame], columns: Sequence[Column], *, total: str, told: Told | None = None
) -> None:
    """Typed cells: figures are figures, days are days, texts are texts and never formulas or links.

    Rows are written as they come; the header stays in sight, the last rows are the totals, called `total`.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, {**options, "remove_timezone": True}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        formats = {name: book.add_format({"num_format": name}) for name in (_DAY, _INSTANT, *_MONEY.values())}
        sheet.freeze_panes(1, 0)
        headings = _headings(columns)
        for x, heading in enumerate(headings):
            sheet.set_column(x, x, min(60, max(12, len(heading) + 2)))
            sheet.write_string(0, x, heading, bold)
        _offer_choices(sheet, columns)
        money = _money_places(columns)
        for y, row in enumerate(_all_rows(pieces, columns, total, told), start=1):
            for x, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(y, x, cell)
                elif isinstance(cell, int | float | Decimal):
                    form = formats[_MONEY[exponent(row[x + 1])]] if x in money else None
                    sheet.write_number(y, x, float(cell), form)
                elif cell is not None:
                    sheet.write_datetime(y, x, cell, formats[_INSTANT if isinstance(cell, datetime) else _DAY])


_MONEY = {places: "#,##0" + ("." + "0" * places if places else "") for places in range(5)}


def csv_file(frame: pd.DataFrame, columns: Sequence[Column], *, total: str = "Total") -> bytes:
    """The frame as CSV."""
    out = io.BytesIO()
    write_csv(out, [frame], columns, total=total)
    return out.getvalue()


def xlsx_file(frame: pd.DataFrame, columns: Sequence[Column], *, total: str = "Total") -> bytes:
    """The frame as XLSX."""
    out = io.BytesIO()
    write_xlsx(out, [frame], columns, total=total)
    return out.getvalue()


class Sums:
    """The totals of summed columns, piece by piece: by column, a count or an amount in minor units by currency."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = [column for column in columns if column.is_summed]
        self.by_column: dict[str, dict[str, int]] = {column.name: {} for column in self.columns}

    def add(self, frame: pd.DataFrame) -> None:
        """Add the rows of a piece."""
        for column in self.columns:
            values = frame[column.name].tolist()
            currencies = frame[column.currency].tolist() if column.kind is Kind.MONEY else [""] * len(values)
            sums = self.by_column[column.name]
            for value, currency in zip(values, currencies, strict=True):
                if not is_missing(value) and not is_missing(currency):
                    sums[currency] = sums.get(currency, 0) + int(value)

    @property
    def currencies(self) -> list[str]:
        """Those that occur; counts stand with the first."""
        return sorted({code for sums in self.by_column.values() for code in sums if code}) or [""]


def _all_rows(
    pieces: Iterable[pd.DataFrame], columns: Sequence[Column], total: str, told: Told | None
) -> Iterator[list[Any]]:
    sums, written = Sums(columns), 0
    for piece in pieces:
        yield from _rows(piece, columns)
        sums.add(piece)
        written += len(piece)
        if told is not None:
            told(written)
    if not sums.columns or not written:
        return
    for place, currency in enumerate(sums.currencies):
        row: list[Any] = []
        for column in columns:
            known = sums.by_column.get(column.name, {})
            if column.kind is Kind.MONEY:
                row += [Money(known[currency], currency).major, currency] if currency in known else [None, None]
            else:
                row.append(known.get("") if place == 0 else None)
        row[0] = total if row[0] is None else row[0]
        yield row


def _headings(columns: Sequence[Column]) -> list[str]:
    headings: list[str] = []
    for column in columns:
        headings += [column.label, f"{column.label} (ISO 4217)"] if column.kind is Kind.MONEY else [heading(column)]
    return headings


def _money_places(columns: Sequence[Column]) -> set[int]:
    """Where the amounts stand; each has its currency beside it."""
    places, at = set(), 0
    for column in columns:
        if column.kind is Kind.MONEY:
            places.add(at)
            at += 1
        at += 1
    return places


def _rows(frame: pd.DataFrame, columns: Sequence[Column]) -> list[list[Any]]:
    listed: list[list[Any]] = []
    for column in columns:
        values = [None if is_missing(value) else value for value in frame[column.name].tolist()]
        if column.kind is Kind.MONEY:
            currencies = frame[column.currency].tolist()
            pairs = list(zip(values, currencies, strict=True))
            listed.append([None if v is None else Money(int(v), c).major for v, c in pairs])
            listed.append([None if v is None else c for v, c in pairs])
        elif column.kind is Kind.STATUS:
            listed.append([None if v is None else column.names.get(str(v), str(v)) for v in values])
        elif column.kind is Kind.TEXT:
            listed.append([None if v is None else one_line(v) for v in values])
        elif column.kind is Kind.NUMBER:
            # a missing count makes its neighbours floats; a count is written as a count
            listed.append([int(v) if isinstance(v, float) and v.is_integer() else v for v in values])
        elif column.kind is Kind.DAY:
            said = frame[column.absent].tolist() if column.absent else [None] * len(values)
            days = [v.date() if isinstance(v, datetime) else v for v in values]
            listed.append([word or None if day is None else day for day, word in zip(days, said, strict=True)])
        else:
            listed.append(values)
    return [list(row) for row in zip(*listed, strict=True)]


def _offer_choices(sheet: Any, columns: Sequence[Column]) -> None:
    """A list to choose from in every cell below the heading of a column that has choices."""
    at = 0
    for column in columns:
        if column.choices:
            offered = {"validate": "list", "source": list(column.choices), "error_type": "warning"}
            sheet.data_validation(1, at, _LAST_ROW, at, offered)
        at += 2 if column.kind is Kind.MONEY else 1


def _bare(cell: Any) -> Any:
    return "" if cell is None else cell
