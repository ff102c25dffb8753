"""Bulk writing past the ORM, for books of any size: many rows a statement on SQLite, COPY on PostgreSQL."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import JSON, Column, Connection, Date, Table

from data.models.base import Exact, Instant

CHUNK = 20_000  # rows kept before they are written


class Bulk:
    """Collects rows of tables and writes them in chunks, in the tables' order of dependency."""

    def __init__(self, connection: Connection, tables: list[Table]) -> None:
        self._connection = connection
        self._writers = {table.name: _Writer(connection, table) for table in tables}
        self._count = 0

    def add(self, table: str, row: Mapping[str, Any]) -> None:
        """Keep a row; columns left out take their default."""
        self._writers[table].rows.append(self._writers[table].values(row))
        self._count += 1

    @property
    def is_full(self) -> bool:
        """Whether it is time to write."""
        return self._count >= CHUNK

    def write(self) -> None:
        """Write what was kept, parents first."""
        for writer in self._writers.values():
            writer.write()
        self._count = 0


class _Writer:
    """Rows of one table."""

    def __init__(self, connection: Connection, table: Table) -> None:
        self._connection, self._table = connection, table
        self._is_sqlite = connection.dialect.name == "sqlite"
        writing = {column.name: _writing(column, is_sqlite=self._is_sqlite) for column in table.columns}
        self._writing = {name: write for name, write in writing.items() if write}
        self._defaults = self._written({column.name: _default(column.default) for column in table.columns})
        self._in_order = itemgetter(*writing)
        self.rows: list[tuple[Any, ...]] = []

    def values(self, row: Mapping[str, Any]) -> tuple[Any, ...]:
        found: tuple[Any, ...] = self._in_order({**self._defaults, **self._written(row)})
        return found

    def _written(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The row's values as the driver takes them."""
        written = dict(row)
        for name, write in self._writing.items():
            if name in written:
                written[name] = write(written[name])
        return written

    def write(self) -> None:
        if not self.rows:
            return
        columns = ", ".join(f'"{name}"' for name in self._defaults)
        if self._is_sqlite:
            marks = ", ".join("?" * len(self._defaults))
            self._connection.exec_driver_sql(f"INSERT INTO {self._table.name} ({columns}) VALUES ({marks})", self.rows)
        else:
            raw: Any = self._connection.connection.cursor()
            with raw.copy(f"COPY {self._table.name} ({columns}) FROM STDIN") as copy:
                for values in self.rows:
                    copy.write_row(values)
        self.rows = []


def _default(default: Any) -> Any:
    if default is None:
        return None
    return default.arg(None) if callable(default.arg) else default.arg


def _writing(column: Column[Any], *, is_sqlite: bool) -> Callable[[Any], Any] | None:
    """How a column's values are written where the driver does not do it as SQLAlchemy would; None: as they are."""
    if isinstance(column.type, JSON):
        return json.dumps
    if isinstance(column.type, Exact):
        return _exact
    if is_sqlite and isinstance(column.type, Instant):
        return _instant
    if is_sqlite and isinstance(column.type, Date):
        return _day
    return None


# Millions of rows share a few thousand days, instants and decimals.
@cache
def _exact(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


@cache
def _instant(value: datetime | None) -> str | None:
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f") if value else None


@cache
def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None
