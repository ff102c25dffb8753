"""Schema revisions: `python -m data.migrate` brings the database to the newest, under a lock."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from data import database

HERE = Path(__file__).parent / "migrations"
_LOCK = 7_318_204  # any number that nobody else takes as an advisory lock of this database


def upgrade(revision: str = "head") -> None:
    """Bring the process's database to a revision; a second one that starts meanwhile waits and finds nothing to do."""
    with _locked() as connection:
        command.upgrade(_config(connection), revision)


def downgrade(revision: str = "base") -> None:
    """Take the database back to a revision."""
    with _locked() as connection:
        command.downgrade(_config(connection), revision)


def head() -> str:
    """The newest revision in the code."""
    newest = ScriptDirectory.from_config(_config(None)).get_current_head()
    assert newest is not None
    return newest


def current() -> str | None:
    """The revision of the process's database; None for an empty one."""
    with database.engine().connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def fault() -> str:
    """What keeps the portal from running on this database, in words for its operator; empty when nothing does."""
    try:
        found = current()
    except SQLAlchemyError:
        return "the database does not answer"
    return "" if found == head() else f"the database is on schema revision {found or 'none'}, the portal on {head()}"


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _locked() -> Iterator[Connection]:
    """One connection and one transaction in which only we migrate: Alembic takes no lock of its own.

    SQLite changes a table by building it anew, which its foreign keys would forbid: they are off meanwhile, and checked
    before the commit.
    """
    with database.engine().execution_options(writes=True).connect() as connection:
        if connection.dialect.name == "postgresql":
            with connection.begin():
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
                yield connection
            return
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():  # IMMEDIATE, which is the lock
                yield connection
                broken = connection.execute(text("PRAGMA foreign_key_check")).all()
                if broken:
                    raise RuntimeError(f"the migration broke references: {broken[:5]}")
        finally:
            driver.execute("PRAGMA foreign_keys=ON")


def main() -> None:
    """The command line: upgrade to the newest revision, or to the one given, and say so."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--down-to", metavar="REVISION", help="take the database back to a revision ('base': empty)")
    arguments = parser.parse_args()
    if arguments.down_to:
        downgrade(arguments.down_to)
    else:
        upgrade()
    print(f"The database is on revision {current() or 'base'} (newest: {head()}).")


if __name__ == "__main__":
    main()
