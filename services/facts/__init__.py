"""Rows turned into the values that rules and documents take."""

from services.facts.catalog import (
    catalog,
    discount_of,
    exchange,
    plans_of_same_product,
    price_of,
    prices,
    setting,
    tax_rates,
    trial_policy,
)
from services.facts.parties import (
    billing_contact,
    buyer_facts,
    dimensions_of,
    invoice_recipients,
    payment_facts,
    po_of_invoices,
    po_used,
    purchase_orders,
    seller_facts,
    standing_discounts,
    tax_facts,
    terms_of,
)
from services.facts.subscriptions import (
    LIVE,
    credited_totals,
    fields_of,
    invoiced_lines,
    open_lines,
    order_facts,
    running,
    scheduled_fields,
)

__all__ = [
    "LIVE", "billing_contact", "buyer_facts", "catalog", "credited_totals", "dimensions_of", "discount_of",
    "exchange", "fields_of",
    "invoice_recipients", "invoiced_lines", "open_lines", "order_facts", "payment_facts",
    "plans_of_same_product", "po_of_invoices", "po_used", "price_of", "prices", "purchase_orders", "running",
    "scheduled_fields", "seller_facts", "setting", "standing_discounts", "tax_facts", "tax_rates", "terms_of",
    "trial_policy",
]  # fmt: skip
