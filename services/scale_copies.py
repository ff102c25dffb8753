"""Copies of a large book's accounts: the database writes them itself, table by table, far faster than they are made."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any

from sqlalchemy import Connection, CreateTableAs, Table, func, insert, literal, select, update

from data import bare, database
from data.bare import TakenOff
from data.models import Account, Base, IssuedNumber, NumberSeries
from services import access, rollups
from services.facts.roll_ups import ALL

_TEMPLATES = 500  # accounts made one by one; a larger book holds copies of them
_NAMED = {
    "accounts": {"code": "-{n}", "legal_name": " {n}", "search_text": " {n}"},
    "documents": {"number": "-{n}"},
    "orders": {"number": "-{n}"},
    "subscriptions": {"reference": "-{n}"},
}
_NUMBERS_APART = 10**9
Sums = dict[str, Sequence[Any]]


def templates(accounts: int) -> int:
    """How many of so many accounts are made one by one."""
    return min(accounts, _TEMPLATES)


def copy_accounts(made: int, accounts: int) -> Iterator[int]:
    """Copy the made accounts with all they own until there are so many; yields about how many there are by now.

    Table by table, several at once on PostgreSQL, without indexes and foreign keys, which are put back.
    """
    engine = database.engine()
    engine.dispose()
    with bare.building(engine) as connection:
        rows = {table: _count(connection, table) for table in _owned_tables()}
        rest = _first_accounts(connection, accounts % made)
        taken = bare.take_off(connection)
        by_size = sorted(rows, key=lambda table: -rows[table])
        written = 0
        for table in _written(connection, taken, by_size, accounts // made, rest):
            written += rows[table]
            yield made + (accounts - made) * written // sum(rows.values())
        for name in taken.indexes.keys() - {table.name for table in by_size}:
            bare.put_back(connection, taken, name)
        bare.put_back_foreign_keys(connection, taken)
        _count_on(connection)
        connection.commit()


def _owned_tables() -> list[Table]:
    issued = IssuedNumber.__tablename__
    return [
        table
        for table in Base.metadata.sorted_tables
        if table.name in ("accounts", issued) or "account_id" in table.primary_key.columns
    ]


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _written(
    connection: Connection, taken: TakenOff, tables: Sequence[Table], copies: int, rest: Sequence[int]
) -> Iterator[Table]:
    if connection.dialect.name == "sqlite":  # one writes at a time
        for table in tables:
            yield _write(connection, taken, table, copies, rest)
        return

    def write(table: Table) -> Table:
        with bare.building(database.engine()) as own:
            return _write(own, taken, table, copies, rest)

    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as threads:
        for done in as_completed(threads.submit(write, table) for table in tables):
            yield done.result()


def _write(connection: Connection, taken: TakenOff, table: Table, copies: int, rest: Sequence[int]) -> Table:
    """All copies of a table's rows, of the `rest` of the accounts one more; then its indexes."""
    first = CreateTableAs(select(table), f"made_{table.name}", temporary=True)
    connection.execute(first)
    for number in range(1, copies):
        connection.execute(_copy(table, first.table, number))
    if rest:
        connection.execute(_copy(table, first.table, copies, _account_of(first.table).in_(rest)))
    connection.commit()
    bare.put_back(connection, taken, table.name)
    return table


def _account_of(table: Any) -> Any:
    return table.c.account_id if "account_id" in table.c else table.c.id


def _first_accounts(connection: Connection, count: int) -> list[int]:
    """The accounts that were made first; they are in the order of their codes, copies have longer ones."""
    first = select(Account.id).where(func.length(Account.code) == len("scale-000000")).order_by(Account.code)
    return list(connection.scalars(first.limit(count)))


def _copy(table: Table, made: Any, number: int, *criteria: Any) -> Any:
    """Insert the so-manieth copy of the made rows: ids of accounts moved on, numbers apart."""
    account = _account_of(made)
    given: dict[str, Any] = {account.name: account + number}
    for name, ending in _NAMED.get(table.name, {}).items():
        given[name] = made.c[name] + literal(ending.format(n=number))
    if table.name == IssuedNumber.__tablename__:
        given["number"] = made.c.number + number * _NUMBERS_APART
    rows = select(*(given.get(column.name, made.c[column.name]) for column in table.columns)).where(*criteria)
    return insert(table).from_select(list(table.columns.keys()), rows)


def _count_on(connection: Connection) -> None:
    """Have the series end at as many numbers as were issued."""
    series = IssuedNumber.series == NumberSeries.series
    issued = select(func.count()).where(series, IssuedNumber.year == NumberSeries.year).scalar_subquery()
    connection.execute(update(NumberSeries).values(last_number=issued))


def sums() -> Sums:
    """The rows of the roll-ups, made anew."""
    rollups.rebuild()
    with access.maintaining() as session:
        return {
            one.table.__tablename__: session.execute(
                select(*(getattr(one.table, name) for name in rollups.columns_of(one)))
            ).all()
            for one in ALL
        }


def multiply(copies: int, rest: Sums | None) -> None:
    """Have the roll-ups, which are those of the made accounts, count each so often, and once more what is in `rest`."""
    rollups.rebuild()
    with access.maintaining() as session:
        for one in ALL:
            session.execute(update(one.table).values({name: getattr(one.table, name) * copies for name in one.sums}))
            if rest is not None:
                rollups.upsert(session, one, rest[one.table.__tablename__])
