"""A night that is killed anywhere and run again leaves the same ledger, byte by byte, as one that was left alone."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, make_url, text

from data import database
from tests.databases import TestDatabase
from tests.services.night.book import NIGHT, ledger, make_book, night

ACCOUNTS, CHUNK, EVERY = 30, 10, 5


@pytest.fixture
def copies(db: TestDatabase) -> Iterator[Callable[[], None]]:
    """A book of thirty accounts; each call makes the process use a fresh copy of it."""
    make_book(ACCOUNTS)
    database.close()
    yield _sqlite_copies(db.url) if db.name == "sqlite" else _postgresql_copies(db.url)
    database.use(db.url)


def _sqlite_copies(url: str) -> Callable[[], None]:
    source = Path(str(make_url(url).database))
    copy = source.with_suffix(".copy")

    def use_copy() -> None:
        database.close()
        for ending in ("-wal", "-shm"):
            Path(f"{copy}{ending}").unlink(missing_ok=True)
        shutil.copyfile(source, copy)
        database.use(f"sqlite:///{copy}")

    return use_copy


def _postgresql_copies(url: str) -> Callable[[], None]:
    name = str(make_url(url).database)
    copy = make_url(url).set(database=f"{name}_copy").render_as_string(hide_password=False)

    def use_copy() -> None:
        database.close()
        engine = create_engine(make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name}_copy WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {name}_copy TEMPLATE {name} STRATEGY FILE_COPY"))
        engine.dispose()
        database.use(copy)

    return use_copy


class Counter:
    """Counts what the engine does, and kills the process at the wanted one."""

    def __init__(self, kill_at: int | None = None) -> None:
        self.count, self._kill_at = 0, kill_at

    def __call__(self, *_: Any) -> None:
        self.count += 1
        if self.count == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


def _listen(what: str, counter: Counter) -> None:
    event.listen(database.engine(), what, counter)


def _run_killed(what: str, kill_at: int) -> None:
    """Run the night in a child that is killed at its so-manieth statement or commit."""
    url = database.engine().url.render_as_string(hide_password=False)
    database.close()
    child = os.fork()
    if child == 0:
        try:
            database.use(url)
            _listen(what, Counter(kill_at))
            night(NIGHT, chunk=CHUNK)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"the run ended before its {what} number {kill_at}"
    database.use(url)


def _counted(what: str) -> int:
    counter = Counter()
    _listen(what, counter)
    night(NIGHT, chunk=CHUNK)
    return counter.count


def test_killed_anywhere_and_resumed_the_ledger_is_the_same(copies: Callable[[], None]) -> None:
    copies()
    statements = _counted("before_cursor_execute")
    undisturbed = ledger()
    assert len(undisturbed["documents"]) == 2 * ACCOUNTS
    copies()
    commits = _counted("commit")
    points = [("before_cursor_execute", at) for at in range(EVERY, statements + 1, EVERY)]
    points += [("commit", at) for at in range(1, commits + 1)]
    for what, at in points:
        copies()
        _run_killed(what, at)
        night(NIGHT, chunk=CHUNK)
        found = ledger()
        assert [table for table in found if found[table] != undisturbed[table]] == [], f"killed at {what} {at}"
