"""Rows written past the ORM, parents first: many rows a statement on SQLite, COPY on PostgreSQL."""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any
from uuid import uuid4

import orjson
from sqlalchemy import JSON, Column, Connection, Date, Table
from sqlalchemy.orm import Session

from data.models import Base
from data.models.base import Exact, Instant

CHUNK = 20_000  # rows kept before they are written
_FEW = 20  # up to so many rows PostgreSQL takes in one INSERT: COPY costs a round trip more

Values = tuple[Any, ...]
_PLACES = {table.name: place for place, table in enumerate(Base.metadata.sorted_tables)}


class Rows:
    """Rows of a transaction, kept by table and written parents first.

    Values are as the databases read them: days, instants, decimals and JSON as text (`day_text`, `instant_text`,
    `exact_text`, `json_text`), the rest as it is. `add` and `keep` make them so and fill defaults; `shape` takes them
    ready-made.
    """

    def __init__(self, where: Session | Connection) -> None:
        self._session = where if isinstance(where, Session) else None
        self._connection = where.connection() if isinstance(where, Session) else where
        self._is_sqlite = self._connection.dialect.name == "sqlite"
        self._shapes: dict[str, list[tuple[tuple[str, ...], list[Values]]]] = {}
        self._sums: dict[str, defaultdict[Values, int]] = {}
        self._counted: dict[str, dict[Values, list[int]]] = {}

    @property
    def session(self) -> Session | None:
        """The session of the transaction; None for rows written past one."""
        return self._session

    def add(self, table: str, row: Mapping[str, Any]) -> None:
        """Keep a row; columns left out take their default."""
        maker = _maker(table)
        self.shape(table, maker.columns).append(maker.values(row))

    def keep(self, row: Base) -> None:
        """Keep a row given as an object that no session has; attributes left out take their default."""
        given = row.__dict__
        table = row.__tablename__
        columns = _maker(table).columns
        self.add(table, {name: given[name] for name in columns if given.get(name) is not None})

    def shape(self, table: str, columns: tuple[str, ...]) -> list[Values]:
        """The list to append rows of these columns to; columns left out are empty, so they must be nullable."""
        shapes = self._shapes.setdefault(table, [])
        for known, rows in shapes:
            if known is columns or known == columns:
                return rows
        made: list[Values] = []
        shapes.append((columns, made))
        return made

    def sums(self, table: str) -> defaultdict[Values, int]:
        """Sums to add to, by key: written as rows of a batch, its position, the key's columns and the sum."""
        found = self._sums.get(table)
        if found is None:
            found = self._sums[table] = defaultdict(int)
        return found

    def count(self, table: str, key: Values, minor: int, count: int) -> None:
        """Add to an amount and a count by key: written as `sums` are, with both."""
        found = self._counted.setdefault(table, {})
        both = found.get(key)
        if both is None:
            found[key] = [minor, count]
        else:
            both[0] += minor
            both[1] += count

    @property
    def is_full(self) -> bool:
        """Whether it is time to write."""
        return sum(len(rows) for shapes in self._shapes.values() for _, rows in shapes) >= CHUNK

    def write(self) -> None:
        """Write what was kept, after what the session still holds."""
        if self._session is not None:
            self._session.flush()
        for table, sums in self._sums.items():
            self._add_batch(table, [(*key, minor) for key, minor in sums.items() if minor])
            sums.clear()
        for table, counted in self._counted.items():
            self._add_batch(table, [(*key, minor, count) for key, (minor, count) in counted.items() if minor or count])
            counted.clear()
        for table in sorted(self._shapes, key=_PLACES.__getitem__):
            for columns, rows in self._shapes[table]:
                if rows:
                    self._insert(table, columns, rows)
                    rows.clear()

    def _add_batch(self, table: str, rows: list[Values]) -> None:
        batch = uuid4().int >> 65  # 63 bits: a positive BIGINT
        self.shape(table, _maker(table).columns).extend((batch, place, *row) for place, row in enumerate(rows))

    def change(self, table: str, columns: tuple[str, ...], rows: Sequence[Values]) -> None:
        """Set columns of rows that exist, at once. `rows`: the values, then the whole primary key."""
        if not rows:
            return
        names = [column.name for column in Base.metadata.tables[table].primary_key]
        if self._is_sqlite:
            sets = ", ".join(f'"{name}" = ?' for name in columns)
            where = " AND ".join(f'"{name}" = ?' for name in names)
            self._connection.exec_driver_sql(f"UPDATE {table} SET {sets} WHERE {where}", list(rows))
            return
        given = [*columns, *names]
        types = {column.name: _array_type(column, self._connection) for column in Base.metadata.tables[table].columns}
        arrays = ", ".join(f"%s::{types[name]}[]" for name in given)
        sets = ", ".join(f'"{name}" = given."{name}"' for name in columns)
        where = " AND ".join(f'{table}."{name}" = given."{name}"' for name in names)
        named = ", ".join(f'"{name}"' for name in given)
        values = tuple(list(each) for each in zip(*rows, strict=True))
        self._connection.exec_driver_sql(
            f"UPDATE {table} SET {sets} FROM unnest({arrays}) AS given({named}) WHERE {where}", values
        )

    def _insert(self, table: str, columns: tuple[str, ...], rows: list[Values]) -> None:
        names = ", ".join(f'"{name}"' for name in columns)
        if self._is_sqlite:
            marks = ", ".join("?" * len(columns))
            self._connection.exec_driver_sql(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)
        elif len(rows) <= _FEW:
            marks = ", ".join(["(" + ", ".join(["%s"] * len(columns)) + ")"] * len(rows))
            values = tuple(value for row in rows for value in row)
            self._connection.exec_driver_sql(f"INSERT INTO {table} ({names}) VALUES {marks}", values)
        else:
            raw: Any = self._connection.connection.cursor()
            with raw.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)


