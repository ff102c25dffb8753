"""Invoices and credit notes with their lines, and the number series that prove they are gapless."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import AccountOwned, AccountPart, Base

_LATEST_FIRST = ("issued_on", "number", "account_id", "currency")
_OWED_ACCOUNT = ("account_id", "currency", "due_on", "issued_on", "open_minor")
# In the words of an index, which SQLite compares: what is owed, settled, taken back.
_OWED, _SETTLED, _CREDIT_NOTE = "open_minor > 0", "open_minor = 0 AND kind = 'invoice'", "kind = 'credit_note'"
IS_OWED = text("(documents.open_minor > 0)")
IS_SETTLED = text("(documents.open_minor = 0 AND documents.kind = 'invoice')")
IS_CREDIT_NOTE = text("(documents.kind = 'credit_note')")


def _partial(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class PartySnapshot(AccountOwned, Base):
    """Seller and buyer as documents of the account print them; `id` is the hash of the content: each is kept once."""

    __tablename__ = "party_snapshots"

    content: Mapped[str] = mapped_column(Text)


class Document(AccountOwned, Base):
    """An issued invoice or credit note; amounts of a credit note are negative. Only `open_minor` ever changes.

    Frozen at issue: the row, its lines, the parties as printed (`party_id`), and `facts`, what is printed beside them
    (canonical JSON, `services.documents.frozen`). `hash` seals them all and `previous_hash`, the one before it in the
    series. `sheet`: the worded document as canonical JSON, kept from when it was first sent; before, it is made from
    the facts. A document of before revision 0007 has no facts: its hash is its sheet's.
    `country`, `rep_id` (0: nobody), `segment`: the account's at issue, for reports.
    `open_minor`: what is left to pay (0 for a credit note). `taken_over_on`: the cut-over day, for an invoice
    that another system issued; it is of what was open on it, under its own number, without lines or a paper.
    """

    __tablename__ = "documents"
    __table_args__ = (
        CheckConstraint("kind IN ('invoice', 'credit_note')", name="kind"),
        CheckConstraint("subtotal_minor + tax_minor = total_minor", name="total"),
        ForeignKeyConstraint(["account_id", "order_id"], ["orders.account_id", "orders.id"]),
        ForeignKeyConstraint(["account_id", "po_id"], ["purchase_orders.account_id", "purchase_orders.id"]),
        ForeignKeyConstraint(["account_id", "party_id"], ["party_snapshots.account_id", "party_snapshots.id"]),
        CheckConstraint("facts IS NOT NULL OR sheet IS NOT NULL", name="frozen"),
        CheckConstraint("(facts IS NULL) = (party_id IS NULL)", name="parties"),
        Index("ix_documents_number", "number"),
        # The list, latest first: holds what it is filtered by.
        Index(
            "ix_documents_issued_on",
            *("issued_on", "number", "kind", "currency", "account_id", "country", "rep_id", "segment"),
        ),
        Index("ix_documents_account", "account_id", "issued_on"),
        # What is left to pay, the oldest first; of an account; what is settled, and credit notes, the latest first.
        _partial("ix_documents_owed", "due_on", "number", "account_id", "currency", "open_minor", where=_OWED),
        _partial("ix_documents_owed_account", *_OWED_ACCOUNT, where=_OWED),
        _partial("ix_documents_settled", *_LATEST_FIRST, "total_minor", "id", where=_SETTLED),
        _partial("ix_documents_credit_notes", *_LATEST_FIRST, where=_CREDIT_NOTE),
    )

    kind: Mapped[str] = mapped_column(String(20))
    seller: Mapped[str] = mapped_column(ForeignKey("sellers.code"))
    number: Mapped[str] = mapped_column(String(30))
    order_id: Mapped[int | None]
    po_id: Mapped[int | None]
    party_id: Mapped[int | None]
    issued_on: Mapped[date]
    issued_at: Mapped[datetime]
    due_on: Mapped[date]
    currency: Mapped[str] = mapped_column(String(3))
    language: Mapped[str] = mapped_column(String(5))
    subtotal_minor: Mapped[int]
    tax_minor: Mapped[int]
    total_minor: Mapped[int]
    open_minor: Mapped[int]
    reason: Mapped[str] = mapped_column(String(500), default="")
    facts: Mapped[str | None] = mapped_column(Text)
    sheet: Mapped[str | None] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64))
    country: Mapped[str] = mapped_column(String(2), default="")
    rep_id: Mapped[int] = mapped_column(default=0)
    segment: Mapped[str] = mapped_column(String(80), default="")
    taken_over_on: Mapped[date | None]


class DocumentLine(AccountPart, Base):
    """A line: days `[starts_on, ends_on)`, net and tax, and the derivation that works the net out again."""

    __tablename__ = "document_lines"
    __table_args__ = (
        CheckConstraint("kind IN ('charge', 'credit')", name="kind"),
        ForeignKeyConstraint(["account_id", "document_id"], ["documents.account_id", "documents.id"]),
        ForeignKeyConstraint(["account_id", "subscription_id"], ["subscriptions.account_id", "subscriptions.id"]),
        UniqueConstraint("account_id", "document_id", "position"),
        Index("ix_document_lines_subscription", "account_id", "subscription_id"),
    )

    document_id: Mapped[int]
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    subscription_id: Mapped[int]
    sequence: Mapped[int]
    plan: Mapped[str] = mapped_column(ForeignKey("plans.code"))
    seats: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    net_minor: Mapped[int]
    tax_minor: Mapped[int]
    tax_treatment: Mapped[str] = mapped_column(String(20))
    tax_country: Mapped[str] = mapped_column(String(2))
    tax_rate: Mapped[Decimal]
    tax_reason: Mapped[str] = mapped_column(String(40), default="")
    tax_mention: Mapped[str] = mapped_column(String(40), default="")
    tax_article: Mapped[str] = mapped_column(default="")
    derivation: Mapped[str] = mapped_column(Text)


class LineCorrection(AccountOwned, Base):
    """What a credit line takes back of one invoiced line: a negative amount, and seats."""

    __tablename__ = "line_corrections"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "credit_line_id"], ["document_lines.account_id", "document_lines.id"]),
        ForeignKeyConstraint(["account_id", "line_id"], ["document_lines.account_id", "document_lines.id"]),
        Index("ix_line_corrections_line", "account_id", "line_id"),
        Index("ix_line_corrections_credit", "account_id", "credit_line_id"),
    )

    credit_line_id: Mapped[int]
    line_id: Mapped[int]
    amount_minor: Mapped[int]
    tax_minor: Mapped[int]
    seats: Mapped[int]


class Correction(AccountOwned, Base):
    """A credit note naming an invoice it corrects, and how much of it was set off against that invoice."""

    __tablename__ = "corrections"
    __table_args__ = (
        UniqueConstraint("account_id", "credit_note_id", "invoice_id"),
        ForeignKeyConstraint(["account_id", "credit_note_id"], ["documents.account_id", "documents.id"]),
        ForeignKeyConstraint(["account_id", "invoice_id"], ["documents.account_id", "documents.id"]),
        Index("ix_corrections_invoice", "account_id", "invoice_id"),
    )

    credit_note_id: Mapped[int]
    invoice_id: Mapped[int]
    set_off_minor: Mapped[int]


class NumberSeries(Base):
    """The last number of a series in a year, its day and hash: the last lock an order takes."""

    __tablename__ = "number_series"

    series: Mapped[str] = mapped_column(String(10), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_number: Mapped[int] = mapped_column(default=0)
    last_hash: Mapped[str] = mapped_column(String(64), default="")
    last_issued_on: Mapped[date | None]


class IssuedNumber(Base):
    """A number given to a document: the proof of gaplessness."""

    __tablename__ = "issued_numbers"

    series: Mapped[str] = mapped_column(String(10), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int]
    document_id: Mapped[int]
