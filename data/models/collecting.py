"""Money by the file: bank statements with their lines, and batches of SEPA direct debits."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import AccountOwned, Base


class Statement(Base):
    """A bank statement that was taken in; `file_hash` tells the same file."""

    __tablename__ = "statements"
    __table_args__ = (UniqueConstraint("file_hash"), Index("ix_statements_imported_at", "imported_at"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    file_hash: Mapped[str] = mapped_column(String(64))
    imported_on: Mapped[date]
    imported_at: Mapped[datetime]
    imported_by: Mapped[int] = mapped_column(ForeignKey("users.id"))


class StatementLine(Base):
    """Money that came in by a statement. `line_key`: a hash of what the bank says, so that no line is booked twice.

    The ids are without a key into the account's shard. A line waits (`open`) until it is booked or ignored.
    """

    __tablename__ = "statement_lines"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'booked', 'ignored')", name="status"),
        CheckConstraint("amount_minor > 0", name="amount"),
        UniqueConstraint("line_key"),
        Index("ix_statement_lines_status", "status", "booked_on"),
    )

    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line_key: Mapped[str] = mapped_column(String(64))
    booked_on: Mapped[date]
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    payer: Mapped[str] = mapped_column(default="")
    reference: Mapped[str] = mapped_column(String(500), default="")
    status: Mapped[str] = mapped_column(String(10), default="open")
    account_id: Mapped[int | None]
    payment_id: Mapped[int | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class DebitBatch(Base):
    """A pain.008 file of a selling entity: what is collected from the customers' banks on a day."""

    __tablename__ = "debit_batches"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'booked', 'cancelled')", name="status"),
        Index("ix_debit_batches_collect_on", "collect_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seller: Mapped[str] = mapped_column(ForeignKey("sellers.code"))
    currency: Mapped[str] = mapped_column(String(3))
    collect_on: Mapped[date]
    made_on: Mapped[date]
    made_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    count: Mapped[int]
    total_minor: Mapped[int]
    file: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(10), default="open")
    closed_on: Mapped[date | None]


class Debit(AccountOwned, Base):
    """One invoice's collection in a batch; in at most one open batch at a time. `return_reason`: the bank's code."""

    __tablename__ = "debits"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'collected', 'returned', 'cancelled')", name="status"),
        CheckConstraint("amount_minor > 0", name="amount"),
        ForeignKeyConstraint(["account_id", "invoice_id"], ["documents.account_id", "documents.id"]),
        ForeignKeyConstraint(["account_id", "payment_id"], ["payments.account_id", "payments.id"]),
        Index("ix_debits_batch", "batch_id"),
        Index("ix_debits_mandate", "account_id", "mandate_reference"),
        Index(
            "uq_debits_open",
            "account_id",
            "invoice_id",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
    )

    batch_id: Mapped[int] = mapped_column(ForeignKey("debit_batches.id"))
    invoice_id: Mapped[int]
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    mandate_reference: Mapped[str] = mapped_column(String(35))
    sequence_type: Mapped[str] = mapped_column(String(4))
    end_to_end_id: Mapped[str] = mapped_column(String(35))
    status: Mapped[str] = mapped_column(String(10), default="open")
    payment_id: Mapped[int | None]
    return_reason: Mapped[str] = mapped_column(String(10), default="")
