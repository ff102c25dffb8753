"""The database: one engine for the process, sessions that write and sessions that only read."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session

DEFAULT_URL = f"sqlite:///{Path(__file__).resolve().parents[1] / 'portal.db'}"
BUSY_SECONDS = 10
PORTION = 500  # values in a statement, far below what either database takes

T = TypeVar("T")

_engine: Engine | None = None


def url() -> str:
    """The configured database URL: `DATABASE_URL`, else an SQLite file beside the portal."""
    return driven(os.environ.get("DATABASE_URL") or DEFAULT_URL)


def driven(database_url: str) -> str:
    """A URL as operators write it, with the driver we use."""
    for scheme in ("postgres://", "postgresql://"):
        if database_url.startswith(scheme):
            return "postgresql+psycopg://" + database_url.removeprefix(scheme)
    return database_url


def create(database_url: str, *, keeps: bool = True) -> Engine:
    """A new engine: SQLite with foreign keys, WAL and explicit transactions; PostgreSQL with checked connections.

    `keeps` False: a file that is thrown away and need not survive a power cut.
    """
    if make_url(database_url).get_backend_name() == "sqlite":
        engine = create_engine(database_url, connect_args={"timeout": BUSY_SECONDS})
        event.listen(engine, "connect", _prepare_sqlite if keeps else _prepare_throw_away_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    timeouts = f"-c lock_timeout={BUSY_SECONDS * 1000} -c timezone=UTC"
    return create_engine(
        database_url, pool_pre_ping=True, pool_size=10, max_overflow=20, connect_args={"options": timeouts}
    )


def use(database_url: str, *, keeps: bool = True) -> Engine:
    """Have the process use this database from now on; the engine before it is closed."""
    global _engine
    close()
    _engine = create(driven(database_url), keeps=keeps)
    return _engine


def engine() -> Engine:
    """The process's engine, opened at first use."""
    return _engine if _engine is not None else use(url())


def close() -> None:
    """Close the engine's connections, e.g. before a fork or at the end of a test."""
    global _engine
    if _engine is not None:
        _engine.dispose()
    _engine = None


@contextmanager
def write_session() -> Iterator[Session]:
    """A session whose transaction is committed at the end, or rolled back whole on any exception.

    SQLite takes the write lock at once (`BEGIN IMMEDIATE`), so a read before a write never meets a stale snapshot.
    """
    with Session(engine().execution_options(writes=True), expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def read_session() -> Iterator[Session]:
    """A session that cannot write; always rolled back."""
    options: dict[str, Any] = {"writes": False}
    if engine().dialect.name == "postgresql":
        options |= {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
    with Session(engine().execution_options(**options), autoflush=False) as session:
        try:
            yield session
        finally:
            session.rollback()


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the driver's implicit BEGIN is deferred; ours is explicit
    # a night writes more than the default cache and log hold: 32 MB, and a checkpoint each 40 MB
    speed = ("cache_size=-32768", "wal_autocheckpoint=10000")
    for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL", *speed):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_throw_away_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("foreign_keys=ON", "journal_mode=MEMORY", "synchronous=OFF"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", True)
    raw: Any = connection.connection.dbapi_connection  # it cannot fail, and each transaction begins with it
    raw.execute(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """The values in portions that fit one statement."""
    for start in range(0, len(values), PORTION):
        yield values[start : start + PORTION]
