"""The tax book: base and tax of each rate of an issued document, written with it, and their sums by month."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import AccountOwned, Base

# In the words of an index, which SQLite compares: supplies whose tax the buyer accounts for.
_REVERSED = "treatment = 'reverse_charge'"
IS_REVERSED = text("(tax_entries.treatment = 'reverse_charge')")


class TaxEntry(AccountOwned, Base):
    """A line of the tax book: one rate and treatment of a document, in its currency and in its seller's.

    Negative for a credit note. `rate`: percent, of `country`; `reason` and `mention`: codes of the tax rules;
    `quarter`: yyyyq of issue. `vat_number`: the buyer's, as printed ("" for none).
    """

    __tablename__ = "tax_entries"
    # Two a document at most: one tree, and no key to the document, whose check costs as much as the row.
    __table_args__ = (
        # The book in the order of its numbers, and what it is filtered by.
        Index("ix_tax_entries_book", "seller", "issued_on", "number", "treatment", "country", "rate", "currency"),
        # The EC sales list: buyers of a quarter, each with all that is summed of it.
        Index(
            "ix_tax_entries_reversed",
            "seller",
            "quarter",
            "vat_number",
            "country",
            "issued_on",
            "seller_base_minor",
            sqlite_where=text(_REVERSED),
            postgresql_where=text(_REVERSED),
        ),
        {"sqlite_with_rowid": False},
    )

    document_id: Mapped[int]
    seller: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(20))
    number: Mapped[str] = mapped_column(String(30))
    issued_on: Mapped[date]
    quarter: Mapped[int]
    treatment: Mapped[str] = mapped_column(String(20))
    country: Mapped[str] = mapped_column(String(2))
    rate: Mapped[Decimal]
    reason: Mapped[str] = mapped_column(String(40))
    mention: Mapped[str] = mapped_column(String(40))
    article: Mapped[str]
    vat_number: Mapped[str] = mapped_column(String(30))
    is_business: Mapped[bool]
    currency: Mapped[str] = mapped_column(String(3))
    base_minor: Mapped[int]
    tax_minor: Mapped[int]
    seller_currency: Mapped[str] = mapped_column(String(3))
    seller_base_minor: Mapped[int]
    seller_tax_minor: Mapped[int]


class TaxFigure(Base):
    """A measure of the entries of a month (yyyymm of issue) that are alike, added up.

    `grain`: 0, as roll-ups have it that are kept in one way only.
    """

    __tablename__ = "tax_figures"
    __table_args__ = ({"sqlite_with_rowid": False},)

    grain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    measure: Mapped[str] = mapped_column(String(20), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seller: Mapped[str] = mapped_column(String(20), primary_key=True)
    treatment: Mapped[str] = mapped_column(String(20), primary_key=True)
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    rate: Mapped[Decimal] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(String(40), primary_key=True)
    is_business: Mapped[bool] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    seller_currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    amount_minor: Mapped[int]


class TaxFigureDelta(Base):
    """What a transaction added to a measure, until it is folded. Insert-only: no transaction waits for another."""

    __tablename__ = "tax_figure_deltas"
    __table_args__ = ({"sqlite_with_rowid": False},)

    batch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    measure: Mapped[str] = mapped_column(String(20))
    month: Mapped[int]
    seller: Mapped[str] = mapped_column(String(20))
    treatment: Mapped[str] = mapped_column(String(20))
    country: Mapped[str] = mapped_column(String(2))
    rate: Mapped[Decimal]
    reason: Mapped[str] = mapped_column(String(40))
    is_business: Mapped[bool]
    currency: Mapped[str] = mapped_column(String(3))
    seller_currency: Mapped[str] = mapped_column(String(3))
    amount_minor: Mapped[int]
