"""The catalog: products with their trials, plans, dated prices; and the portal's settings."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class Product(Base):
    """What is sold. Texts are language → text. No `trial_days`: no trial.

    `in_use_days` and `idle_days`: what counts as use and idleness of a seat; empty: as the settings say.
    """

    __tablename__ = "products"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    descriptions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    trial_days: Mapped[int | None]
    trial_seats: Mapped[int | None]
    trial_end: Mapped[str] = mapped_column(String(20), default="expire")
    trial_to_plan: Mapped[str | None] = mapped_column(String(40))
    in_use_days: Mapped[int | None]
    idle_days: Mapped[int | None]
    withdrawn_on: Mapped[date | None]


class Plan(Base):
    """A tier of a product; a higher `rank` is a better plan. `includes`: language → list of texts."""

    __tablename__ = "plans"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    product: Mapped[str] = mapped_column(ForeignKey("products.code"), index=True)
    name: Mapped[str]
    rank: Mapped[int] = mapped_column(default=1)
    includes: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Price(Base):
    """A plan's price from a day on; never edited, only superseded.

    `tiers`: list of {up_to: seats or null, unit_amount: text, flat_amount: text}, in major units, bounds inclusive.
    """

    __tablename__ = "prices"
    __table_args__ = (
        UniqueConstraint("plan", "currency", "interval", "valid_from"),
        CheckConstraint("minimum_seats >= 1", name="minimum"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    plan: Mapped[str] = mapped_column(ForeignKey("plans.code"))
    currency: Mapped[str] = mapped_column(String(3))
    interval: Mapped[str] = mapped_column(String(10))
    model: Mapped[str] = mapped_column(String(20), default="per_seat")
    minimum_seats: Mapped[int] = mapped_column(default=1)
    tiers: Mapped[list[Any]]
    valid_from: Mapped[date]
    version: Mapped[str] = mapped_column(String(20))


class Setting(Base):
    """A policy of the portal as data."""

    __tablename__ = "settings"

    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)


class TaxRate(Base):
    """A country's standard VAT rate in percent, from a day on."""

    __tablename__ = "tax_rates"

    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    percent: Mapped[Decimal]


class FxRate(Base):
    """A reference rate of a day: units of `currency` for one euro."""

    __tablename__ = "fx_rates"

    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    rate: Mapped[Decimal]
    source: Mapped[str] = mapped_column(String(40), default="ECB")
