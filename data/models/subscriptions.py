"""Subscriptions and trials, their billed periods, entitlements and events."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import AccountOwned, AccountPart, Base

# In the words of an index, which SQLite compares: what renews by itself.
RENEWING = "cash_on IS NOT NULL"
IS_RENEWING = text("(subscriptions.cash_on IS NOT NULL)")


class Subscription(AccountOwned, Base):
    """A plan with seats that runs from period to period, or a trial of it.

    `anchor_on`: its day of month is each boundary's. `period_start`/`period_end`: the running (or, when scheduled,
    the first) period, half-open; a trial's period is the trial. `seats_assigned` counts active seats under a CHECK.
    `period_minor`: what a full period comes to as it runs (None: a trial, or it is over), in `currency`. `cash_on`: the
    day the money of the period that begins at `period_end` is expected (None: none begins there by itself).
    `trial_extension_days`: all extensions together. `cancelled_on`: the day the cancellation was asked for; `ends_on`:
    the first day without access, once that is known. `order_id`: 0 where it was imported (`ImportedSubscription`).
    """

    __tablename__ = "subscriptions"
    __table_args__ = (
        CheckConstraint("seats >= 1", name="seats"),
        CheckConstraint("seats_assigned >= 0 AND seats_assigned <= seats", name="seats_assigned"),
        CheckConstraint(
            "status IN ('scheduled', 'trialing', 'active', 'pending_cancellation', 'cancelled', 'expired')",
            name="status",
        ),
        CheckConstraint("period_start < period_end", name="period"),
        # What is due, and what it comes to: a year of renewals is summed in this index alone.
        Index(
            "ix_subscriptions_due",
            "status",
            "period_end",
            "interval",
            "currency",
            "is_auto_renewed",
            "anchor_on",
            "period_minor",
        ),
        Index("ix_subscriptions_account", "account_id", "status", "period_end", "interval"),
        # What ends with its period; what bears a purchase order: few; what is at an older price; the largest first.
        Index(
            "ix_subscriptions_not_renewed",
            "status",
            "period_end",
            "interval",
            sqlite_where=text("is_auto_renewed = 0"),
            postgresql_where=text("NOT is_auto_renewed"),
        ),
        Index(
            "ix_subscriptions_po",
            "status",
            "period_end",
            "interval",
            sqlite_where=text("po_id IS NOT NULL"),
            postgresql_where=text("po_id IS NOT NULL"),
        ),
        Index("ix_subscriptions_price", "price_id", "period_end"),
        Index("ix_subscriptions_amount", "period_minor"),
        Index("ix_subscriptions_starts_on", "starts_on"),
        # The last days to act on renewals; what they come to by day is summed in this index alone.
        Index(
            "ix_subscriptions_decisions",
            "notice_days",
            "period_end",
            "period_minor",
            "currency",
            "interval",
            "product",
            "cash_on",
            sqlite_where=text(RENEWING),
            postgresql_where=text(RENEWING),
        ),
        # What starts later: few, and looked for each night.
        Index(
            "ix_subscriptions_scheduled",
            "period_start",
            sqlite_where=text("status = 'scheduled'"),
            postgresql_where=text("status = 'scheduled'"),
        ),
        Index("ix_subscriptions_reference", "reference"),
    )

    reference: Mapped[str] = mapped_column(String(40))
    product: Mapped[str] = mapped_column(ForeignKey("products.code"))
    plan: Mapped[str] = mapped_column(ForeignKey("plans.code"))
    price_id: Mapped[int] = mapped_column(ForeignKey("prices.id"))
    status: Mapped[str] = mapped_column(String(30))
    is_trial: Mapped[bool] = mapped_column(default=False)
    seats: Mapped[int]
    seats_assigned: Mapped[int] = mapped_column(default=0)
    interval: Mapped[str] = mapped_column(String(10))
    starts_on: Mapped[date]
    anchor_on: Mapped[date]
    period_start: Mapped[date]
    period_end: Mapped[date]
    sequence: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str] = mapped_column(String(3), default="")
    period_minor: Mapped[int | None]
    cash_on: Mapped[date | None]
    trial_starts_on: Mapped[date | None]
    trial_ends_on: Mapped[date | None]
    trial_extension_days: Mapped[int] = mapped_column(default=0)
    ends_on: Mapped[date | None]
    cancelled_on: Mapped[date | None]
    cancel_reason: Mapped[str] = mapped_column(default="")
    discount_percent: Mapped[Decimal | None]
    negotiated_amount: Mapped[Decimal | None]
    discount_reason: Mapped[str] = mapped_column(default="")
    po_id: Mapped[int | None]
    order_id: Mapped[int]
    is_auto_renewed: Mapped[bool] = mapped_column(default=True)
    notice_days: Mapped[int] = mapped_column(default=30)
    created_at: Mapped[datetime]


class BilledPeriod(AccountPart, Base):
    """A period that was billed, with or without a document (a renewal at 0.00 has none)."""

    __tablename__ = "billed_periods"
    __table_args__ = (
        UniqueConstraint("account_id", "subscription_id", "sequence"),
        ForeignKeyConstraint(["account_id", "subscription_id"], ["subscriptions.account_id", "subscriptions.id"]),
        CheckConstraint("starts_on < ends_on", name="days"),
    )

    subscription_id: Mapped[int]
    sequence: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    document_id: Mapped[int | None]


class Entitlement(AccountOwned, Base):
    """The right to use a product from a day on; `ends_on` empty while the subscription runs."""

    __tablename__ = "entitlements"
    __table_args__ = (
        UniqueConstraint("account_id", "subscription_id"),
        ForeignKeyConstraint(["account_id", "subscription_id"], ["subscriptions.account_id", "subscriptions.id"]),
    )

    subscription_id: Mapped[int]
    product: Mapped[str] = mapped_column(ForeignKey("products.code"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class SubscriptionEvent(AccountPart, Base):
    """What happened to a subscription, in order; written by the journal only."""

    __tablename__ = "subscription_events"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "subscription_id"], ["subscriptions.account_id", "subscriptions.id"]),
        Index("ix_subscription_events_subscription", "account_id", "subscription_id", "happened_on"),
    )

    subscription_id: Mapped[int]
    happened_on: Mapped[date]
    recorded_at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(30))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)
