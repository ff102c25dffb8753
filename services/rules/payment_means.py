"""Payment means: which of them a country and currency allow, and what each needs to be known."""

from __future__ import annotations

from enum import StrEnum

from services.errors import Unlawful
from services.rules.countries import SEPA


class MandateMissing(Unlawful):
    """A SEPA direct debit without what it is collected by: `missing` (fields of the account)."""


class PaymentMeans(StrEnum):
    """How an account pays. Bacs and ACH are transfers that the customer sends; only SEPA debits are collected."""

    BANK_TRANSFER = "bank_transfer"
    SEPA_DEBIT = "sepa_debit"
    BACS = "bacs"
    ACH = "ach"
    CHECK = "check"


OPENING_BALANCE = "opening_balance"  # of credit that was taken over: nobody chooses it

# Checks are still accepted where companies write them, in their own currency.
_CHECKS = {"US": "USD", "FR": "EUR"}


def payment_means_for(country: str, currency: str) -> tuple[PaymentMeans, ...]:
    """The means an account of that country, billed in that currency, may choose; a bank transfer always."""
    offered = {
        PaymentMeans.BANK_TRANSFER: True,
        PaymentMeans.SEPA_DEBIT: country in SEPA and currency == "EUR",
        PaymentMeans.BACS: (country, currency) == ("GB", "GBP"),
        PaymentMeans.ACH: (country, currency) == ("US", "USD"),
        PaymentMeans.CHECK: _CHECKS.get(country) == currency,
    }
    return tuple(means for means, is_offered in offered.items() if is_offered)


def needed_for(means: str) -> tuple[str, ...]:
    """The account's fields that a means needs: a SEPA debit its IBAN and mandate, the others nothing."""
    return ("iban", "mandate_reference", "mandate_signed_on") if means == PaymentMeans.SEPA_DEBIT else ()
