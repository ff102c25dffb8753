"""XLSX workbooks: read as text cells in a child process, or refused, whatever they are made to do."""

import io
import subprocess
import sys
import time
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import Workbook

from services.errors import EmptyFile, FileTypeUnknown, TooManyColumns, TooManyRows, WorkbookUnreadable
from services.uploads import workbooks
from services.uploads.reading import read_table


def book(*rows: tuple[object, ...], more: dict[str, object] | None = None) -> bytes:
    """A workbook with these rows, and more cells by their names."""
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for cell, value in (more or {}).items():
        sheet[cell] = value  # type: ignore[index]
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_cells_become_text() -> None:
    table = read_table(book(("Code", "Days", "Since", "Rate", "Open"), (10, 30.0, date(2026, 4, 11), 1.5, True)))
    assert table.header == ("Code", "Days", "Since", "Rate", "Open")
    assert table.rows[0].cells == ("10", "30", "2026-04-11", "1.5", "true")


def test_one_cell_at_the_far_end_is_refused_at_once_and_named() -> None:
    started = time.monotonic()
    with pytest.raises(TooManyColumns) as refusal:
        read_table(book(("Code", "Name"), ("A1", "Acme"), more={"XFD1048576": "x"}))
    assert refusal.value.values["cell"] == "XFD1048576"
    assert time.monotonic() - started < 20


def test_a_far_row_without_far_columns_is_a_row_like_another() -> None:
    table = read_table(book(("Code", "Name"), ("A1", "Acme"), more={"A1048576": "A2"}))
    assert [row.number for row in table.rows] == [2, 1048576]


def test_formulas_are_marked_and_never_worked_out() -> None:
    table = read_table(book(("Code", "Name"), ("A1", '=HYPERLINK("http://evil.example")'), ("A2", "Beta")))
    assert table.rows[0].formulas == {1}
    assert table.rows[1].formulas == frozenset()


def test_60000_rows_are_refused() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True, "in_memory": True}) as made:
        sheet = made.add_worksheet()
        for number in range(60_001):
            sheet.write_row(number, 0, (f"A{number}", "Acme"))
    with pytest.raises(TooManyRows):
        read_table(out.getvalue())


def test_an_empty_workbook_has_no_rows() -> None:
    with pytest.raises(EmptyFile):
        read_table(book())


def test_hidden_sheets_are_not_read() -> None:
    made = Workbook()
    hidden = made.active
    assert hidden is not None
    hidden.append(("Secret", "Rows"))
    shown = made.create_sheet("shown")
    shown.append(("Code", "Name"))
    shown.append(("A1", "Acme"))
    hidden.sheet_state = "hidden"
    made.active = 1
    out = io.BytesIO()
    made.save(out)
    assert read_table(out.getvalue()).header == ("Code", "Name")


def test_damaged_and_foreign_archives_are_refused() -> None:
    whole = book(("Code", "Name"), ("A1", "Acme"))
    with pytest.raises(WorkbookUnreadable):
        read_table(whole[: len(whole) // 2])
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("readme.txt", "no workbook")
    with pytest.raises(FileTypeUnknown):
        read_table(other.getvalue())


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(400):
                part.write(b" " * (1 << 20))
    with pytest.raises(WorkbookUnreadable):
        read_table(out.getvalue())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to its memory")
def test_the_child_has_no_more_memory_than_it_is_given(tmp_path: Path) -> None:
    script = (
        "from services.uploads import workbook_child as child\n"
        "child.limit_resources()\n"
        "try:\n    bytearray(2 << 30)\nexcept MemoryError:\n    print('held')\n"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=workbooks._ROOT)
    assert done.stdout.strip() == "held"


def test_a_child_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "_SECONDS", 0.01)
    with pytest.raises(WorkbookUnreadable):
        read_table(book(("Code", "Name"), ("A1", "Acme")))
