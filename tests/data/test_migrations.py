"""Revisions: up, down and up again with data; the same schema as the models; one at a time."""

import threading
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, inspect, select

from data import database, migrate
from data.models import Account, Base
from data.seed import seed
from services.permissions import Role
from tests import builders, databases


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database that the process uses."""
    url = databases.empty_sqlite() if request.param == "sqlite" else databases.empty_postgresql()
    database.use(url)
    yield url
    database.close()


def fill() -> int:
    """A catalog and an account with what belongs to it."""
    with database.write_session() as session:
        seed(session)
    return builders.make_account(rep=builders.make_user(Role.SALES_REP))


def test_up_down_and_up_again_with_data(empty: str) -> None:
    migrate.upgrade()
    fill()
    migrate.downgrade()
    assert inspect(database.engine()).get_table_names() == ["alembic_version"]
    migrate.upgrade()
    account = fill()
    with database.read_session() as session:
        assert session.scalars(select(Account.id)).all() == [account]


def test_each_step_can_be_taken_back(empty: str) -> None:
    migrate.upgrade()
    fill()
    for revision in ("0010", "0009", "0008", "0006", "0005", "0004", "0003", "0002", "0001", "base"):
        migrate.downgrade(revision)
    assert migrate.current() is None


def test_the_revisions_make_the_schema_of_the_models(empty: str) -> None:
    migrate.upgrade()
    with database.engine().connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        found = inspect(connection)
        for table in Base.metadata.sorted_tables:
            wanted = {str(c.name) for c in table.constraints if isinstance(c, CheckConstraint)}
            assert {check["name"] for check in found.get_check_constraints(table.name)} == wanted


def test_a_database_on_another_revision_is_named(empty: str) -> None:
    assert "schema revision none" in migrate.fault()
    migrate.upgrade("0003")
    assert "schema revision 0003" in migrate.fault()
    migrate.upgrade()
    assert migrate.fault() == ""


def test_two_that_migrate_at_once_do_it_once(empty: str) -> None:
    faults: list[BaseException] = []

    def up() -> None:
        try:
            migrate.upgrade()
        except BaseException as fault:
            faults.append(fault)

    both = [threading.Thread(target=up) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert (faults, migrate.fault()) == ([], "")


def test_loading_the_catalog_twice_changes_nothing(empty: str) -> None:
    migrate.upgrade()
    counts = []
    for _ in range(2):
        with database.write_session() as session:
            seed(session)
        with database.read_session() as session:
            counts.append({t.name: len(session.execute(select(t)).all()) for t in Base.metadata.sorted_tables})
    assert counts[0] == counts[1]
