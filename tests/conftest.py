"""What all tests share: fresh databases, actors of each role, and pages opened as a user sees them."""

import gc
from collections.abc import Iterator

import pytest
from hypothesis import settings

from services import access
from services.permissions import Actor, Role
from tests import builders, databases
from tests.databases import TestDatabase

# The same examples every time, and no clock: a busy machine must not turn a property red.
settings.register_profile("portal", deadline=None, derandomize=True, database=None)
settings.load_profile("portal")

_OPEN = {"sqlite": databases.open_sqlite, "postgresql": databases.open_postgresql}


def pytest_configure(config: pytest.Config) -> None:
    """Set aside what the imports left behind: Streamlit collects garbage after each run of a page."""
    gc.collect()
    gc.freeze()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test with a database runs on SQLite; below tests/services, or marked `both_databases`, on both."""
    if "db" not in metafunc.fixturenames:
        return
    marks = {mark.name for mark in metafunc.definition.iter_markers()}
    if "postgresql" in marks:
        names = ["postgresql"]
    elif "both_databases" in marks or "services" in metafunc.definition.path.parts:
        names = ["sqlite", "postgresql"]
    else:
        names = ["sqlite"]
    metafunc.parametrize("db", names, indirect=True)


@pytest.fixture
def db(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestDatabase]:
    """A fresh database with schema, catalog, policies and rates, which the process uses; pages work on `TODAY`."""
    monkeypatch.setenv("PORTAL_TODAY", builders.TODAY.isoformat())
    opened = _OPEN[request.param]()
    yield opened
    access.use_clock(None)
    databases.close(opened)


@pytest.fixture
def rep(db: TestDatabase) -> Actor:
    """A sales representative."""
    return builders.make_user(Role.SALES_REP)


@pytest.fixture
def other_rep(db: TestDatabase) -> Actor:
    """A colleague of the representative, with other accounts."""
    return builders.make_user(Role.SALES_REP, email="other_rep@portal.example")


@pytest.fixture
def manager(db: TestDatabase) -> Actor:
    """A sales manager."""
    return builders.make_user(Role.SALES_MANAGER)


@pytest.fixture
def finance(db: TestDatabase) -> Actor:
    """A finance user."""
    return builders.make_user(Role.FINANCE)


@pytest.fixture
def licence_manager(db: TestDatabase) -> Actor:
    """A licence manager."""
    return builders.make_user(Role.LICENCE_MANAGER)


@pytest.fixture
def admin(db: TestDatabase) -> Actor:
    """An administrator."""
    return builders.make_user(Role.ADMIN)
