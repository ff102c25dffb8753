"""Evidence of use: activity as it was told, and the days it rolls up to."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import AccountOwned, Base


class UsageEvent(AccountOwned, Base):
    """One activity as a feed told it, kept for 90 days. Without a user it is evidence for the subscription only.

    `event_key`: the feed's own id of it, else made of what it says.
    """

    __tablename__ = "usage_events"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "subscription_id"], ["subscriptions.account_id", "subscriptions.id"]),
        ForeignKeyConstraint(["account_id", "user_id"], ["licensed_users.account_id", "licensed_users.id"]),
        Index("ix_usage_events_day", "day"),
        Index("ix_usage_events_key", "event_key"),
        Index("ix_usage_events_user", "account_id", "user_id", "at"),
    )

    subscription_id: Mapped[int]
    product: Mapped[str] = mapped_column(ForeignKey("products.code"))
    user_id: Mapped[int | None]
    at: Mapped[datetime]
    day: Mapped[date]
    event_key: Mapped[str] = mapped_column(String(100))


class UserDay(Base):
    """A day on which a licensed user was active in a product; the last moment of it. Kept for 25 months."""

    __tablename__ = "user_days"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "user_id"], ["licensed_users.account_id", "licensed_users.id"]),
        Index("ix_user_days_day", "day"),
        {"sqlite_with_rowid": False},
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(primary_key=True)
    product: Mapped[str] = mapped_column(ForeignKey("products.code"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    last_at: Mapped[datetime]


class SubscriptionDay(Base):
    """A day on which a subscription was used, whoever did; the last moment of it. Kept for 25 months."""

    __tablename__ = "subscription_days"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "subscription_id"], ["subscriptions.account_id", "subscriptions.id"]),
        Index("ix_subscription_days_day", "day"),
        {"sqlite_with_rowid": False},
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    subscription_id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    last_at: Mapped[datetime]


class UsageFeed(Base):
    """What is covered of an account's product, every day from `since` to `until`, and who brought the last delivery.

    Two rows: what deliveries that name users cover, and what those cover that do not.
    """

    __tablename__ = "usage_feeds"
    __table_args__ = (
        CheckConstraint("since <= until", name="days"),
        Index("ix_usage_feeds_until", "product", "names_users", "until"),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    product: Mapped[str] = mapped_column(ForeignKey("products.code"), primary_key=True)
    names_users: Mapped[bool] = mapped_column(primary_key=True)
    since: Mapped[date]
    until: Mapped[date]
    delivered_at: Mapped[datetime]
    delivered_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
