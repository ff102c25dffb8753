"""Selling entities, from their rows to the value the rules look at."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Seller, SellerBank, SellerTaxNumber
from services.rules.seller_profile import BankDetails, SellerProfile


def seller_profile(session: Session, seller: Seller) -> SellerProfile:
    """The selling entity with its tax numbers, bank details and texts."""
    numbers = session.execute(
        select(SellerTaxNumber.country, SellerTaxNumber.number)
        .where(SellerTaxNumber.seller == seller.code)
        .order_by(SellerTaxNumber.country)
    )
    banks = session.scalars(select(SellerBank).where(SellerBank.seller == seller.code).order_by(SellerBank.currency))
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
        tax_numbers={row.country: row.number for row in numbers},
        banks={
            bank.currency: BankDetails(bank.bank_name, bank.iban, bank.bic, bank.routing_number, bank.account_number)
            for bank in banks
        },
        late_payment_texts=dict(seller.late_payment_texts),
        is_active=seller.is_active,
    )
