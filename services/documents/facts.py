"""The facts of a document: everything an invoice, credit note, proposal or draft prints, before it is worded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from data.money import Money
from data.period import Interval, Period
from services.rules.derivations import Derivation

TEMPLATE = "invoice-1"  # a changed template is a new file: documents name theirs


class DocumentKind(StrEnum):
    """What the paper is. Only the first two are numbered and owed."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    PROPOSAL = "proposal"  # "not an invoice", valid until a day
    DRAFT = "draft"  # the invoice as it will look, shown before the order is placed


class Address(NamedTuple):
    """Where a party sits. `country`: ISO 3166 code."""

    street: str
    postal_code: str
    city: str
    country: str
    region: str = ""


@dataclass(frozen=True, slots=True)
class TaxNumber:
    """A seller's tax number in one country (ISO 3166)."""

    country: str
    number: str


@dataclass(frozen=True, slots=True)
class Bank:
    """Where the document's currency is paid to: IBAN and BIC, or routing number and account number.

    `routing_number` is an ABA number for USD and a sort code for GBP.
    """

    currency: str
    bank_name: str = ""
    iban: str = ""
    bic: str = ""
    routing_number: str = ""
    account_number: str = ""


@dataclass(frozen=True, slots=True)
class SellerFacts:
    """The selling entity as it is on the day of issue. `late_payment_texts`: language → text."""

    legal_name: str
    address: Address
    language: str
    currency: str
    tax_numbers: tuple[TaxNumber, ...]
    register_line: str = ""
    bank: Bank | None = None
    sepa_creditor_id: str = ""
    late_payment_texts: Mapping[str, str] = field(default_factory=dict)
    email: str = ""
    phone: str = ""


class References(NamedTuple):
    """The buyer's own references, printed where given. DIR3: oficina contable, órgano gestor, unidad tramitadora."""

    supplier_number: str = ""
    cost_centre: str = ""
    leitweg_id: str = ""
    dir3_office: str = ""
    dir3_body: str = ""
    dir3_unit: str = ""
    siret: str = ""


class BuyerFacts(NamedTuple):
    """The customer, frozen at issue. `attention`: the billing contact's name; `code`: our customer number."""

    legal_name: str
    address: Address
    tax_number: str = ""
    is_business: bool = True
    attention: str = ""
    code: str = ""
    references: References = References()


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line. Seats, price, discount and days are those of its derivation; `net` is what it evaluates to.

    `tax_rate`: percent. A trial or another line without days has no `period`.
    """

    product: str
    plan: str
    period: Period | None
    derivation: Derivation
    net: Money
    tax_treatment: str
    tax_rate: Decimal

    @property
    def interval(self) -> Interval | None:
        """The billing plan, where the line has a price."""
        return self.derivation.price.interval if self.derivation.price else None


@dataclass(frozen=True, slots=True)
class TaxFacts:
    """Base and tax of one rate and treatment, in the document's currency and, when they differ, the seller's.

    `rate`: percent, of `country`. `reason`: the tax rule's code; `article`: the article relied on, for an exemption.
    """

    treatment: str
    rate: Decimal
    base: Money
    tax: Money
    country: str = ""
    reason: str = ""
    article: str = ""
    seller_base: Money | None = None
    seller_tax: Money | None = None

    @property
    def mention(self) -> str:
        """The code of what must be printed: a seller whose country has no rate calculates no tax at all."""
        return "not_calculated" if self.reason == "not_calculated" else self.treatment


@dataclass(frozen=True, slots=True)
class Exchange:
    """The reference rate of a document that is not in the seller's currency: 1 `base` = `rate` `quote`, of a day.

    `source`: who publishes it (ECB).
    """

    base: str
    quote: str
    rate: Decimal
    day: date
    source: str = "ECB"


class PaymentFacts(NamedTuple):
    """How the document is paid. `means`: bank_transfer, sepa_debit, bacs, ach, check; account and mandate for a debit.

    `buyer_account` is printed masked to its last four characters.
    """

    means: str
    buyer_account: str = ""
    mandate_reference: str = ""


@dataclass(frozen=True, slots=True)
class CorrectedInvoice:
    """An invoice that a credit note corrects, with its total before and after this correction."""

    number: str
    issued_on: date
    old_total: Money
    new_total: Money

    @property
    def difference(self) -> Money:
        """What this credit note takes off (negative)."""
        return self.new_total - self.old_total


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a credit note (or, without number, the account's balance) pays of an invoice at its issue (positive)."""

    number: str
    amount: Money


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """A whole document. Amounts of a credit note are negative. Proposals and drafts have no number.

    `language`: of the buyer; the words also follow the seller's country. `supply`: from the first to after the last day
    that the lines cover; None when they cover none.
    """

    kind: DocumentKind
    language: str
    issued_on: date
    currency: str
    seller: SellerFacts
    buyer: BuyerFacts
    lines: tuple[LineFacts, ...]
    taxes: tuple[TaxFacts, ...]
    subtotal: Money
    tax: Money
    total: Money
    number: str = ""
    due_on: date | None = None
    valid_until: date | None = None
    payment: PaymentFacts | None = None
    order_number: str = ""
    po_number: str = ""
    ordered_by: str = ""
    exchange: Exchange | None = None
    settled: tuple[Settlement, ...] = ()
    corrects: tuple[CorrectedInvoice, ...] = ()
    reason: str = ""
    previous_hash: str = ""
    qr_svg: str = ""
    template: str = TEMPLATE

    @property
    def supply(self) -> Period | None:
        """The days that the lines cover together."""
        periods = [line.period for line in self.lines if line.period]
        if not periods:
            return None
        return Period(min(period.start for period in periods), max(period.end for period in periods))

    @property
    def to_pay(self) -> Money:
        """The total less what was settled at issue."""
        return self.total - Money.total((part.amount for part in self.settled), self.currency)
