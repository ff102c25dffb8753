"""Large books: written in bulk, reproducible, and made of the same rows as real ones."""

from typing import Any

import pytest
from sqlalchemy import func, inspect, select

from data import database
from data.models import (
    Account,
    Allocation,
    Document,
    DocumentLine,
    NumberSeries,
    Posting,
    Seat,
    Subscription,
    User,
    UseTotal,
)
from services import access, scale, scale_copies
from services.integrity import uses
from services.integrity.figures import differences
from services.permissions import Role
from services.queries.account_list import list_accounts
from tests import databases
from tests.builders import TODAY
from tests.databases import TestDatabase

SIZE = scale.Size(accounts=12, subscriptions=3, months=3)


def sums() -> list[Any]:
    """What a book comes to."""
    with database.read_session() as session:
        return [
            session.execute(select(func.count(), func.sum(Subscription.seats))).one(),
            session.execute(select(func.count(Document.id), func.sum(Document.total_minor))).one(),
            session.execute(select(func.count(DocumentLine.id), func.sum(DocumentLine.net_minor))).one(),
            session.execute(select(NumberSeries.series, NumberSeries.last_number).order_by(NumberSeries.series)).all(),
        ]


def test_a_book_adds_up_and_is_listed_like_any_other(db: TestDatabase) -> None:
    assert list(scale.build(SIZE, number=1, today=TODAY))[-1] == 12
    with database.read_session() as session:
        lines, documents = (session.scalar(select(func.sum(c))) for c in (DocumentLine.net_minor, Document.total_minor))
        assert lines == documents != 0
        assert session.scalar(select(func.sum(Posting.amount_minor))) == 0
        numbered = session.scalar(select(func.sum(NumberSeries.last_number)))
        assert numbered == session.scalar(select(func.count()).select_from(Document))
        owed = session.scalar(select(func.sum(Posting.amount_minor)).where(Posting.ledger_account == "receivables"))
        assert owed == session.scalar(select(func.sum(Document.open_minor))) != 0
        assert session.scalar(select(func.count()).select_from(Allocation)) != 0
        assigned = session.scalar(select(func.sum(Subscription.seats_assigned)))
        assert assigned == session.scalar(select(func.count()).select_from(Seat))
        manager = session.scalars(select(User.id).where(User.role == Role.SALES_MANAGER)).one()
    assert list_accounts(access.identify(manager, TODAY), today=TODAY).total == 12


def test_the_same_seed_is_the_same_book() -> None:
    books = []
    for number in (1, 1, 2):
        opened = databases.open_sqlite()
        list(scale.build(SIZE, number=number, today=TODAY))
        books.append(sums())
        databases.close(opened)
    assert books[0] == books[1] != books[2]


def keys_and_indexes() -> Any:
    """All that makes a schema safe and fast, by table."""
    found = inspect(database.engine())
    return {
        table: (
            found.get_pk_constraint(table)["constrained_columns"],
            sorted(str(key) for key in found.get_foreign_keys(table)),
            sorted(str(key) for key in found.get_unique_constraints(table)),
            sorted(  # PostgreSQL words a condition anew
                (index["name"], index["unique"], str(index["column_names"]), "where" in str(index["dialect_options"]))
                for index in found.get_indexes(table)
            ),
        )
        for table in found.get_table_names()
    }


def test_a_larger_book_holds_copies_that_add_up_as_well(db: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scale_copies, "_TEMPLATES", 4)
    before = keys_and_indexes()
    assert list(scale.build(scale.Size(accounts=10, subscriptions=2, months=3), number=1, today=TODAY))[-1] == 10
    with database.read_session() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 10
        assert session.scalar(select(func.count(Document.number.distinct()))) == session.scalar(
            select(func.sum(NumberSeries.last_number))
        )
        assert session.scalar(select(func.sum(Posting.amount_minor))) == 0
        assert list(differences(session)) == []
    assert keys_and_indexes() == before
    if db.name == "sqlite":  # as safe as before, too
        with database.engine().connect() as connection:
            pragmas = [
                connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("foreign_keys", "journal_mode")
            ]
        assert pragmas == [1, "wal"]
        with database.engine().connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []


def test_people_with_days_of_use_are_counted_like_any_others(db: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scale_copies, "_TEMPLATES", 4)
    list(scale.build(scale.Size(accounts=10, subscriptions=3, months=3, seats=4, days=5), number=1, today=TODAY))
    with database.read_session() as session:
        seats = session.scalar(select(func.count()).select_from(Seat))
        assert seats == session.scalar(select(func.sum(Subscription.seats_assigned))) > 60
        whole = (UseTotal.split == "", UseTotal.product == "")
        assigned, idle, used = session.execute(
            select(func.sum(UseTotal.assigned), func.sum(UseTotal.idle), func.sum(UseTotal.used)).where(*whole)
        ).one()
        assert assigned == seats and used > idle > 0
        assert list(uses.differences(session)) == []
