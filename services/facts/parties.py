"""Sellers, buyers and their contacts as values."""

from collections.abc import Collection
from datetime import date
from functools import cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.models import (
    Account,
    Contact,
    Document,
    PurchaseOrder,
    Seller,
    StandingDiscount,
)
from data.money import Money
from services.documents.facts import Address, Bank, BuyerFacts, PaymentFacts, References, SellerFacts, TaxNumber
from services.facts.catalog import discount_of
from services.facts.sellers import seller_profile
from services.rules import payment_terms, tax
from services.rules.figures import Dimensions
from services.rules.pricing import Discount
from services.rules.seller_profile import SellerProfile


def tax_facts(account: Account, seller_country: str, day: date) -> tax.TaxFacts:
    """What decides the account's tax on a day."""
    starts, ends = account.exempt_from, account.exempt_until
    is_exempt = bool(account.exemption_article) and (not starts or starts <= day) and (not ends or day < ends)
    return tax.TaxFacts(
        seller_country=seller_country,
        buyer_country=account.country,
        buyer_postal_code=account.postal_code,
        is_business=account.is_business,
        vat_number=account.vat_number,
        vat_state=tax.VatState(account.vat_state),
        exemption=account.exemption_article if is_exempt else None,
        day=day,
    )


def dimensions_of(account: Account) -> Dimensions:
    """What the account's figures are told apart by today."""
    return Dimensions(account.country, account.rep_id or 0, account.segment)


def standing_discounts(session: Session, account_id: int) -> dict[str, Discount]:
    """The account's discounts, by plan."""
    rows = session.scalars(select(StandingDiscount).where(StandingDiscount.account_id == account_id))
    found = ((row.plan, discount_of(row.percent, row.unit_amount)) for row in rows)
    return {plan: discount for plan, discount in found if discount is not None}


def po_used(session: Session, account_id: int, po_id: int, currency: str) -> Money:
    """What the documents of a purchase order come to already, credit notes taken off."""
    used = session.scalar(
        select(func.sum(Document.total_minor)).where(Document.account_id == account_id, Document.po_id == po_id)
    )
    return Money(int(used or 0), currency)


def po_of_invoices(session: Session, account_id: int, invoice_ids: Collection[int]) -> dict[int, PurchaseOrder | None]:
    """The purchase order each invoice was issued under, if any."""
    if not invoice_ids:
        return {}
    rows = session.execute(
        select(Document.id, PurchaseOrder)
        .outerjoin(
            PurchaseOrder, (PurchaseOrder.account_id == Document.account_id) & (PurchaseOrder.id == Document.po_id)
        )
        .where(Document.account_id == account_id, Document.id.in_(sorted(invoice_ids)))
    )
    return {row[0]: row[1] for row in rows}


def seller_facts(session: Session, seller: Seller, currency: str) -> SellerFacts:
    """The selling entity as its documents print it, with the bank details of a currency."""
    return printed_seller(seller_profile(session, seller), currency)


def printed_seller(seller: SellerProfile, currency: str) -> SellerFacts:
    """The same of a profile that was read already."""
    bank = seller.banks.get(currency)
    return SellerFacts(
        legal_name=seller.legal_name,
        address=Address(seller.street, seller.postal_code, seller.city, seller.country, seller.region),
        language=seller.language,
        currency=seller.currency,
        tax_numbers=tuple(TaxNumber(country, number) for country, number in seller.tax_numbers.items()),
        register_line=seller.register_line,
        bank=Bank(currency, bank.bank_name, bank.iban, bank.bic, bank.routing_number, bank.account_number)
        if bank
        else None,
        sepa_creditor_id=seller.sepa_creditor_id,
        late_payment_texts=seller.late_payment_texts,
        email=seller.email,
        phone=seller.phone,
    )


def buyer_facts(account: Account, attention: str = "") -> BuyerFacts:
    """The customer as its documents print it."""
    return BuyerFacts(
        legal_name=account.legal_name,
        address=Address(account.street, account.postal_code, account.city, account.country, account.region),
        tax_number=account.vat_number,
        is_business=account.is_business,
        attention=attention,
        code=account.code,
        references=References(
            account.supplier_number,
            account.cost_centre,
            account.leitweg_id,
            account.dir3_office,
            account.dir3_body,
            account.dir3_unit,
            account.siret,
        ),
    )


def payment_facts(account: Account, means: str) -> PaymentFacts:
    """How a document of the account is paid."""
    return PaymentFacts(means=means, buyer_account=account.iban, mandate_reference=account.mandate_reference)


def billing_contact(session: Session, account_id: int) -> Contact | None:
    """The account's one billing contact."""
    return session.scalar(
        select(Contact).where(Contact.account_id == account_id, Contact.is_billing_contact, Contact.is_active)
    )


def invoice_recipients(session: Session, account_id: int) -> tuple[str, ...]:
    """Mail addresses that get invoices: the recipients, or the billing contact where there are none."""
    rows = session.execute(
        select(Contact.email, Contact.is_invoice_recipient)
        .where(
            Contact.account_id == account_id,
            Contact.is_invoice_recipient | Contact.is_billing_contact,
            Contact.is_active,
        )
        .order_by(Contact.email)
    ).all()
    return tuple(email for email, is_recipient in rows if is_recipient) or tuple(email for email, _ in rows)


def purchase_orders(session: Session, account_id: int) -> list[PurchaseOrder]:
    """The account's open purchase orders, by number."""
    return list(
        session.scalars(
            select(PurchaseOrder)
            .where(PurchaseOrder.account_id == account_id, PurchaseOrder.is_closed.is_(False))
            .order_by(PurchaseOrder.number)
        )
    )


def terms_of(account: Account) -> payment_terms.Terms:
    """The account's payment terms."""
    return _terms(account.net_days, account.end_of_month, tuple(account.fixed_days))


@cache
def _terms(net_days: int, end_of_month: bool, fixed_days: tuple[int, ...]) -> payment_terms.Terms:
    return payment_terms.Terms(net_days, end_of_month, fixed_days)
