"""The account's cart: what was chosen and not ordered yet, and the checkout as far as it was filled in."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import AccountOwned, Base


class Cart(Base):
    """The one cart of an account. `checkout`: the fields of the payment step as left by *Save and continue later*."""

    __tablename__ = "carts"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True, autoincrement=False)
    note: Mapped[str] = mapped_column(String(1000), default="")
    checkout: Mapped[dict[str, Any]] = mapped_column(default=dict)
    updated_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    updated_at: Mapped[datetime]


class CartLine(AccountOwned, Base):
    """A purchase, a trial, or a change of an owned subscription: plan, seats and interval are then what it shall be.

    `starts_on` empty: the day of the order. Of a change: `timing` empty: the default; a discount of 0 percent takes its
    discount away; `replaces_scheduled`: knowingly instead of what waits for the renewal.
    """

    __tablename__ = "cart_lines"
    __table_args__ = (
        CheckConstraint("seats >= 1", name="seats"),
        CheckConstraint("kind IN ('purchase', 'trial', 'change')", name="kind"),
        Index("ix_cart_lines_added_at", "added_at"),
    )

    kind: Mapped[str] = mapped_column(String(20))
    plan: Mapped[str] = mapped_column(ForeignKey("plans.code"))
    seats: Mapped[int]
    interval: Mapped[str] = mapped_column(String(10), default="month")
    starts_on: Mapped[date | None]
    discount_percent: Mapped[Decimal | None]
    negotiated_amount: Mapped[Decimal | None]
    discount_reason: Mapped[str] = mapped_column(default="")
    subscription_id: Mapped[int | None]
    timing: Mapped[str | None] = mapped_column(String(10))
    replaces_scheduled: Mapped[bool] = mapped_column(default=False)
    added_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    added_at: Mapped[datetime]
