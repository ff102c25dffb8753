"""The ground all models stand on: column types, the declarative base, and rows owned by an account."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    MetaData,
    String,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[datetime]):
    """A moment in UTC; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Exact(TypeDecorator[Decimal]):
    """An exact decimal (unit prices, percentages, rates), stored as text so that no digit is lost."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else format(value, "f")

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class Base(DeclarativeBase):
    """All tables. Money is BIGINT minor units beside a currency; days are dates; instants are UTC."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        int: BigInteger,
        bool: Boolean,
        date: Date,
        datetime: Instant,
        Decimal: Exact,
        str: String(200),
        dict[str, Any]: JSON().with_variant(postgresql.JSONB(), "postgresql"),
        list[Any]: JSON().with_variant(postgresql.JSONB(), "postgresql"),
    }


class AccountOwned:
    """A row that belongs to one account and can be sharded with it: the key begins with the account."""

    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id"), primary_key=True, autoincrement=False, sort_order=-2
    )
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, sort_order=-1)


class AccountPart(AccountOwned):
    """A row of the hottest tables, without a key of its own to `accounts`: a longer key into the account implies it.

    A posting has neither: the journal writes it with its account locked. PostgreSQL's check costs as much as the row.
    """

    account_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, sort_order=-2)


def limit_lengths(metadata: MetaData) -> None:
    """Have both databases hold the lengths of texts: SQLite ignores VARCHAR(n) by itself."""
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, String) and column.type.length:
                rule = f"length({column.name}) <= {column.type.length}"
                table.append_constraint(CheckConstraint(rule, name=f"{column.name}_length"))
