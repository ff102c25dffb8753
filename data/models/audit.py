"""The audit trail, and the column maps remembered for imports."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class AuditEntry(Base):
    """Who did what, for whom, when; before and after. Append-only; `account_id` without a key into its shard."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_account", "account_id", "at"), Index("ix_audit_entries_at", "at"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    on_behalf_of: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    action: Mapped[str] = mapped_column(String(60))
    account_id: Mapped[int | None]
    subject: Mapped[str] = mapped_column(String(300), default="")
    subject_id: Mapped[int | None]
    before: Mapped[Any | None] = mapped_column(JSON)
    after: Mapped[Any | None] = mapped_column(JSON)


class ImportMap(Base):
    """How the columns of a file shape map to ours, remembered per shape (a hash of its header)."""

    __tablename__ = "import_maps"

    shape: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    mapping: Mapped[dict[str, Any]]
    saved_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    saved_at: Mapped[datetime]
