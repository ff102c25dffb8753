"""Licensed users of an account and the seats assigned to them."""

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import AccountOwned, Base


class LicensedUser(AccountOwned, Base):
    """A person at the customer who may hold seats; without any, suspended.

    `search_text`: name and mail address, case-folded, for the list's search.
    """

    __tablename__ = "licensed_users"
    __table_args__ = (
        UniqueConstraint("account_id", "email"),
        Index("ix_licensed_users_name", "account_id", "search_text", "id", "is_suspended"),
    )

    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str]
    search_text: Mapped[str] = mapped_column(String(500), default="")
    is_suspended: Mapped[bool] = mapped_column(default=True)
    is_excluded: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class Seat(AccountOwned, Base):
    """A seat of a subscription assigned to a licensed user, until released."""

    __tablename__ = "seats"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "subscription_id"], ["subscriptions.account_id", "subscriptions.id"]),
        ForeignKeyConstraint(["account_id", "user_id"], ["licensed_users.account_id", "licensed_users.id"]),
        Index(
            "uq_seats_active",
            "account_id",
            "user_id",
            "product",
            unique=True,
            sqlite_where=text("released_at IS NULL"),
            postgresql_where=text("released_at IS NULL"),
        ),
        Index("ix_seats_subscription", "account_id", "subscription_id"),
        Index("ix_seats_user", "account_id", "user_id"),
    )

    subscription_id: Mapped[int]
    product: Mapped[str] = mapped_column(ForeignKey("products.code"))
    user_id: Mapped[int]
    assigned_at: Mapped[datetime]
    assigned_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    released_at: Mapped[datetime | None]
