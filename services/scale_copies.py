"""Copies of a large book's accounts: the database writes them itself, table by table, far faster than they are made."""

from typing import Any

from sqlalchemy import Connection, Table, func, insert, literal, select, update

from data.models import Account, Base, IssuedNumber, NumberSeries

_TEMPLATES = 50  # accounts made one by one; a larger book holds copies of them
_NAMED = {
    "accounts": {"code": "-{n}", "legal_name": " {n}", "search_text": " {n}"},
    "documents": {"number": "-{n}"},
    "orders": {"number": "-{n}"},
    "subscriptions": {"reference": "-{n}"},
}
_NUMBERS_APART = 10**9


def templates(accounts: int) -> int:
    """How many of so many accounts are made one by one."""
    return min(accounts, _TEMPLATES)


def copy_accounts(connection: Connection, number: int, accounts: int) -> None:
    """Copy the first accounts with all they own, as the so-manieth copy: ids moved on, numbers apart."""
    first = select(Account.id).where(Account.code < f"scale-{accounts:06d}", func.length(Account.code) == 12)
    for table in Base.metadata.sorted_tables:
        if table.name == "accounts" or "account_id" in table.primary_key.columns:
            _copy(connection, table, number, first)
    issued = Base.metadata.tables[IssuedNumber.__tablename__]
    moved = {"account_id": issued.c.account_id + number, "number": issued.c.number + number * _NUMBERS_APART}
    columns = [moved.get(column.name, column) for column in issued.columns]
    mine = select(*columns).where(issued.c.account_id.in_(first), issued.c.number < _NUMBERS_APART)
    connection.execute(insert(issued).from_select(list(issued.columns.keys()), mine))


def count_on(connection: Connection) -> None:
    """Have the series end at as many numbers as were issued."""
    series = IssuedNumber.series == NumberSeries.series
    issued = select(func.count()).where(series, IssuedNumber.year == NumberSeries.year).scalar_subquery()
    connection.execute(update(NumberSeries).values(last_number=issued))


def _copy(connection: Connection, table: Table, number: int, first: Any) -> None:
    key = table.c.id if table.name == "accounts" else table.c.account_id
    given: dict[str, Any] = {key.name: key + number}
    for name, ending in _NAMED.get(table.name, {}).items():
        given[name] = table.c[name] + literal(ending.format(n=number))
    rows = select(*(given.get(column.name, column) for column in table.columns)).where(key.in_(first))
    connection.execute(insert(table).from_select(list(table.columns.keys()), rows))
