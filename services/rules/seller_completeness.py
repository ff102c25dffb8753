"""What a selling entity lacks before it may issue documents in its country (billing rules §8)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.rules.seller_profile import BankDetails, SellerProfile

# What a country wants to read in the register line; every pattern must be found.
# DE: § 35a GmbHG, § 80 AktG · ES: art. 24 CCom · FR: art. R123-237 and R123-238 CCom · GB: Companies Act 2006, s. 82.
REGISTER_LINE: dict[str, tuple[str, ...]] = {
    "DE": (r"\bHR[AB]\s*\d+",),
    "ES": (r"Registro Mercantil",),
    "FR": (r"\bRCS\b\D*\d{3}\s?\d{3}\s?\d{3}\b", r"\bcapital\b"),
    "GB": (r"\b(?:\d{8}|[A-Z]{2}\d{6})\b",),
}
# What a country's late-payment text must name, in whatever language it is written. US: none is required.
# DE: § 288 BGB · ES: Ley 3/2004 · FR: art. L441-10 and D441-5 CCom (penalties and 40 EUR) · GB: Act of 1998.
LATE_PAYMENT: dict[str, str] = {
    "DE": r"§\s*288\b",
    "ES": r"\b3/2004\b",
    "FR": r"\b40(?:[.,]00)?\s*(?:€|EUR|euros?)",
    "GB": r"Late Payment of Commercial Debts",
}
STATES_REQUIRED = frozenset({"US"})
DOMESTIC_TRANSFERS = frozenset({"USD", "GBP"})  # paid by routing number and account number


def missing(seller: SellerProfile, currency: str) -> tuple[str, ...]:
    """Field codes of what the seller lacks to issue in a currency; empty when it is complete.

    A code may name a place: `bank_details.USD`, `late_payment_text.fr`. Whether the values themselves are valid (check
    digits) is the form's business: `services.rules.seller_form`.
    """
    return tuple(_missing(seller, currency))


def _missing(seller: SellerProfile, currency: str) -> Iterator[str]:
    if not seller.legal_name:
        yield "legal_name"
    if not (seller.street and seller.city and seller.postal_code):
        yield "address"
    if seller.country in STATES_REQUIRED and not seller.region:
        yield "state"
    if not seller.time_zone:
        yield "time_zone"
    if not seller.tax_numbers.get(seller.country):
        yield "tax_number"
    if not names_register(seller):
        yield "register_line"
    if not is_payable(seller.banks.get(currency), currency):
        yield f"bank_details.{currency}"
    for language in silent_languages(seller):
        yield f"late_payment_text.{language}"
    if not (seller.invoice_prefix and seller.credit_prefix):
        yield "series_prefix"


def names_register(seller: SellerProfile) -> bool:
    """Whether the register line says what the seller's country demands on business papers."""
    return all(re.search(pattern, seller.register_line) for pattern in REGISTER_LINE.get(seller.country, ()))


def silent_languages(seller: SellerProfile) -> tuple[str, ...]:
    """Languages whose late-payment text does not name what the seller's country demands.

    There must be one in the seller's own language; further ones must name the same law.
    """
    pattern = LATE_PAYMENT.get(seller.country)
    if pattern is None:
        return ()
    texts = {seller.language: "", **{language: text for language, text in seller.late_payment_texts.items() if text}}
    return tuple(language for language, text in texts.items() if not re.search(pattern, text))


def is_payable(bank: BankDetails | None, currency: str) -> bool:
    """Whether a customer can pay there: IBAN and BIC, or routing and account number where the currency has them."""
    if bank is None:
        return False
    if currency in DOMESTIC_TRANSFERS and bank.routing_number and bank.account_number:
        return True
    return bool(bank.iban and bank.bic)
