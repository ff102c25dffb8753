"""Mails to send, written in the transaction of the event they tell of."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class OutboxMail(Base):
    """One mail. Unsharded, with the account's id but no key into its shard; `event_key` makes one event one mail.

    `status`: `queued` → `sent` | `failed` (back-off; `next_try_at`), `kept` without a mail server. `facts`: what the
    template needs. `attachments`: list of {kind: invoice|credit_note|proposal|statement, id, name}. A lease guards a
    claim.
    """

    __tablename__ = "outbox_mails"
    __table_args__ = (
        UniqueConstraint("event_key"),
        CheckConstraint("status IN ('queued', 'sending', 'sent', 'failed', 'kept')", name="status"),
        Index("ix_outbox_mails_due", "status", "next_try_at"),
        Index("ix_outbox_mails_account", "account_id", "created_at"),
        Index("ix_outbox_mails_created", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int]
    event_key: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(5))
    seller: Mapped[str | None] = mapped_column(ForeignKey("sellers.code"))
    recipients: Mapped[list[Any]]
    copies: Mapped[list[Any]] = mapped_column(default=list)
    facts: Mapped[dict[str, Any]]
    attachments: Mapped[list[Any]] = mapped_column(default=list)
    status: Mapped[str] = mapped_column(String(10), default="queued")
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    lease: Mapped[str] = mapped_column(String(60), default="")
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(String(500), default="")
