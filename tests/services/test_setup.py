"""What `make run` does before the portal starts: a new database is filled once, whole or not at all."""

import socket
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import make_url

from data import database, migrate
from services import demo, setup
from services.permissions import Role
from services.queries.sign_in import choices
from tests import builders, databases

BUILDS = {"sqlite": databases.empty_sqlite, "postgresql": databases.empty_postgresql}


def small_book(_today: date, progress: Callable[[int, int], None]) -> None:
    """One user instead of sixty customers."""
    builders.make_user(Role.ADMIN)
    progress(1, 1)


@pytest.fixture(params=list(BUILDS))
def empty(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty database, named by DATABASE_URL."""
    url = BUILDS[request.param]()
    monkeypatch.setenv("DATABASE_URL", url)
    database.close()
    yield url
    database.close()


def test_a_new_database_is_migrated_and_filled_once(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(demo, "build", small_book)
    setup.prepare(builders.TODAY, said.append)
    assert migrate.fault() == ""
    assert len(choices()) == 1 and len(said) == 1
    setup.prepare(builders.TODAY, said.append)
    assert len(choices()) == 1 and len(said) == 1


def test_an_interrupted_start_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    url = databases.empty_sqlite()
    monkeypatch.setenv("DATABASE_URL", url)
    database.close()

    def half_a_book(today: date, progress: Callable[[int, int], None]) -> None:
        small_book(today, progress)
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "build", half_a_book)
    with pytest.raises(KeyboardInterrupt):
        setup.prepare(builders.TODAY)
    database.close()
    assert not choices()
    monkeypatch.setattr(demo, "build", small_book)
    setup.prepare(builders.TODAY)
    assert len(choices()) == 1
    database.close()
    assert [file.name for file in Path(str(make_url(url).database)).parent.glob("*-building*")] == []


def test_half_a_book_on_a_server_is_refused_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", databases.empty_postgresql())
    database.close()

    def half_a_book(today: date, progress: Callable[[int, int], None]) -> None:
        small_book(today, progress)
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "build", half_a_book)
    with pytest.raises(KeyboardInterrupt):
        setup.prepare(builders.TODAY)
    monkeypatch.setattr("sys.argv", ["setup", "--prepare"])
    assert setup.main() == 1
    assert "half a demo book" in capsys.readouterr().err
    database.close()


def test_a_port_in_use_is_said_before_anything_is_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setattr("sys.argv", ["setup", "--port", str(port)])
        monkeypatch.setattr(setup, "prepare", lambda today: pytest.fail("it prepared"))
        assert setup.main() == 1
    assert f"make run PORT={port + 1}" in capsys.readouterr().err


def test_the_worker_starts_when_the_portal_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    answers = iter([False, False, True])
    running = iter([None, None, None, None, 3])  # the portal ends by itself after four looks

    class Process:
        returncode = 3

        def __init__(self, name: str) -> None:
            self.poll = (lambda: next(running, 3)) if name == "portal" else lambda: None
            self.terminate = self.kill = lambda: None
            self.wait = lambda seconds: 0

    def start(command: list[str]) -> Process:
        name = "worker" if command == setup.WORKER else "portal"
        started.append(name)
        return Process(name)

    def answer(port: int) -> bool:
        started.append("asked")
        return next(answers)

    monkeypatch.setattr(setup, "_start", start)
    monkeypatch.setattr(setup, "_answers", answer)
    monkeypatch.setattr(setup, "_tell", lambda port: started.append("told"))
    monkeypatch.setattr("signal.signal", lambda number, handler: None)
    assert setup.run(8501) == 3
    assert started == ["portal", "asked", "asked", "asked", "worker", "told"]
