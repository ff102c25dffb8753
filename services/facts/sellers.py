"""Selling entities, from their rows to the value the rules look at."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Seller, SellerBank, SellerTaxNumber
from services.rules.seller_profile import BankDetails, SellerProfile


def seller_profile(session: Session, seller: Seller) -> SellerProfile:
    """The selling entity with its tax numbers, bank details and texts."""
    return seller_profiles(session, [seller])[seller.code]


def seller_profiles(session: Session, sellers: Sequence[Seller]) -> dict[str, SellerProfile]:
    """The selling entities by code, in two statements however many there are."""
    codes = [seller.code for seller in sellers]
    numbers: dict[str, dict[str, str]] = {code: {} for code in codes}
    for number in session.scalars(
        select(SellerTaxNumber).where(SellerTaxNumber.seller.in_(codes)).order_by(SellerTaxNumber.country)
    ):
        numbers[number.seller][number.country] = number.number
    banks: dict[str, dict[str, BankDetails]] = {code: {} for code in codes}
    for bank in session.scalars(select(SellerBank).where(SellerBank.seller.in_(codes)).order_by(SellerBank.currency)):
        banks[bank.seller][bank.currency] = BankDetails(
            bank.bank_name, bank.iban, bank.bic, bank.routing_number, bank.account_number
        )
    return {seller.code: _profile(seller, numbers[seller.code], banks[seller.code]) for seller in sellers}


def _profile(seller: Seller, numbers: dict[str, str], banks: dict[str, BankDetails]) -> SellerProfile:
    return SellerProfile(
        code=seller.code,
        legal_name=seller.legal_name,
        country=seller.country,
        currency=seller.currency,
        time_zone=seller.time_zone,
        language=seller.language,
        invoice_prefix=seller.invoice_prefix,
        credit_prefix=seller.credit_prefix,
        street=seller.street,
        postal_code=seller.postal_code,
        city=seller.city,
        region=seller.region,
        email=seller.email,
        phone=seller.phone,
        register_line=seller.register_line,
        sepa_creditor_id=seller.sepa_creditor_id,
        tax_numbers=numbers,
        banks=banks,
        late_payment_texts=dict(seller.late_payment_texts),
        is_active=seller.is_active,
    )
