"""Tables without indexes and foreign keys while very many rows are written; afterwards all is as it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, text

# Of a session that builds: memory to sort, nothing waits for the disk, and it waits for others as long as it takes.
_POSTGRESQL = ("synchronous_commit=off", "maintenance_work_mem='1GB'", "temp_buffers='256MB'", "lock_timeout=0",
               "max_parallel_maintenance_workers=1")  # fmt: skip
_SQLITE = ("foreign_keys=OFF", "journal_mode=OFF", "synchronous=OFF", "cache_size=-512000")
_SQLITE_AGAIN = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-32768")
_KEYS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype = 'f' FROM pg_constraint
    WHERE connamespace = current_schema()::regnamespace AND contype IN ('p', 'u', 'f') ORDER BY contype = 'f' DESC
"""
_INDEXES = """
    SELECT tablename, indexname, indexdef FROM pg_indexes
    WHERE schemaname = current_schema() AND indexname NOT IN (SELECT conname FROM pg_constraint WHERE conindid <> 0)
"""


@dataclass(frozen=True, slots=True)
class TakenOff:
    """Statements that put back, by table, what was taken off: `indexes` with the keys first, then `foreign_keys`."""

    indexes: dict[str, list[str]] = field(default_factory=dict)
    foreign_keys: dict[str, list[str]] = field(default_factory=dict)


@contextmanager
def building(engine: Engine) -> Iterator[Connection]:
    """A connection for writing very much, past all that makes a database safe; the caller begins and commits.

    On SQLite it must be the only one: what is written is lost when the process is.
    """
    with engine.execution_options(writes=True).connect() as connection:
        if engine.dialect.name == "sqlite":
            driver = connection.connection.cursor()
            try:
                for pragma in _SQLITE:
                    driver.execute(f"PRAGMA {pragma}")
                yield connection
            finally:
                connection.rollback()
                for pragma in _SQLITE_AGAIN:
                    driver.execute(f"PRAGMA {pragma}")
            return
        for setting in _POSTGRESQL:
            connection.execute(text(f"SET {setting}"))
        connection.commit()
        try:
            yield connection
        finally:
            connection.invalidate()  # with its settings


def take_off(connection: Connection) -> TakenOff:
    """Drop each index and foreign key, primary keys included where the database can; commits."""
    taken = TakenOff()
    if connection.dialect.name == "sqlite":
        found = "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        for table, name, statement in connection.execute(text(found)).all():
            taken.indexes.setdefault(table, []).append(statement)
            connection.execute(text(f'DROP INDEX "{name}"'))
        connection.commit()
        return taken
    keys, indexes = (connection.execute(text(found)).all() for found in (_KEYS, _INDEXES))
    for table, name, definition, is_foreign in keys:
        to = taken.foreign_keys if is_foreign else taken.indexes
        to.setdefault(table, []).append(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
        connection.execute(text(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"'))
    for table, name, statement in indexes:
        taken.indexes.setdefault(table, []).append(statement)
        connection.execute(text(f'DROP INDEX "{name}"'))
    connection.commit()
    return taken


def put_back(connection: Connection, taken: TakenOff, table: str) -> None:
    """A table's keys and indexes, and what the database knows of how its rows are spread; commits."""
    for statement in taken.indexes.get(table, ()):
        connection.execute(text(statement))
    connection.execute(text(f"ANALYZE {table}"))
    connection.commit()


def put_back_foreign_keys(connection: Connection, taken: TakenOff) -> None:
    """All foreign keys, which are checked; commits."""
    for statements in taken.foreign_keys.values():
        for statement in statements:
            connection.execute(text(statement))
    connection.commit()