class _Maker:
    """Makes a table's rows of mappings."""

    def __init__(self, table: Table) -> None:
        self.columns = tuple(column.name for column in table.columns)
        writing = {column.name: _writing(column) for column in table.columns}
        self.writing = {name: write for name, write in writing.items() if write}
        self._defaults = self._written({column.name: _default(column.default) for column in table.columns})
        self._in_order = itemgetter(*self.columns)

    def values(self, row: Mapping[str, Any]) -> Values:
        found: Values = self._in_order({**self._defaults, **self._written(row)})
        return found

    def _written(self, row: Mapping[str, Any]) -> dict[str, Any]:
        written = dict(row)
        for name, write in self.writing.items():
            if written.get(name) is not None:
                written[name] = write(written[name])
        return written


def columns_of(row: Base, columns: tuple[str, ...]) -> Values:
    """A stored row's columns as `Rows` wrote them."""
    writing = _maker(row.__tablename__).writing
    found = ((name, getattr(row, name)) for name in columns)
    return tuple(writing[name](value) if name in writing and value is not None else value for name, value in found)


@cache
def _maker(table: str) -> _Maker:
    return _Maker(Base.metadata.tables[table])


def _default(default: Any) -> Any:
    if default is None:
        return None
    return default.arg(None) if callable(default.arg) else default.arg


def _writing(column: Column[Any]) -> Callable[[Any], Any] | None:
    """How a column's values become text; None: they stay."""
    if isinstance(column.type, JSON):
        return json_text
    if isinstance(column.type, Exact):
        return exact_text
    if isinstance(column.type, Instant):
        return instant_text
    if isinstance(column.type, Date):
        return day_text
    return None


def _array_type(column: Column[Any], connection: Connection) -> str:
    return str(column.type.compile(dialect=connection.dialect))


def json_encoder(*, sort_keys: bool = False) -> Callable[[Any], str]:
    """JSON without spaces, letters as they are; where orjson refuses a value, `json` writes it or raises TypeError."""
    patient = json.JSONEncoder(sort_keys=sort_keys, separators=(",", ":"))
    option = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
    option |= orjson.OPT_SORT_KEYS if sort_keys else 0

    def encode(value: Any) -> str:
        try:
            return orjson.dumps(value, option=option).decode()
        except TypeError:  # numbers beyond 64 bits, keys that are no texts, half a character
            return patient.encode(value)

    return encode


json_text = json_encoder()


def exact_text(value: Decimal) -> str:
    """A decimal as `Exact` columns store it."""
    return format(value, "f")


@lru_cache(maxsize=16)  # the rows of a transaction share one or two
def instant_text(value: datetime) -> str:
    """An instant in UTC, as both databases read it (PostgreSQL's sessions are in UTC)."""
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


@cache  # millions of rows share a few thousand days
def day_text(value: date) -> str:
    """A day as both databases read it."""
    return value.isoformat()
