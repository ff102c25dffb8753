"""The child process that opens a workbook: the file on standard input, one JSON object a row on standard output."""

import io
import json
import sys
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet._reader import WorkSheetParser

from services.rules.tables import column_letter

_MEMORY = 1 << 30
_CPU_SECONDS = 45
_UNPACKED = 300 << 20  # a sheet of 50,000 rows unpacks to some 50 MB
_ANSWER = 100 << 20  # characters of all cells together


class _TooBig(Exception):
    """Beyond a limit: `args` are the reason and the cell."""


def main(max_rows: int, max_columns: int) -> int:
    """Answer with rows {row, cells, formulas}, or with one {refused: rows|columns|type|unreadable, cell}."""
    limit_resources()
    content = sys.stdin.buffer.read()
    try:
        for row in read_rows(content, max_rows=max_rows, max_columns=max_columns):
            sys.stdout.write(json.dumps(row) + "\n")
    except _TooBig as fault:
        sys.stdout.write(json.dumps({"refused": fault.args[0], "cell": fault.args[1]}) + "\n")
    except Exception:  # whatever a hostile file makes the library raise, the answer is the same
        sys.stdout.write(json.dumps({"refused": "unreadable"}) + "\n")
    sys.stdout.flush()
    return 0


def limit_resources() -> None:
    """Have the system end this process when it takes too much memory or time (where the system can)."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def read_rows(content: bytes, *, max_rows: int, max_columns: int) -> Iterator[dict[str, Any]]:
    """The rows that hold something, of the first visible sheet that has any."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            raise _TooBig("type", "")
        if sum(part.file_size for part in archive.infolist()) > _UNPACKED:
            raise _TooBig("unreadable", "")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue
            found = False
            for row in _sheet_rows(book, sheet, max_rows, max_columns):
                found = True
                yield row
            if found:
                return


def _sheet_rows(book: Any, sheet: Any, max_rows: int, max_columns: int) -> Iterator[dict[str, Any]]:
    # Its own parser gives the cells that exist; `iter_rows` would fill up to XFD1048576 or stop without a word.
    with sheet._get_source() as source:
        parser = WorkSheetParser(
            source,
            sheet._shared_strings,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        count = said = 0
        for number, found in parser.parse():
            row = _row(number, found, max_columns)
            if row is None:
                continue
            count += 1
            if count > max_rows:
                raise _TooBig("rows", "")
            said += sum(map(len, row["cells"]))
            if said > _ANSWER:
                raise _TooBig("unreadable", "")
            yield row


def _row(number: int, found: list[dict[str, Any]], max_columns: int) -> dict[str, Any] | None:
    texts = {cell["column"]: _text(cell["value"]) for cell in found}
    formulas = [cell["column"] - 1 for cell in found if cell["data_type"] in "fe"]
    last = max((column for column, text in texts.items() if text), default=0)
    if not last:
        return None
    if last > max_columns:
        raise _TooBig("columns", f"{column_letter(last - 1)}{number}")
    cells = [texts.get(column, "") for column in range(1, last + 1)]
    return {"row": number, "cells": cells, "formulas": formulas}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(getattr(value, "text", value))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
