"""Closed months: what was ticked off, who closed it, and the pack of files that was stored."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class ClosedMonth(Base):
    """A month (yyyymm) into which nothing is posted any more; `who` closed it, by name.

    `tie_out`: what was compared when it was closed: code, currency ("" for counts), expected, found.
    """

    __tablename__ = "closed_months"

    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    closed_at: Mapped[datetime]
    closed_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    who: Mapped[str]
    tie_out: Mapped[list[Any]] = mapped_column(default=list)


class ClosingStep(Base):
    """A step of a month's checklist that a person ticked off."""

    __tablename__ = "closing_steps"

    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    done_at: Mapped[datetime]
    done_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    who: Mapped[str]


class MonthPack(Base):
    """The files of a closed month as a ZIP, and its key figures (currency → name → minor units)."""

    __tablename__ = "month_packs"

    month: Mapped[int] = mapped_column(ForeignKey("closed_months.month"), primary_key=True, autoincrement=False)
    built_at: Mapped[datetime]
    built_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    content: Mapped[bytes] = mapped_column(LargeBinary)
