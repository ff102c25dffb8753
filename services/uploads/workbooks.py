"""XLSX workbooks, read in a child process with limits on memory, time and what it may answer."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from services.errors import FileTypeUnknown, TooManyColumns, TooManyRows, WorkbookUnreadable
from services.rules.tables import MAX_COLUMNS, MAX_ROWS, Row, Table, make_table

_ROOT = Path(__file__).resolve().parents[2]
_SECONDS = 60
_KEPT = ("PATH", "SYSTEMROOT", "LANG", "VIRTUAL_ENV")


def read_workbook(content: bytes) -> Table:
    """The table on the first visible sheet that holds anything. Cells become text: days as 2026-04-11, numbers plain.

    Whatever the file is made to do, it is done in a process of its own that is ended when it takes too long. Raises
    `FileTypeUnknown`, `WorkbookUnreadable`, `TooManyRows`, `TooManyColumns`, and what `make_table` raises.
    """
    command = [sys.executable, "-m", "services.uploads.workbook_child", str(MAX_ROWS + 1), str(MAX_COLUMNS)]
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=_SECONDS, cwd=_ROOT, env=environment, check=False
        )
    except subprocess.TimeoutExpired as fault:
        raise WorkbookUnreadable(field="file") from fault
    if done.returncode:
        raise WorkbookUnreadable(field="file")
    return make_table(_rows(done.stdout))


def _rows(answer: bytes) -> Iterator[Row]:
    for line in answer.splitlines():
        said = json.loads(line)
        if "refused" in said:
            raise _refusal(said["refused"], said.get("cell", ""))
        yield Row(said["row"], tuple(said["cells"]), frozenset(said["formulas"]))


def _refusal(reason: str, cell: str) -> Exception:
    if reason == "rows":
        return TooManyRows(field="file", limit=MAX_ROWS)
    if reason == "columns":
        return TooManyColumns(field="file", limit=MAX_COLUMNS, cell=cell)
    return FileTypeUnknown(field="file") if reason == "type" else WorkbookUnreadable(field="file")
