"""Tables as files: CSV and XLSX of what is shown, with no cell that a spreadsheet would run as a formula."""

import csv
import io
from decimal import Decimal
from typing import Any

import pandas as pd
import xlsxwriter

from dashboard.components.columns import Column, Kind, is_missing
from dashboard.components.text import one_line
from data.money import Money

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_file(frame: pd.DataFrame, columns: list[Column]) -> bytes:
    """UTF-8 with a byte order mark (Excel reads it right); money in major units with its currency beside it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([harmless(heading) for heading in _headings(columns)])
    for row in _rows(frame, columns):
        writer.writerow([harmless(cell) if isinstance(cell, str) else _bare(cell) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def xlsx_file(frame: pd.DataFrame, columns: list[Column]) -> bytes:
    """Typed cells: figures are figures, days are days, texts are texts and never formulas or links."""
    out = io.BytesIO()
    options = {"in_memory": True, "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, {**options, "remove_timezone": True}) as book:
        sheet = book.add_worksheet()
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 0)
        for number, heading in enumerate(_headings(columns)):
            sheet.write_string(0, number, heading, bold)
        for y, row in enumerate(_rows(frame, columns), start=1):
            for x, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(y, x, cell)
                elif isinstance(cell, int | float | Decimal):
                    sheet.write_number(y, x, float(cell))
                elif cell is not None:
                    sheet.write_datetime(y, x, cell, day)
    return out.getvalue()


def harmless(text: str) -> str:
    """A text that begins like a formula gets an apostrophe in front, which the import takes off again."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _headings(columns: list[Column]) -> list[str]:
    headings: list[str] = []
    for column in columns:
        headings += [column.label, f"{column.label} (ISO 4217)"] if column.kind is Kind.MONEY else [column.label]
    return headings


def _rows(frame: pd.DataFrame, columns: list[Column]) -> list[list[Any]]:
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
        else:
            listed.append(values)
    return [list(row) for row in zip(*listed, strict=True)]


def _bare(cell: Any) -> Any:
    return "" if cell is None else cell
