"""Accounts, their contacts, purchase orders and standing discounts."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import AccountOwned, Base

# In the words of an index, which SQLite compares: an account on which something is empty that most orders need, and who
# is billed for one.
BLANK = (
    "legal_name = '' OR country = '' OR currency = '' OR language = '' OR street = '' OR city = '' OR postal_code = '' "
    "OR region = '' AND country IN ('AU', 'CA', 'US') OR seller IS NULL OR rep_id IS NULL AND team_id IS NULL"
)
UNCONFIRMED = "vat_state <> 'confirmed' AND vat_number <> ''"
BILLING = "is_billing_contact AND is_active"
IS_BLANK = text(re.sub(r"(\w+)(?= (=|IN|IS) )", r"accounts.\1", f"({BLANK})"))
IS_UNCONFIRMED = text("(accounts.vat_state <> 'confirmed' AND accounts.vat_number <> '')")
IS_BILLING = text("(contacts.is_billing_contact AND contacts.is_active)")


class Account(Base):
    """The enterprise customer that is billed; `id` is derived from `code`, so a code exists once.

    `paid_invoices`, `late_days`: how many invoices payments have settled, and their days past due together.
    `search_text`: name, code, VAT number, city and contacts in lower case, for the list's search.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint("net_days >= 0 AND net_days <= 365", name="net_days"),
        # A rep's accounts, by name: also the row scope of every other table, so it holds the ids.
        Index("ix_accounts_rep_id", "rep_id", "search_text", "id"),
        Index("ix_accounts_team_id", "team_id", "search_text", "id"),
        # The list is searched, filtered, counted and sorted in this index alone.
        Index(
            "ix_accounts_list",
            "search_text",
            "id",
            "country",
            "kind",
            "segment",
            "rep_id",
            "team_id",
            "seller",
            "currency",
        ),
        # Who cannot order: accounts that lack something themselves, or whose seller does in their currency.
        Index("ix_accounts_blank", "id", sqlite_where=text(BLANK), postgresql_where=text(BLANK)),
        Index("ix_accounts_seller", "seller", "currency"),
        # Whose VAT number no tax office has confirmed.
        Index(
            "ix_accounts_unconfirmed",
            "search_text",
            "id",
            sqlite_where=text(UNCONFIRMED),
            postgresql_where=text(UNCONFIRMED),
        ),
        # Whose exemption from tax ends.
        Index(
            "ix_accounts_exempt_until",
            "exempt_until",
            sqlite_where=text("exempt_until IS NOT NULL"),
            postgresql_where=text("exempt_until IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(40), index=True)
    kind: Mapped[str] = mapped_column(String(20), default="corporate")
    legal_name: Mapped[str] = mapped_column(String(200))
    seller: Mapped[str | None] = mapped_column(ForeignKey("sellers.code"))
    rep_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    segment: Mapped[str] = mapped_column(String(80), default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    currency: Mapped[str] = mapped_column(String(3), default="")
    language: Mapped[str] = mapped_column(String(5), default="en")
    street: Mapped[str] = mapped_column(default="")
    postal_code: Mapped[str] = mapped_column(String(20), default="")
    city: Mapped[str] = mapped_column(default="")
    region: Mapped[str] = mapped_column(default="")
    is_business: Mapped[bool] = mapped_column(default=True)
    vat_number: Mapped[str] = mapped_column(String(30), default="")
    vat_state: Mapped[str] = mapped_column(String(20), default="unchecked")
    vat_checked_on: Mapped[date | None]
    vat_consultation: Mapped[str] = mapped_column(String(60), default="")
    exemption_article: Mapped[str] = mapped_column(default="")
    exempt_from: Mapped[date | None]
    exempt_until: Mapped[date | None]
    net_days: Mapped[int] = mapped_column(default=30)
    end_of_month: Mapped[bool] = mapped_column(default=False)
    fixed_days: Mapped[list[Any]] = mapped_column(default=list)
    co_term_on: Mapped[str | None] = mapped_column(String(5))
    paid_invoices: Mapped[int] = mapped_column(default=0)
    late_days: Mapped[int] = mapped_column(default=0)
    po_required: Mapped[bool] = mapped_column(default=False)
    hides_names: Mapped[bool] = mapped_column(default=False)
    supplier_number: Mapped[str] = mapped_column(String(40), default="")
    cost_centre: Mapped[str] = mapped_column(String(60), default="")
    leitweg_id: Mapped[str] = mapped_column(String(60), default="")
    dir3_office: Mapped[str] = mapped_column(String(20), default="")
    dir3_body: Mapped[str] = mapped_column(String(20), default="")
    dir3_unit: Mapped[str] = mapped_column(String(20), default="")
    siret: Mapped[str] = mapped_column(String(20), default="")
    payment_means: Mapped[str] = mapped_column(String(20), default="")
    iban: Mapped[str] = mapped_column(String(34), default="")
    bic: Mapped[str] = mapped_column(String(11), default="")
    mandate_reference: Mapped[str] = mapped_column(String(35), default="")
    mandate_signed_on: Mapped[date | None]
    search_text: Mapped[str] = mapped_column(String(2000), default="")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class Contact(AccountOwned, Base):
    """A person at the customer: the billing contact (one), an invoice recipient (up to five), or another."""

    __tablename__ = "contacts"
    __table_args__ = (
        UniqueConstraint("account_id", "email"),
        Index(
            "uq_contacts_billing",
            "account_id",
            unique=True,
            sqlite_where=text("is_billing_contact"),
            postgresql_where=text("is_billing_contact"),
        ),
        Index(
            "ix_contacts_billing",
            "account_id",
            sqlite_where=text(BILLING),
            postgresql_where=text(BILLING),
        ),
    )

    name: Mapped[str]
    email: Mapped[str] = mapped_column(String(254))
    phone: Mapped[str] = mapped_column(String(40), default="")
    is_billing_contact: Mapped[bool] = mapped_column(default=False)
    is_invoice_recipient: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)


class PurchaseOrder(AccountOwned, Base):
    """The customer's own order number: valid through `expires_on`, up to `cap_minor` of totals in its currency."""

    __tablename__ = "purchase_orders"
    __table_args__ = (
        UniqueConstraint("account_id", "number"),
        Index("ix_purchase_orders_number", "number"),
        Index("ix_purchase_orders_expires_on", "expires_on"),
    )

    number: Mapped[str] = mapped_column(String(60))
    expires_on: Mapped[date | None]
    cap_minor: Mapped[int | None]
    is_closed: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)


class StandingDiscount(AccountOwned, Base):
    """A percent off, or a negotiated unit price, for an account and a plan."""

    __tablename__ = "standing_discounts"
    __table_args__ = (UniqueConstraint("account_id", "plan"),)

    plan: Mapped[str] = mapped_column(ForeignKey("plans.code"))
    percent: Mapped[Decimal | None]
    unit_amount: Mapped[Decimal | None]
    reason: Mapped[str] = mapped_column(default="")
