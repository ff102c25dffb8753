"""The night's own records: nights and their steps, parked accounts, held documents, scheduled changes."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import AccountOwned, Base


class Night(Base):
    """The night of a day: begun once, finished once. `report`: count by what it did, summed over its steps."""

    __tablename__ = "nights"

    day: Mapped[date] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    started_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)


class NightStep(Base):
    """What one chunk of a night did, written in the chunk's own transaction, so that a killed night loses no count."""

    __tablename__ = "night_steps"

    day: Mapped[date] = mapped_column(ForeignKey("nights.day"), primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    report: Mapped[dict[str, Any]]


class ParkedAccount(AccountOwned, Base):
    """An account that a night set aside, with the reason's code and values. Each night tries it again."""

    __tablename__ = "parked_accounts"
    __table_args__ = (
        Index(
            "uq_parked_accounts_open",
            "account_id",
            unique=True,
            sqlite_where=text("resolved_on IS NULL"),
            postgresql_where=text("resolved_on IS NULL"),
        ),
    )

    parked_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(60))
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    last_tried_on: Mapped[date]
    resolved_on: Mapped[date | None]


class HeldDocument(AccountOwned, Base):
    """A document of a night that a guard holds: a draft without number, whose periods count as billed.

    `guard`: its code, `details` what it saw. `lines`: what to issue, as JSON of derivations. Amounts are signed.
    """

    __tablename__ = "held_documents"
    __table_args__ = (
        CheckConstraint("status IN ('held', 'released', 'discarded')", name="status"),
        ForeignKeyConstraint(["account_id", "po_id"], ["purchase_orders.account_id", "purchase_orders.id"]),
        ForeignKeyConstraint(["account_id", "document_id"], ["documents.account_id", "documents.id"]),
        Index("ix_held_documents_status", "status", "held_on"),
    )

    held_on: Mapped[date]
    guard: Mapped[str] = mapped_column(String(40))
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    currency: Mapped[str] = mapped_column(String(3))
    po_id: Mapped[int | None]
    subtotal_minor: Mapped[int]
    tax_minor: Mapped[int]
    total_minor: Mapped[int]
    lines: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(10), default="held")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    document_id: Mapped[int | None]


class ScheduledChange(AccountOwned, Base):
    """A change that takes effect when the running period ends: only the fields it names, as absolute values.

    `takes_new_price`: at the renewal the price valid on its day, instead of the one it runs at. `changes_discount`: the
    discount columns replace what there is (both empty: none). `waits_for`: why it could not be applied when it was due.
    """

    __tablename__ = "scheduled_changes"
    __table_args__ = (
        CheckConstraint("status IN ('scheduled', 'applied', 'withdrawn', 'replaced')", name="status"),
        CheckConstraint("seats IS NULL OR seats >= 1", name="seats"),
        ForeignKeyConstraint(["account_id", "subscription_id"], ["subscriptions.account_id", "subscriptions.id"]),
        ForeignKeyConstraint(["account_id", "order_id"], ["orders.account_id", "orders.id"]),
        Index(
            "uq_scheduled_changes_open",
            "account_id",
            "subscription_id",
            unique=True,
            sqlite_where=text("status = 'scheduled'"),
            postgresql_where=text("status = 'scheduled'"),
        ),
        Index("ix_scheduled_changes_subscription", "account_id", "subscription_id"),
    )

    subscription_id: Mapped[int]
    order_id: Mapped[int | None]
    plan: Mapped[str | None] = mapped_column(ForeignKey("plans.code"))
    interval: Mapped[str | None] = mapped_column(String(10))
    seats: Mapped[int | None]
    takes_new_price: Mapped[bool] = mapped_column(default=False)
    changes_discount: Mapped[bool] = mapped_column(default=False)
    discount_percent: Mapped[Decimal | None]
    negotiated_amount: Mapped[Decimal | None]
    discount_reason: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(String(10), default="scheduled")
    scheduled_on: Mapped[date]
    scheduled_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    closed_on: Mapped[date | None]
    waits_for: Mapped[str] = mapped_column(String(40), default="")
