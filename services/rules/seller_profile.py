"""The selling entity as one value: what its form carries and what the rules about it look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class BankDetails:
    """Where a currency is paid to: IBAN and BIC, or routing number and account number.

    `routing_number`: ABA number for USD, sort code for GBP.
    """

    bank_name: str = ""
    iban: str = ""
    bic: str = ""
    routing_number: str = ""
    account_number: str = ""


@dataclass(frozen=True, slots=True)
class SellerProfile:
    """A legal entity that issues documents (billing rules §8).

    `tax_numbers`: ISO 3166 country → number; `banks`: ISO 4217 currency → details; `late_payment_texts`: language →
    text. `country` and `currency` are the entity's own.
    """

    code: str
    legal_name: str
    country: str
    currency: str
    time_zone: str
    language: str
    invoice_prefix: str
    credit_prefix: str
    street: str = ""
    postal_code: str = ""
    city: str = ""
    region: str = ""
    email: str = ""
    phone: str = ""
    register_line: str = ""
    sepa_creditor_id: str = ""
    tax_numbers: Mapping[str, str] = field(default_factory=dict)
    banks: Mapping[str, BankDetails] = field(default_factory=dict)
    late_payment_texts: Mapping[str, str] = field(default_factory=dict)
    is_active: bool = True
