"""Columns in the reader's language, totals by currency, and files without live formulas."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pandas as pd
import pytest

from dashboard.components.columns import Column, Kind, shown, worded
from dashboard.components.exports import csv_file, xlsx_file
from dashboard.components.tables import totals
from services.rules.text import harmless
from services.words.i18n import Words

NAME = Column("name", "Account")
TOTAL = Column("total_minor", "To pay", Kind.MONEY, is_summed=True)
SEATS = Column("seats", "Seats", Kind.NUMBER, is_summed=True)
STATUS = Column("status", "Status", Kind.STATUS, names={"active": "activa"})
DAY = Column("renews_on", "Renews", Kind.DAY)
COLUMNS = [NAME, TOTAL, SEATS, STATUS, DAY]


def frame() -> pd.DataFrame:
    """Three rows; the last one has nothing but a hostile name."""
    return pd.DataFrame(
        {
            "name": ["Alba", "+Berta", '=HYPERLINK("https://evil.example")'],
            "total_minor": [1_234_50, -5_00, None],
            "currency": ["EUR", "GBP", None],
            "seats": [1_200, 3, None],
            "status": ["active", "active", None],
            "renews_on": [date(2027, 4, 11), None, None],
        }
    )


@pytest.mark.parametrize(
    ("column", "value", "currency", "text"),
    [
        (TOTAL, 1_234_567_50, "EUR", "1.234.567,50\N{NO-BREAK SPACE}€"),
        (TOTAL, 500, "JPY", "500\N{NO-BREAK SPACE}JPY"),
        (TOTAL, None, None, ""),
        (SEATS, 1_200.0, None, "1.200"),
        (SEATS, float("nan"), None, ""),
        (STATUS, "active", None, "activa"),
        (DAY, pd.Timestamp(2027, 4, 11), None, "11 abr 2027"),
        (DAY, pd.NaT, None, ""),
        (Column("x", "Used", Kind.PERCENT), Decimal("12.5"), None, "12,5\N{NO-BREAK SPACE}%"),
        (Column("x", "Sent", Kind.INSTANT), datetime(2026, 7, 1, 10, tzinfo=UTC), None, "1 jul 2026, 12:00"),
        (NAME, "a\u202eb\n", None, "ab"),
    ],
)
def test_a_cell_reads_in_the_language_of_the_session(column: Column, value: object, currency: str, text: str) -> None:
    assert worded(column, value, currency, Words("es", "ES"), "Europe/Madrid") == text


def test_figures_stay_figures_beneath_their_words() -> None:
    cells, formats = shown(frame(), COLUMNS, Words("en"), "UTC")
    assert cells["total_minor"].tolist()[:2] == [123450, -500]
    told = [formats["total_minor"](value) for value in cells["total_minor"]]
    assert told == ["€1,234.50", "-£5.00", ""]


def test_a_column_of_two_currencies_has_two_totals() -> None:
    assert totals(frame(), COLUMNS) == [("To pay", "€1,234.50 + -£5.00"), ("Seats", "1,203")]


def test_a_csv_opens_in_a_spreadsheet_and_runs_nothing() -> None:
    content = csv_file(frame(), COLUMNS)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0] == ["Account", "To pay", "To pay (ISO 4217)", "Seats", "Status", "Renews"]
    assert rows[1] == ["Alba", "1234.50", "EUR", "1200", "activa", "2027-04-11"]
    assert [row[0] for row in rows[2:4]] == ["'+Berta", '\'=HYPERLINK("https://evil.example")']
    assert rows[4:] == [["Total", "1234.50", "EUR", "1203", "", ""], ["Total", "-5.00", "GBP", "", "", ""]]


def test_an_xlsx_has_typed_cells_and_no_formula() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_file(frame(), COLUMNS))).active
    assert sheet is not None
    *cells, day = [cell.value for cell in sheet[2]]
    assert cells == ["Alba", 1234.5, "EUR", 1200, "activa"]
    assert isinstance(day, datetime) and day.date() == date(2027, 4, 11)
    assert sheet["A4"].value == '=HYPERLINK("https://evil.example")'
    assert sheet["A4"].data_type == "s"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_every_beginning_of_a_formula_is_disarmed(start: str) -> None:
    assert harmless(f"{start}1+1") == f"'{start}1+1"
    assert harmless("1+1") == "1+1"


def test_a_day_that_never_was_is_said_in_the_table_and_in_the_files() -> None:
    """An empty cell of a table shows nothing, whatever its format says: the word stands on the earliest of all days."""
    column = Column("seen", "Last seen", Kind.DAY, absent="never")
    rows = pd.DataFrame({"seen": [date(2026, 4, 1), None, None], "never": ["", "never", ""]}, dtype=object)
    cells, formats = shown(rows, [column], Words("en", "ES"), "UTC")
    assert cells["seen"].tolist() == [date(2026, 4, 1), date.min, None]
    assert [formats["seen"](cell) for cell in cells["seen"]] == ["1 Apr 2026", "never", ""]
    assert csv_file(rows, [column]).decode("utf-8-sig").split() == ["Last", "seen", "2026-04-01", "never", '""']
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_file(rows, [column]))).worksheets[0]
    assert [row[0].value for row in sheet.iter_rows(min_row=2, max_row=3)][1] == "never"
