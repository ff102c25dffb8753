"""Orders: who ordered what, on which evidence; and the proposals sent before."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import AccountOwned, Base


class Order(AccountOwned, Base):
    """A placed order. `request_key` makes placing idempotent; `payload_hash` tells another order with the same key."""

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("account_id", "request_key"),
        ForeignKeyConstraint(["account_id", "contact_id"], ["contacts.account_id", "contacts.id"]),
        ForeignKeyConstraint(["account_id", "po_id"], ["purchase_orders.account_id", "purchase_orders.id"]),
        Index("ix_orders_number", "number"),
        Index("ix_orders_placed_on", "account_id", "placed_on"),
    )

    number: Mapped[str] = mapped_column(String(30))
    request_key: Mapped[str] = mapped_column(String(64))
    payload_hash: Mapped[str] = mapped_column(String(64))
    placed_on: Mapped[date]
    placed_at: Mapped[datetime]
    placed_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    contact_id: Mapped[int | None]
    evidence: Mapped[str] = mapped_column(String(20), default="")
    evidence_reference: Mapped[str] = mapped_column(default="")
    payment_means: Mapped[str] = mapped_column(String(20), default="")
    po_id: Mapped[int | None]
    currency: Mapped[str] = mapped_column(String(3))
    subtotal_minor: Mapped[int]
    tax_minor: Mapped[int]
    total_minor: Mapped[int]


class OrderLine(AccountOwned, Base):
    """One item of an order, as it was ordered. `before`: plan, seats and interval that a change found."""

    __tablename__ = "order_lines"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "order_id"], ["orders.account_id", "orders.id"]),
        Index("ix_order_lines_order_id", "account_id", "order_id"),
    )

    order_id: Mapped[int]
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    plan: Mapped[str] = mapped_column(ForeignKey("plans.code"))
    seats: Mapped[int]
    interval: Mapped[str] = mapped_column(String(10))
    starts_on: Mapped[date]
    discount_percent: Mapped[Decimal | None]
    negotiated_amount: Mapped[Decimal | None]
    discount_reason: Mapped[str] = mapped_column(default="")
    timing: Mapped[str | None] = mapped_column(String(10))
    subscription_id: Mapped[int]
    net_minor: Mapped[int]
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Attachment(AccountOwned, Base):
    """A file that proves an order (a scanned purchase order, a mail)."""

    __tablename__ = "attachments"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "order_id"], ["orders.account_id", "orders.id"]),
        Index("ix_attachments_order_id", "account_id", "order_id"),
    )

    order_id: Mapped[int]
    name: Mapped[str]
    media_type: Mapped[str] = mapped_column(String(100))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    added_at: Mapped[datetime]


class Proposal(AccountOwned, Base):
    """A PDF proposal mailed for review: not an invoice. `sheet`: the worded document as canonical JSON."""

    __tablename__ = "proposals"
    __table_args__ = (
        Index("ix_proposals_account", "account_id", "sent_at"),
        Index("ix_proposals_valid_until", "valid_until"),
    )

    sent_at: Mapped[datetime]
    sent_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    valid_until: Mapped[date]
    currency: Mapped[str] = mapped_column(String(3))
    total_minor: Mapped[int]
    items: Mapped[list[Any]]
    sheet: Mapped[str] = mapped_column(Text)
