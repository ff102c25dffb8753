"""Users, teams with their own account lists, and deputies."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class User(Base):
    """Somebody who signs in. `not_before`: sessions begun earlier are over; `version` guards the form."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str]
    role: Mapped[str] = mapped_column(String(30))
    language: Mapped[str] = mapped_column(String(5), default="en")
    is_active: Mapped[bool] = mapped_column(default=True)
    not_before: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class Team(Base):
    """A team that owns accounts together, such as Corporate Account Services."""

    __tablename__ = "teams"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(unique=True)


class TeamMember(Base):
    """A user in a team."""

    __tablename__ = "team_members"

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)


class AccountGrant(Base):
    """An account a licence manager may see and work on; without any, such a user sees nothing."""

    __tablename__ = "account_grants"
    __table_args__ = (Index("ix_account_grants_user", "user_id", "account_id"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    granted_at: Mapped[datetime]
    granted_by: Mapped[int] = mapped_column(ForeignKey("users.id"))


class Deputy(Base):
    """A user who stands in for another on the days `[starts_on, ends_on)`."""

    __tablename__ = "deputies"
    __table_args__ = (
        CheckConstraint("starts_on < ends_on", name="days"),
        CheckConstraint("user_id <> deputy_id", name="other"),
        UniqueConstraint("user_id", "deputy_id", "starts_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    deputy_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
