"""A list as one parameter: the same rows as `in_`, found by an index, on both databases."""

import pytest
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from data import database
from data.many import among
from data.models import Plan, Price
from tests.databases import TestDatabase

PLANS = ["support-pro", "no ' such", "meetings-team"]


def test_it_is_a_bare_comparison_which_indexes_answer() -> None:
    asked = select(Price.id).where(among(Price.id, "ids"), Price.currency == "EUR")
    assert "WHERE prices.id IN (SELECT value FROM json_each(?)) AND" in str(asked.compile(dialect=sqlite.dialect()))
    on_postgresql = str(asked.compile(dialect=postgresql.dialect()))
    assert "WHERE prices.id = ANY (" in on_postgresql and " AND " in on_postgresql


@pytest.mark.parametrize("values", [PLANS, []])
@pytest.mark.both_databases
def test_the_rows_are_those_of_in(db: TestDatabase, values: list[str]) -> None:
    with database.read_session() as session:
        expected = session.scalars(select(Plan.code).where(Plan.code.in_(values)).order_by(Plan.code)).all()
        asked = select(Plan.code).where(among(Plan.code, "codes")).order_by(Plan.code)
        assert session.scalars(asked, {"codes": values}).all() == expected
        assert len(expected) == (2 if values else 0)


@pytest.mark.both_databases
def test_ids_keep_all_their_digits(db: TestDatabase) -> None:
    with database.read_session() as session:
        ids = session.scalars(select(Price.id).order_by(Price.id)).all()
        found = session.scalars(select(Price.id).where(among(Price.id, "ids")).order_by(Price.id), {"ids": ids}).all()
    assert found == ids and max(ids) > 2**53
