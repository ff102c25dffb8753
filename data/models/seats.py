"""Licensed users of an account and the seats assigned to them."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import AccountOwned, Base


class LicensedUser(AccountOwned, Base):
    """A person at the customer who may hold seats; without any, suspended. `left_on`: their last day is over then.

    `search_text`: name and mail address, case-folded, for the list's search. `excluded_until`: before that day no seat
    of theirs is called idle, for the reason given.
    """

    __tablename__ = "licensed_users"
    __table_args__ = (
        UniqueConstraint("account_id", "email"),
        Index("ix_licensed_users_name", "account_id", "search_text", "id", "is_suspended"),
        Index("ix_licensed_users_email", "email"),
        *(
            Index(f"ix_licensed_users_{place}", "account_id", place)
            for place in ("department", "cost_centre", "manager")
        ),
    )

    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str]
    search_text: Mapped[str] = mapped_column(String(500), default="")
    department: Mapped[str] = mapped_column(default="")
    cost_centre: Mapped[str] = mapped_column(default="")
    manager: Mapped[str] = mapped_column(default="")
    left_on: Mapped[date | None]
    is_suspended: Mapped[bool] = mapped_column(default=True)
    excluded_until: Mapped[date | None]
    exclusion_reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class Seat(AccountOwned, Base):
    """A seat of a subscription assigned to a licensed user, until released.

    `held_since`: when the user got it, also where it went through another row meanwhile (an undone release, a move).
    `release_id`: what was released in one go, and can be undone so.
    `is_pending`: offered by an invitation that is not accepted yet; it counts as assigned. `invited_at`: when the last
    invitation went out. `origin` and `ending`: how it came and went, as `rules.seats` names it; an ending is empty
    while the seat is held, and where the subscription ended.
    """

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
        Index("ix_seats_subscription", "account_id", "subscription_id", "assigned_at"),
        Index("ix_seats_user", "account_id", "user_id"),
        Index("ix_seats_released", "account_id", "released_at"),
        Index(
            "ix_seats_pending",
            "account_id",
            "user_id",
            sqlite_where=text("is_pending IS 1 AND released_at IS NULL"),
            postgresql_where=text("is_pending AND released_at IS NULL"),
        ),
    )

    subscription_id: Mapped[int]
    product: Mapped[str] = mapped_column(ForeignKey("products.code"))
    user_id: Mapped[int]
    assigned_at: Mapped[datetime]
    assigned_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    held_since: Mapped[datetime | None]
    is_pending: Mapped[bool] = mapped_column(default=False)
    released_at: Mapped[datetime | None]
    released_by: Mapped[int | None]
    release_id: Mapped[int | None]
    origin: Mapped[str] = mapped_column(String(20), default="assigned")
    ending: Mapped[str] = mapped_column(String(20), default="")
    invited_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[int | None]


class UserGroup(AccountOwned, Base):
    """A named group of an account's licensed users, such as a project."""

    __tablename__ = "user_groups"
    __table_args__ = (UniqueConstraint("account_id", "name"),)

    name: Mapped[str]


class GroupMember(Base):
    """A licensed user in a group."""

    __tablename__ = "group_members"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "group_id"], ["user_groups.account_id", "user_groups.id"]),
        ForeignKeyConstraint(["account_id", "user_id"], ["licensed_users.account_id", "licensed_users.id"]),
        Index("ix_group_members_user", "account_id", "user_id"),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(primary_key=True)


class SeatNeed(Base):
    """What was last said of a user's seat of a product: needed or not. `said_by`: a name; `recorded_by`: who wrote it.

    It is about the seat held then: what was said before a seat was given says nothing of it.
    """

    __tablename__ = "seat_needs"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "user_id"], ["licensed_users.account_id", "licensed_users.id"]),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(primary_key=True)
    product: Mapped[str] = mapped_column(ForeignKey("products.code"), primary_key=True)
    is_needed: Mapped[bool]
    said_by: Mapped[str] = mapped_column(default="")
    said_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("users.id"))


class SeatRequest(AccountOwned, Base):
    """A licensed user who waits for a seat of a product, since none was free; gone once they have one."""

    __tablename__ = "seat_requests"
    __table_args__ = (
        UniqueConstraint("account_id", "product", "user_id"),
        ForeignKeyConstraint(["account_id", "user_id"], ["licensed_users.account_id", "licensed_users.id"]),
    )

    product: Mapped[str] = mapped_column(ForeignKey("products.code"))
    user_id: Mapped[int]
    asked_at: Mapped[datetime]
    asked_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
