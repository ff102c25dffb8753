"""Revisions: up, down and up again with data; the same schema as the models; one at a time."""

import threading
from collections.abc import Iterator
from datetime import date

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, inspect, select, text
from sqlalchemy.exc import IntegrityError

from data import database, migrate
from data.models import Account, Base, Document, NumberSeries, TaxEntry
from data.seed import seed
from services import rollups
from services.integrity import violations
from services.permissions import Role
from tests import builders, databases
from tests.services.tax_world import build


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
    for number in reversed(range(1, 12)):
        migrate.downgrade(f"{number:04d}")
    migrate.downgrade()
    assert migrate.current() is None


def test_documents_keep_their_sheets_when_they_come_to_be_frozen_as_facts(empty: str) -> None:
    migrate.upgrade()
    account = fill()
    builders.make_subscription(account)
    migrate.downgrade("0006")
    sheet = {"sheet": '{"number":"INV-2026-000002"}', "previous_hash": "a" * 64}
    row = {
        "id": 7, "kind": "invoice", "seller": "es", "number": "INV-2026-000002", "issued_on": "2026-03-02",
        "issued_at": "2026-03-02 10:00:00", "due_on": "2026-04-01", "currency": "EUR", "language": "es",
        "subtotal_minor": 1, "tax_minor": 0, "total_minor": 1, "open_minor": 1, "reason": "",
    }  # fmt: skip
    line = {
        "id": 8, "document_id": 7, "position": 1, "kind": "charge", "subscription_id": 9, "sequence": 1, "seats": 1,
        "starts_on": "2026-03-02", "ends_on": "2026-04-02", "net_minor": 1, "tax_minor": 0, "tax_treatment": "exempt",
        "tax_country": "", "tax_rate": "0", "tax_reason": "", "tax_mention": "", "tax_article": "", "derivation": "{}",
        "plan": "support-pro",
    }  # fmt: skip
    with database.engine().execution_options(writes=True).begin() as connection:
        subscription = connection.execute(text("SELECT id FROM subscriptions")).scalar_one()
        owned = {"account_id": account}
        insert(connection, "documents", row | owned | sheet | {"sheet_hash": "b" * 64})
        insert(connection, "document_lines", line | owned | {"subscription_id": subscription})
        number = {"series": "INV", "year": 2026}
        insert(connection, "issued_numbers", number | owned | {"number": 2, "document_id": 7})
        insert(connection, "number_series", number | {"last_number": 2, "last_hash": "b" * 64})
    migrate.upgrade()
    with database.read_session() as session:
        document = session.get_one(Document, (account, 7))
        assert (document.sheet, document.hash, document.facts) == (sheet["sheet"], "b" * 64, None)
        assert session.get_one(NumberSeries, ("INV", 2026)).last_issued_on == date(2026, 3, 2)
    with database.engine().execution_options(writes=True).begin() as connection, pytest.raises(IntegrityError):
        connection.execute(text("DELETE FROM documents"))  # its line still points to it
    migrate.downgrade("0006")
    with database.engine().connect() as connection:
        found = connection.execute(text("SELECT sheet, sheet_hash FROM documents")).one()
        assert tuple(found) == (sheet["sheet"], "b" * 64)
        assert connection.execute(text("SELECT count(*) FROM document_lines")).scalar_one() == 1
    migrate.upgrade()
    assert migrate.fault() == ""


def test_documents_there_are_come_into_the_tax_book(empty: str) -> None:
    migrate.upgrade()
    with database.write_session() as session:
        seed(session)
    build(builders.make_user(Role.ADMIN))
    names = [column.name for column in TaxEntry.__table__.columns]
    ordered = select(*(getattr(TaxEntry, name) for name in names)).order_by(TaxEntry.account_id, TaxEntry.id)
    with database.read_session() as session:
        written = session.execute(ordered).all()
    migrate.downgrade("0021")
    migrate.upgrade()
    with database.read_session() as session:
        assert session.execute(ordered).all() == written and len(written) == 10
    assert rollups.are_missing()
    rollups.rebuild()
    with database.read_session() as session:
        assert list(violations(session)) == []


def insert(connection: Connection, table: str, row: dict[str, object]) -> None:
    """A row as plain SQL: the models are of the newest revision."""
    names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), row)


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
