"""The buttons that give a table as a file: at once where it is short, with a progress bar where it is long."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from tempfile import TemporaryFile
from typing import BinaryIO
from weakref import finalize

import pandas as pd
import streamlit as st

from dashboard import state
from dashboard.components.columns import Column
from dashboard.components.exports import write_csv, write_xlsx
from dashboard.components.text import plain
from dashboard.words import _, language, spoken, words
from data.money import Money
from services.queries.whole import whole

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHORT = 2_000  # rows that are written while the click waits
_ENDINGS = (("CSV", "csv", "text/csv", write_csv), ("XLSX", "xlsx", XLSX, write_xlsx))


@dataclass(frozen=True, slots=True)
class Whole:
    """The list of which a table shows a page.

    `rows`: all of its rows in pieces, with the table's columns. `count`: how many there are (where the list counts only
    so far, at least so many). `of`: the filter, so that a file is not taken for that of another. `sums`: by summed
    column, the totals of all rows; None where they are too many to add up while a page is drawn.
    """

    rows: Callable[[], Iterable[pd.DataFrame]]
    count: int
    of: object = None
    sums: Mapping[str, Sequence[Money]] | None = None


def paged(
    page: Callable[[int, int], pd.DataFrame],
    count: int,
    *,
    of: object,
    key: Sequence[str] = (),
    sums: Mapping[str, Sequence[Money]] | None = None,
) -> Whole:
    """The whole of a list from its query by limit and offset. `key`: the columns that tell rows apart.

    The query may run outside of the session: what it needs (the day, the actor) is given to it beforehand.
    """
    return Whole(lambda: whole(page, key=key), count, of=of, sums=sums)


@dataclass(frozen=True, slots=True, weakref_slot=True)
class _Made:
    """A file that is ready; it is closed, and gone from the disk, with the session that made it."""

    file: BinaryIO
    rows: int
    of: object

    def read(self) -> bytes:
        """The file's content."""
        self.file.seek(0)
        return self.file.read()


def download_buttons(all_of: Whole, columns: Sequence[Column], *, key: str, name: str) -> None:
    """CSV and XLSX of all rows, called `name`; drawn side by side in a container of the caller's."""
    listed, total, reader = list(columns), _("Total"), language()
    for label, ending, mime, write in _ENDINGS:
        if all_of.count <= SHORT:

            def make(write: Callable[..., None] = write) -> bytes:
                out = BytesIO()
                with spoken(reader):  # the link is followed outside of the session
                    write(out, all_of.rows(), listed, total=total)
                return out.getvalue()

            # made when it is clicked, not at every rerun
            _button(label, make, f"{name}.{ending}", mime, f"{key}:{ending}")
            continue
        made: _Made | None = state.recall(f"{key}:made:{ending}")
        if made is not None and made.of == all_of.of:
            said = _("{name}: {n} rows", name=f"{name}.{ending}", n=made.rows)
            _button(said, made.read, f"{name}.{ending}", mime, f"{key}:{ending}")
        elif st.button(label, key=f"{key}:make:{ending}", type="tertiary", icon=":material/hourglass_empty:"):
            state.keep(f"{key}:made:{ending}", _make(all_of, listed, total, write))
            st.rerun()


def _make(all_of: Whole, columns: list[Column], total: str, write: Callable[..., None]) -> _Made:
    """Write the file to the disk, a piece at a time, and say how far it is."""
    progress, written = st.progress(0.0, _("The file is being written."), width=260), 0

    def told(rows: int) -> None:
        nonlocal written
        written = rows
        said = words().tn("{n} row written", "{n} rows written", rows)
        progress.progress(min(1.0, rows / max(all_of.count, rows, 1)), plain(said))

    file: BinaryIO = TemporaryFile()  # noqa: SIM115 - closed by `finalize`
    write(file, all_of.rows(), columns, total=total, told=told)
    made = _Made(file, written, all_of.of)
    finalize(made, file.close)
    return made


def _button(label: str, make: Callable[[], bytes], name: str, mime: str, key: str) -> None:
    st.download_button(
        label,
        data=make,
        file_name=name,
        mime=mime,
        key=key,
        type="tertiary",
        icon=":material/download:",
        on_click="ignore",
    )
