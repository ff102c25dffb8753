"""A table's files hold every row that matches, with totals; long ones are written piece by piece."""

import csv
import io
from collections.abc import Iterator

import openpyxl
import pandas as pd
from streamlit.testing.v1 import AppTest

from dashboard.components.columns import Column, Kind
from dashboard.components.exports import write_csv, write_xlsx
from services.queries.whole import whole

COLUMNS = [
    Column("name", "Account"),
    Column("total_minor", "Total", Kind.MONEY, is_summed=True),
    Column("seats", "Seats", Kind.NUMBER, is_summed=True),
]


def rows(first: int, count: int) -> pd.DataFrame:
    """Rows numbered from `first`, in two currencies."""
    numbers = range(first, first + count)
    return pd.DataFrame(
        {
            "name": [f"={number}" for number in numbers],
            "total_minor": [number * 100 for number in numbers],
            "currency": ["EUR" if number % 2 else "JPY" for number in numbers],
            "seats": [1] * count,
        }
    )


def pieces() -> Iterator[pd.DataFrame]:
    """Five rows in two pieces."""
    yield rows(1, 3)
    yield rows(4, 2)


def test_a_list_is_given_whole_and_no_row_twice() -> None:
    asked: list[tuple[int, int]] = []

    def page(limit: int, offset: int) -> pd.DataFrame:
        asked.append((limit, offset))
        shift = 1 if offset else 0  # meanwhile a row came in at the top
        return rows(1, 7).iloc[max(0, offset - shift) : offset - shift + limit]

    found = [name for frame in whole(page, key=("name",), piece=3) for name in frame["name"]]
    assert found == [f"={number}" for number in range(1, 8)]
    assert asked == [(3, 0), (3, 3), (3, 6)]


def test_a_list_without_rows_is_no_piece() -> None:
    assert list(whole(lambda limit, offset: rows(1, 0), key=("name",))) == []


def test_a_csv_ends_with_the_totals_of_each_currency() -> None:
    out, told = io.BytesIO(), []
    write_csv(out, pieces(), COLUMNS, total="Total", told=told.append)
    lines = list(csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig"))))
    assert [line[0] for line in lines[1:6]] == ["'=1", "'=2", "'=3", "'=4", "'=5"]
    assert lines[6:] == [["Total", "9.00", "EUR", "5"], ["Total", "600", "JPY", ""]]
    assert told == [3, 5]


def test_an_xlsx_has_typed_totals_and_its_header_stays() -> None:
    out = io.BytesIO()
    write_xlsx(out, pieces(), COLUMNS, total="Total")
    sheet = openpyxl.load_workbook(out).active
    assert sheet is not None and sheet.freeze_panes == "A2" and sheet.max_row == 8
    assert [cell.value for cell in sheet[7]] == ["Total", 9, "EUR", 5]
    assert [sheet["B2"].number_format, sheet["B3"].number_format] == ["#,##0.00", "#,##0"]
    assert sheet["A2"].data_type == "s"


def page() -> None:
    from dashboard.components.columns import Column, Kind
    from dashboard.components.tables import Whole, table
    from data.money import Money
    from tests.dashboard.test_downloads import COLUMNS, pieces, rows

    assert Column and Kind
    sums = {"total_minor": (Money(900, "EUR"), Money(600, "JPY"))}
    table(rows(1, 2), COLUMNS, key="known", name="", empty="", whole=Whole(pieces, 5, sums=sums))
    table(rows(1, 2), COLUMNS, key="many", name="", empty="", download="many", whole=Whole(pieces, 9_999, of="x"))
    table(rows(1, 2), COLUMNS, key="all", name="", empty="", download="all")


def test_the_totals_are_those_of_all_rows_not_of_the_page() -> None:
    screen = AppTest.from_function(page, default_timeout=30).run()
    assert not screen.exception
    known, many, every = [text.value.replace("\\", "") for text in screen.markdown]
    assert "€9.00 + JP¥600" in known and "Seats" not in known
    assert "The totals of all rows are in the download." in many
    assert "€1.00 + JP¥200" in every and "**2**" in every


def test_a_long_list_is_written_first_and_then_offered() -> None:
    screen = AppTest.from_function(page, default_timeout=30).run()
    assert "many:csv" not in [button.proto.id.rpartition("-")[2] for button in screen.get("download_button")]
    screen.button(key="many:make:csv").click().run()
    assert not screen.exception
    labels = [button.proto.label for button in screen.get("download_button")]
    assert labels[0] == "many.csv: 5 rows"
    made = screen.session_state["many:made:csv"]
    assert made.read().decode("utf-8-sig").startswith("Account,Total,Total (ISO 4217),Seats")
