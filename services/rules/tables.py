"""Uploaded tables: text cells under a header, with the row numbers a spreadsheet shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from services.errors import ColumnTwice, EmptyFile, TooManyColumns, TooManyRows

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 50_000
MAX_COLUMNS = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it stands in the file. `number` counts from 1, header and empty rows included.

    `formulas`: places (from 0) of the cells that hold a formula or an error instead of a value.
    """

    number: int
    cells: tuple[str, ...]
    formulas: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Table:
    """A header and its rows. `encoding` and `delimiter` are empty for a workbook."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    encoding: str = ""
    delimiter: str = ""

    @property
    def shape(self) -> str:
        """What a column map is remembered by: a hash of the header, whatever its order, case and spaces."""
        names = sorted(" ".join(name.split()).casefold() for name in self.header)
        return sha256("\n".join(names).encode()).hexdigest()


def make_table(raw: Iterable[Row], *, encoding: str = "", delimiter: str = "") -> Table:
    """The first row that is not empty is the header; empty rows are left out.

    Columns without a name are called by their letter ("Column C"). Raises `EmptyFile`, `ColumnTwice`, `TooManyRows`,
    `TooManyColumns`.
    """
    header: tuple[str, ...] = ()
    rows: list[Row] = []
    for row in raw:
        if not any(cell.strip() for cell in row.cells) and not row.formulas:
            continue
        if len(row.cells) > MAX_COLUMNS:
            raise TooManyColumns(
                field="file", limit=MAX_COLUMNS, cell=f"{column_letter(len(row.cells) - 1)}{row.number}"
            )
        if not header:
            header = _named(row.cells)
        elif len(rows) == MAX_ROWS:
            raise TooManyRows(field="file", limit=MAX_ROWS)
        else:
            rows.append(row)
    if not rows:
        raise EmptyFile(field="file")
    return Table(header, tuple(rows), encoding, delimiter)


def column_letter(place: int) -> str:
    """What a spreadsheet calls the column at a place from 0: A, Z, AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _named(cells: tuple[str, ...]) -> tuple[str, ...]:
    names = [" ".join(cell.split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    header = tuple(name or f"Column {column_letter(place)}" for place, name in enumerate(names))
    seen: set[str] = set()
    for name in header:
        if name.casefold() in seen:
            raise ColumnTwice(field="file", column=name)
        seen.add(name.casefold())
    return header
