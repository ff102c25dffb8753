"""The server's health, headers and drain; it does not start on another schema."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType

import pytest

from dashboard.headers import CONTENT_SECURITY_POLICY
from data import database
from services.access import acting
from services.permissions import Actor, Permission
from tests import databases
from tests.databases import TestDatabase
from tests.screens import in_a_loop

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def serve(db: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The server's module, on a database that it accepts."""
    from dashboard import serve as module

    monkeypatch.setattr(module, "_is_draining", False)
    return module


def test_ready_means_that_the_database_answers_on_the_right_schema(serve: ModuleType) -> None:
    assert in_a_loop(serve.livez(None)).status_code == 200
    assert in_a_loop(serve.readyz(None)).status_code == 200
    database.use(databases.empty_sqlite())
    answer = in_a_loop(serve.readyz(None))
    assert answer.status_code == 503 and b"schema revision none" in answer.body
    database.use("sqlite:////nowhere/at/all.db")
    assert in_a_loop(serve.readyz(None)).status_code == 503
    assert in_a_loop(serve.livez(None)).status_code == 200


def test_the_server_refuses_another_schema_with_a_way_out() -> None:
    environment = {**os.environ, "DATABASE_URL": databases.empty_sqlite()}
    started = subprocess.run(
        [sys.executable, "-c", "import dashboard.serve"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert started.returncode != 0
    assert "make migrate" in started.stderr and "Traceback" not in started.stderr


def test_a_stopping_server_waits_for_the_command_in_flight(serve: ModuleType, rep: Actor) -> None:
    began, may_end = threading.Event(), threading.Event()

    def command() -> None:
        with acting(rep, Permission.SEE_HELP):
            began.set()
            may_end.wait(10)

    running = threading.Thread(target=command)
    running.start()
    began.wait(10)
    assert in_a_loop(serve.drain(0.2)) == 1, "it did not wait, or did not count"
    assert in_a_loop(serve.readyz(None)).status_code == 503
    threading.Timer(0.2, may_end.set).start()
    assert in_a_loop(serve.drain(10)) == 0
    running.join()


def test_the_security_policy_allows_no_inline_script_of_ours_and_no_eval() -> None:
    scripts = next(part for part in CONTENT_SECURITY_POLICY.split("; ") if part.startswith("script-src"))
    assert "'unsafe-inline'" not in scripts and "'unsafe-eval'" not in scripts
    assert "object-src 'none'" in CONTENT_SECURITY_POLICY
