"""What an account lacks before it can order, each with the field of its form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from services.rules.account_form import AccountForm

# What an order must know and a new account may lack, by the field it is entered in; `seller_complete` is an
# administrator's to mend. The page lists them in this order.
FIELD_OF: Mapping[str, str] = {
    "legal_name": "legal_name",
    "country": "country",
    "currency": "currency",
    "language": "language",
    "street": "street",
    "postal_code": "postal_code",
    "city": "city",
    "region": "region",
    "seller": "seller",
    "seller_complete": "seller",
    "rep": "rep",
    "billing_contact": "billing_contact",
}

# Countries whose addresses have no postal code (Universal Postal Union), of those we may meet.
WITHOUT_POSTAL_CODE = frozenset({"AE", "AO", "AG", "BS", "BW", "BZ", "CW", "HK", "IE", "JM", "MO", "PA", "QA", "ZW"})
WITH_STATE = frozenset({"US", "CA", "AU"})


@dataclass(frozen=True, slots=True)
class ReadinessFacts:
    """What decides whether an account can order.

    `seller_missing`: what its selling entity lacks for its country and the account's currency (see
    `seller_completeness.missing`); `has_billing_contact`: an active one with a mail address.
    """

    form: AccountForm
    has_rep_or_team: bool
    has_billing_contact: bool
    seller_missing: tuple[str, ...] = ()


def missing(facts: ReadinessFacts) -> tuple[str, ...]:
    """The codes (keys of `FIELD_OF`) of what is missing; empty when the account is ready to order."""
    return tuple(_missing(facts))


def _missing(facts: ReadinessFacts) -> Iterator[str]:
    form = facts.form
    for name in ("legal_name", "country", "currency", "language", "street", "city"):
        if not getattr(form, name):
            yield name
    if not form.postal_code and form.country not in WITHOUT_POSTAL_CODE:
        yield "postal_code"
    if not form.region and form.country in WITH_STATE:
        yield "region"
    if not form.seller:
        yield "seller"
    elif facts.seller_missing:
        yield "seller_complete"
    if not facts.has_rep_or_team:
        yield "rep"
    if not facts.has_billing_contact:
        yield "billing_contact"
