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
    """A purchase, a trial, or seats added to an owned subscription (`seats` is then the new total).

    `starts_on` empty: the day of the order. `timing` (`reset` or `keep`) only for added seats.
    """

    __tablename__ = "cart_lines"
    __table_args__ = (
        CheckConstraint("seats >= 1", name="seats"),
        CheckConstraint("kind IN ('purchase', 'trial', 'seats')", name="kind"),
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
    added_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    added_at: Mapped[datetime]
