"""The roll-up of billing cycles: what periods end on which day and what they come to, with its deltas."""

from datetime import date

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class CycleFigure(Base):
    """Subscriptions whose running period ends on a day: how many, and what a full period of them comes to together.

    `grain`: which of product, country, rep and segment it is split by, those of the account today; the others are empty
    (0 for the rep). `anchor_day`: the day of month of later boundaries, 0 where it is the day's own. `kind` "cash": by
    the first of the month in which the money of the coming period is expected.
    """

    __tablename__ = "cycle_figures"
    __table_args__ = (
        Index(
            "ix_cycle_figures_nothing",
            "periods",
            sqlite_where=text("periods = 0"),
            postgresql_where=text("periods = 0"),
        ),
        {"sqlite_with_rowid": False},
    )

    grain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    product: Mapped[str] = mapped_column(String(40), primary_key=True)
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    rep_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    segment: Mapped[str] = mapped_column(String(80), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    anchor_day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    interval: Mapped[str] = mapped_column(String(10), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    amount_minor: Mapped[int]
    periods: Mapped[int]


class CycleDelta(Base):
    """What a transaction added to a sum or took off it, until it is folded. Insert-only."""

    __tablename__ = "cycle_deltas"
    __table_args__ = ({"sqlite_with_rowid": False},)

    batch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20))
    day: Mapped[date]
    anchor_day: Mapped[int]
    interval: Mapped[str] = mapped_column(String(10))
    currency: Mapped[str] = mapped_column(String(3))
    product: Mapped[str] = mapped_column(String(40))
    country: Mapped[str] = mapped_column(String(2))
    rep_id: Mapped[int]
    segment: Mapped[str] = mapped_column(String(80))
    amount_minor: Mapped[int]
    periods: Mapped[int]
