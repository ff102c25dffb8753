"""Facts written with the event: double-entry postings, balance movements and movements of recurring revenue."""

from datetime import date

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import AccountOwned, AccountPart, Base


class Posting(AccountPart, Base):
    """One side of a journal entry; the postings of an `entry_id` add up to 0. Debits are positive."""

    __tablename__ = "postings"
    __table_args__ = (
        UniqueConstraint("account_id", "entry_id", "position"),
        Index("ix_postings_ledger", "account_id", "ledger_account", "posted_on"),
        Index(
            "ix_postings_cash",
            "posted_on",
            sqlite_where=text("ledger_account = 'cash'"),
            postgresql_where=text("ledger_account = 'cash'"),
        ),
    )

    entry_id: Mapped[int]
    position: Mapped[int]
    posted_on: Mapped[date]
    ledger_account: Mapped[str] = mapped_column(String(30))
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    document_id: Mapped[int | None]


class Recognition(Base):
    """What a document line earns in a month (yyyymm): deferred revenue becomes revenue; credits are negative.

    Written at issue for all months of the line; those before the month of issue count in it. They add up to its net.
    """

    __tablename__ = "recognitions"
    # Many narrow rows: one tree instead of two, and no key to the line, whose check costs as much as the row.
    __table_args__ = ({"sqlite_with_rowid": False},)

    account_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    currency: Mapped[str] = mapped_column(String(3))
    amount_minor: Mapped[int]


class Movement(AccountOwned, Base):
    """The net change of recurring revenue of a subscription on a day, with the facts of that day.

    `yearly_*_minor`: the exact yearly amount of the full-period line before and after; `amount_minor`: the change of
    the rounded monthly figures.
    """

    __tablename__ = "movements"
    __table_args__ = (
        UniqueConstraint("account_id", "subscription_id", "moved_on"),
        ForeignKeyConstraint(["account_id", "subscription_id"], ["subscriptions.account_id", "subscriptions.id"]),
        # The bridge of some months by day, and their largest: holds what they are filtered by.
        Index("ix_movements_cohort", "account_id", "currency", "moved_on", "amount_minor"),
        Index(
            "ix_movements_month",
            *("month", "moved_on", "kind", "currency", "plan", "country", "rep_id", "segment", "amount_minor"),
            *("account_id", "id"),
        ),
    )

    subscription_id: Mapped[int]
    moved_on: Mapped[date]
    month: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    currency: Mapped[str] = mapped_column(String(3))
    yearly_before_minor: Mapped[int]
    yearly_after_minor: Mapped[int]
    amount_minor: Mapped[int]
    plan: Mapped[str] = mapped_column(ForeignKey("plans.code"))
    rep_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    country: Mapped[str] = mapped_column(String(2))
    segment: Mapped[str] = mapped_column(String(80), default="")
    order_id: Mapped[int | None]
