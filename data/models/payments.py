"""Money that comes and goes: payments, what they pay, the account's balance, disputes and approvals."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import AccountOwned, Base


class Payment(AccountOwned, Base):
    """Money received, or (`refund`) given back; always positive. One that failed is reversed, never deleted."""

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("kind IN ('receipt', 'refund')", name="kind"),
        CheckConstraint("amount_minor > 0", name="amount"),
        UniqueConstraint("account_id", "request_key"),
        # The list, latest first: holds what it is filtered by and searched for.
        Index("ix_payments_list", "received_on", "id", "account_id", "kind", "reversed_on", "reference"),
        Index(
            "ix_payments_refunds",
            "received_on",
            sqlite_where=text("kind = 'refund'"),
            postgresql_where=text("kind = 'refund'"),
        ),
        Index(
            "ix_payments_reversed",
            "received_on",
            sqlite_where=text("reversed_on IS NOT NULL"),
            postgresql_where=text("reversed_on IS NOT NULL"),
        ),
        Index("ix_payments_account", "account_id", "received_on"),
    )

    kind: Mapped[str] = mapped_column(String(10))
    received_on: Mapped[date]
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    means: Mapped[str] = mapped_column(String(20))
    reference: Mapped[str] = mapped_column(default="")
    request_key: Mapped[str] = mapped_column(String(64))
    payload_hash: Mapped[str] = mapped_column(String(64))
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    recorded_at: Mapped[datetime]
    reversed_on: Mapped[date | None]
    reversal_reason: Mapped[str] = mapped_column(default="")


class AccountCredit(AccountOwned, Base):
    """A part of the account's balance: what is left of a credit note or of a payment. Used oldest first."""

    __tablename__ = "account_credits"
    __table_args__ = (
        CheckConstraint("source IN ('credit_note', 'payment')", name="source"),
        CheckConstraint("left_minor >= 0 AND left_minor <= amount_minor", name="left"),
        Index(
            "ix_account_credits_left",
            "account_id",
            "since_on",
            sqlite_where=text("left_minor > 0"),
            postgresql_where=text("left_minor > 0"),
        ),
    )

    source: Mapped[str] = mapped_column(String(15))
    source_id: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    since_on: Mapped[date]
    amount_minor: Mapped[int]
    left_minor: Mapped[int]


class Allocation(AccountOwned, Base):
    """So much of a source pays an invoice; negative takes it back. Append-only.

    `source`: a payment, the balance left of a credit note, or a write-off. An invoice's open amount is its total less
    its allocations and what credit notes were set off against it at their issue.
    """

    __tablename__ = "allocations"
    __table_args__ = (
        CheckConstraint("source IN ('payment', 'credit_note', 'write_off')", name="source"),
        CheckConstraint("amount_minor <> 0", name="amount"),
        ForeignKeyConstraint(["account_id", "invoice_id"], ["documents.account_id", "documents.id"]),
        Index("ix_allocations_invoice", "account_id", "invoice_id"),
        Index("ix_allocations_source", "account_id", "source_id"),
        # What was settled since a day, for receivables as of then.
        Index("ix_allocations_day", "allocated_on", "account_id", "invoice_id", "amount_minor"),
    )

    invoice_id: Mapped[int]
    source: Mapped[str] = mapped_column(String(15))
    source_id: Mapped[int]
    amount_minor: Mapped[int]
    allocated_on: Mapped[date]
    recorded_at: Mapped[datetime]


class CollectionCall(AccountOwned, Base):
    """A call about what is overdue, and what was promised, if anything: how much by which day."""

    __tablename__ = "collection_calls"
    __table_args__ = (
        CheckConstraint("promised_minor > 0", name="amount"),
        UniqueConstraint("account_id", "request_key"),
        Index("ix_collection_calls_promised", "promised_on"),
    )

    request_key: Mapped[str] = mapped_column(String(64))
    called_on: Mapped[date]
    called_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(String(200))
    promised_minor: Mapped[int | None]
    currency: Mapped[str] = mapped_column(String(3))
    promised_on: Mapped[date | None]


class Dispute(AccountOwned, Base):
    """An invoice the customer disputes, from a day until it is settled: no reminders meanwhile."""

    __tablename__ = "disputes"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "document_id"], ["documents.account_id", "documents.id"]),
        Index(
            "uq_disputes_open",
            "account_id",
            "document_id",
            unique=True,
            sqlite_where=text("closed_on IS NULL"),
            postgresql_where=text("closed_on IS NULL"),
        ),
    )

    document_id: Mapped[int]
    opened_on: Mapped[date]
    reason: Mapped[str]
    opened_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    closed_on: Mapped[date | None]


class Approval(AccountOwned, Base):
    """Something that needs a second person: asked by one, decided by another. `wanted`: what is done when approved."""

    __tablename__ = "approvals"
    __table_args__ = (
        CheckConstraint("kind IN ('refund', 'write_off', 'trial_extension', 'discount')", name="kind"),
        CheckConstraint("status IN ('pending', 'approved', 'refused', 'withdrawn')", name="status"),
        CheckConstraint("decided_by IS NULL OR decided_by <> requested_by", name="second_person"),
        UniqueConstraint("account_id", "request_key"),
        Index("ix_approvals_status", "status", "requested_at"),
    )

    kind: Mapped[str] = mapped_column(String(20))
    request_key: Mapped[str] = mapped_column(String(64))
    subject_id: Mapped[int | None]
    amount_minor: Mapped[int | None]
    currency: Mapped[str] = mapped_column(String(3), default="")
    wanted: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[str] = mapped_column(String(500))
    requested_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    requested_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(10), default="pending")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str] = mapped_column(String(500), default="")


class WriteOff(AccountOwned, Base):
    """What is given up of an invoice, with its reason; approved by a second person (`approval_id`).

    `reversed_on`: the day from which it is owed again, such as when the money came after all.
    """

    __tablename__ = "write_offs"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        ForeignKeyConstraint(["account_id", "invoice_id"], ["documents.account_id", "documents.id"]),
        Index("ix_write_offs_invoice", "account_id", "invoice_id"),
    )

    invoice_id: Mapped[int]
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(String(500))
    written_off_on: Mapped[date]
    approval_id: Mapped[int | None]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    recorded_at: Mapped[datetime]
    reversed_on: Mapped[date | None]
    reversal_reason: Mapped[str] = mapped_column(String(500), default="")


class RefundPart(AccountOwned, Base):
    """So much of a refund came out of that part of the balance; a refund that failed goes back there."""

    __tablename__ = "refund_parts"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        ForeignKeyConstraint(["account_id", "refund_id"], ["payments.account_id", "payments.id"]),
        ForeignKeyConstraint(["account_id", "credit_id"], ["account_credits.account_id", "account_credits.id"]),
        UniqueConstraint("account_id", "refund_id", "credit_id"),
        Index("ix_refund_parts_credit", "account_id", "credit_id"),
    )

    refund_id: Mapped[int]
    credit_id: Mapped[int]
    amount_minor: Mapped[int]
