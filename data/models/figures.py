"""Roll-ups: monthly figures and what is owed by due day, with the deltas that wait to be folded into them."""

from datetime import date

from sqlalchemy import ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import AccountOwned, Base


class AllocationPart(AccountOwned, Base):
    """So much of an allocation pays an invoice's lines of a plan: what was collected, by plan."""

    __tablename__ = "allocation_parts"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "allocation_id"], ["allocations.account_id", "allocations.id"]),
        Index("ix_allocation_parts_allocation", "account_id", "allocation_id"),
    )

    allocation_id: Mapped[int]
    plan: Mapped[str] = mapped_column(String(40))
    amount_minor: Mapped[int]


class Figure(Base):
    """The sum of a measure in a month (yyyymm). `grain`: which of plan, country, rep and segment it is split by.

    A dimension that the grain does not split by is empty (0 for the rep), as is one that the fact does not have.
    """

    __tablename__ = "figures"
    __table_args__ = ({"sqlite_with_rowid": False},)

    grain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    measure: Mapped[str] = mapped_column(String(20), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    plan: Mapped[str] = mapped_column(String(40), primary_key=True)
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    rep_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    segment: Mapped[str] = mapped_column(String(80), primary_key=True)
    amount_minor: Mapped[int]


class FigureDelta(Base):
    """What a transaction added to a measure, until it is folded. Insert-only: no transaction waits for another."""

    __tablename__ = "figure_deltas"
    __table_args__ = ({"sqlite_with_rowid": False},)

    batch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    measure: Mapped[str] = mapped_column(String(20))
    month: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    plan: Mapped[str] = mapped_column(String(40))
    country: Mapped[str] = mapped_column(String(2))
    rep_id: Mapped[int]
    segment: Mapped[str] = mapped_column(String(80))
    amount_minor: Mapped[int]


class Due(Base):
    """What invoices due on a day came to owe, or no longer owe, by what was booked on another. `grain`: as above."""

    __tablename__ = "dues"
    __table_args__ = ({"sqlite_with_rowid": False},)

    grain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    posted_on: Mapped[date] = mapped_column(primary_key=True)
    due_on: Mapped[date] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    rep_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    segment: Mapped[str] = mapped_column(String(80), primary_key=True)
    amount_minor: Mapped[int]


class DueDelta(Base):
    """What a transaction added to what is owed, until it is folded."""

    __tablename__ = "due_deltas"
    __table_args__ = ({"sqlite_with_rowid": False},)

    batch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    posted_on: Mapped[date]
    due_on: Mapped[date]
    currency: Mapped[str] = mapped_column(String(3))
    country: Mapped[str] = mapped_column(String(2))
    rep_id: Mapped[int]
    segment: Mapped[str] = mapped_column(String(80))
    amount_minor: Mapped[int]
