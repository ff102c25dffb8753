"""Selling entities: who issues the documents, with tax numbers, bank details and late-payment texts."""

from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class Seller(Base):
    """A legal entity that issues invoices. `late_payment_texts`: language → text; `version` guards its form."""

    __tablename__ = "sellers"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    legal_name: Mapped[str]
    country: Mapped[str] = mapped_column(String(2))
    currency: Mapped[str] = mapped_column(String(3))
    time_zone: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(5))
    street: Mapped[str] = mapped_column(default="")
    postal_code: Mapped[str] = mapped_column(String(20), default="")
    city: Mapped[str] = mapped_column(default="")
    region: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    register_line: Mapped[str] = mapped_column(String(400), default="")
    sepa_creditor_id: Mapped[str] = mapped_column(String(35), default="")
    invoice_prefix: Mapped[str] = mapped_column(String(10), unique=True)
    credit_prefix: Mapped[str] = mapped_column(String(10), unique=True)
    late_payment_texts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)


class SellerTaxNumber(Base):
    """A seller's tax number in one country."""

    __tablename__ = "seller_tax_numbers"

    seller: Mapped[str] = mapped_column(ForeignKey("sellers.code"), primary_key=True)
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    number: Mapped[str] = mapped_column(String(30))


class SellerBank(Base):
    """Where a currency is paid to: IBAN and BIC, ABA routing and account number, or sort code and account number."""

    __tablename__ = "seller_banks"

    seller: Mapped[str] = mapped_column(ForeignKey("sellers.code"), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    bank_name: Mapped[str] = mapped_column(default="")
    iban: Mapped[str] = mapped_column(String(34), default="")
    bic: Mapped[str] = mapped_column(String(11), default="")
    routing_number: Mapped[str] = mapped_column(String(20), default="")
    account_number: Mapped[str] = mapped_column(String(34), default="")
