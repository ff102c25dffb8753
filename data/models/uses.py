"""The roll-up of use: seats by account, product, plan and where people work; their months; what is to be counted."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import AccountOwned, Base

ACCOUNTS = "split = ''"  # rows of accounts and their products, in the words of the partial indexes


class UseMark(AccountOwned, Base):
    """Something changed that the account's figures are made of: they are counted anew. Insert-only, like a delta."""

    __tablename__ = "use_marks"


class UseState(Base):
    """The day an account's figures are of, the country they are summed up in, and the first later day on which time
    alone changes them (None: never)."""

    __tablename__ = "use_states"
    __table_args__ = (Index("ix_use_states_due", "next_change_on"), {"sqlite_with_rowid": False})

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    country: Mapped[str] = mapped_column(String(2))
    figures_on: Mapped[date]
    next_change_on: Mapped[date | None]


class _Counts:
    """Seats. `bought_unseen`: bought of products that no feed tells users of; `active_<n>`: seen in the last n days;
    `in_use`: seen in the days that count as in use of the product; `used`, `idle`, `excluded` and `no_evidence` add up
    to `assigned`. `stale_feeds`: feeds too old for a claim. `idle_minor`: what the idle seats cost a month."""

    bought: Mapped[int]
    bought_unseen: Mapped[int]
    assigned: Mapped[int]
    pending: Mapped[int]
    active_7: Mapped[int]
    active_30: Mapped[int]
    active_90: Mapped[int]
    in_use: Mapped[int]
    used: Mapped[int]
    idle: Mapped[int]
    excluded: Mapped[int]
    no_evidence: Mapped[int]
    stale_feeds: Mapped[int]
    idle_minor: Mapped[int]


class UseFigure(_Counts, Base):
    """The seats of an account, as a whole or split.

    `split` empty: the account, or its product where `product` is given; `plan`: `value` is one of its plans;
    `department`, `cost_centre`, `manager`: `value` is where people work (empty: not known), of all products or one;
    nothing is bought there. `currency` and `country` are the account's.
    """

    __tablename__ = "use_figures"
    __table_args__ = (
        # A page of a list, the most idle first, is found in the index alone.
        Index(
            "ix_use_figures_idle",
            "split",
            "product",
            "idle",
            "assigned",
            "account_id",
            "value",
            "country",
            "bought",
            "bought_unseen",
            "in_use",
        ),
        Index(
            "ix_use_figures_money",
            "product",
            "currency",
            "idle_minor",
            "account_id",
            sqlite_where=text(ACCOUNTS),
            postgresql_where=text(ACCOUNTS),
        ),
        {"sqlite_with_rowid": False},
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    split: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    product: Mapped[str] = mapped_column(String(40), primary_key=True)
    country: Mapped[str] = mapped_column(String(2))
    currency: Mapped[str] = mapped_column(String(3))


class UseMonth(Base):
    """What an account's seats moved by in a month (yyyymm), of all products or one; nothing moved: no row.

    The sum up to a month is how they stood at its end; up to the last one, how they stand.
    """

    __tablename__ = "use_months"
    __table_args__ = ({"sqlite_with_rowid": False},)

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    product: Mapped[str] = mapped_column(String(40), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    bought: Mapped[int]
    assigned: Mapped[int]
    in_use: Mapped[int]


class UseTotal(_Counts, Base):
    """The same seats summed over all accounts of a country and currency; `accounts`: how many rows are summed.

    `split` also: `band`, accounts and their products by how much is in use (`services.rules.use_figures.band_of`); and
    `month`, what all accounts moved by in the month that `value` is.
    """

    __tablename__ = "use_totals"
    __table_args__ = ({"sqlite_with_rowid": False},)

    split: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[str] = mapped_column(String(40), primary_key=True)
    product: Mapped[str] = mapped_column(String(40), primary_key=True)
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    accounts: Mapped[int]
