"""The blocks of a document beside its lines: both parties, reference data, corrected invoices, payment."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.documents.facts import Address, Bank, DocumentFacts, DocumentKind, References
from services.words.i18n import N_, Words
from services.words.taxes import tax_number_name

Row = list[str]  # a label and its value

_CITY_FIRST = frozenset({"US", "CA", "GB", "AU", "NZ", "IE", "IN"})  # city, region, postal code
_REFERENCES = (
    ("supplier_number", N_("Supplier number")),
    ("cost_centre", N_("Cost centre")),
    ("leitweg_id", N_("Leitweg-ID")),
    ("siret", N_("SIRET")),
    ("dir3_office", N_("DIR3 accounting office")),
    ("dir3_body", N_("DIR3 managing body")),
    ("dir3_unit", N_("DIR3 processing unit")),
)
_REQUESTS = {
    "bank_transfer": N_("Please pay {total} by {due_on} by bank transfer, quoting {number}."),
    "sepa_debit": N_("We will collect {total} on {due_on} by SEPA direct debit. You need not do anything."),
    "bacs": N_("Please pay {total} by {due_on} by Bacs, quoting {number}."),
    "ach": N_("Please pay {total} by {due_on} by ACH transfer, quoting {number}."),
    "check": N_("Please pay {total} by {due_on} by check payable to {seller}, quoting {number}."),
}


def address_rows(address: Address, words: Words) -> list[str]:
    """Street, town and country as its post office writes them; the country in the document's language."""
    if address.country in _CITY_FIRST:
        town = ", ".join(part for part in (address.city, f"{address.region} {address.postal_code}".strip()) if part)
    else:
        town = f"{address.postal_code} {address.city}".strip()
        if address.region and address.region != address.city:
            town += f" ({address.region})"
    return [row for row in (address.street, town, words.country(address.country)) if row]


def seller_block(facts: DocumentFacts, words: Words) -> dict[str, Any]:
    """Who issues: name, address, tax numbers (its own country's first), how to reach them."""
    seller, home = facts.seller, facts.seller.address.country
    numbers = sorted(seller.tax_numbers, key=lambda each: (each.country != home, each.country))
    rows = []
    for each in numbers:
        name = tax_number_name(each.country, words)
        rows.append(f"{name}: {each.number}" if each.country == home else f"{name} ({each.country}): {each.number}")
    contact = [part for part in (seller.email, seller.phone) if part]
    return {"name": seller.legal_name, "rows": address_rows(seller.address, words), "numbers": rows, "contact": contact}


def buyer_block(facts: DocumentFacts, words: Words) -> dict[str, Any]:
    """Who is billed: name, attention, address, tax number."""
    buyer = facts.buyer
    rows = [words.t("Attn. {name}", name=buyer.attention)] if buyer.attention else []
    rows += address_rows(buyer.address, words)
    if buyer.tax_number:
        rows.append(f"{tax_number_name(buyer.address.country, words)}: {buyer.tax_number}")
    label = words.t("Prepared for") if facts.kind is DocumentKind.PROPOSAL else words.t("Bill to")
    return {"label": label, "name": buyer.legal_name, "rows": rows}


def header_rows(facts: DocumentFacts, words: Words) -> list[Row]:
    """Number, days, orders and the buyer's references, each with its label; what is not known is left out."""
    rows: list[Row] = []

    def add(label: str, value: str | date | None) -> None:
        if value:
            rows.append([label, value if isinstance(value, str) else words.day_long(value)])

    add(words.t("Number"), facts.number)
    add(words.t("Issue date"), facts.issued_on)
    if facts.seller.address.country == "GB" and facts.kind is not DocumentKind.PROPOSAL:
        add(words.t("Tax point"), facts.issued_on)
    add(words.t("Valid until"), facts.valid_until)
    if facts.kind in {DocumentKind.INVOICE, DocumentKind.DRAFT}:
        add(words.t("Due date"), facts.due_on)
    supply = facts.supply
    add(words.t("Supply period"), words.period(supply) if supply else None)
    add(words.t("Your purchase order"), facts.po_number)
    add(words.t("Order number"), facts.order_number)
    add(words.t("Ordered by"), facts.ordered_by)
    add(words.t("Customer number"), facts.buyer.code)
    for row in _reference_rows(facts.buyer.references, words):
        add(*row)
    return rows


def _reference_rows(references: References, words: Words) -> list[Row]:
    return [[words.t(label), str(getattr(references, name))] for name, label in _REFERENCES]


def corrections_block(facts: DocumentFacts, words: Words) -> dict[str, Any] | None:
    """Of a credit note: each invoice it corrects, with old total, new total and difference, and the reason."""
    if facts.kind is not DocumentKind.CREDIT_NOTE:
        return None
    rows = [
        [
            each.number,
            words.day(each.issued_on),
            words.amount(each.old_total),
            words.amount(each.new_total),
            words.amount(each.difference),
        ]
        for each in facts.corrects
    ]
    heads = [words.t("Corrected invoice"), words.t("Issue date"), words.t("Previous total"), words.t("New total")]
    return {
        "heads": [*heads, words.t("Difference")],
        "rows": rows,
        "reason": [words.t("Reason"), facts.reason] if facts.reason else [],
    }


def payment_block(facts: DocumentFacts, words: Words) -> dict[str, Any] | None:
    """How to pay: a sentence and the account it goes to, or is collected from. None for a proposal."""
    title = words.t("Payment")
    if facts.kind is DocumentKind.PROPOSAL:
        return None
    if facts.kind is DocumentKind.CREDIT_NOTE:
        text = words.t(
            "Nothing is to be paid. The amount is set off against open invoices; any rest is a balance in your favour."
        )
        return {"title": title, "text": text, "rows": []}
    if facts.to_pay.minor <= 0:
        return {"title": title, "text": words.t("Nothing is to be paid."), "rows": []}
    means = facts.payment.means if facts.payment else ""
    text = words.t(
        _REQUESTS.get(means, _REQUESTS["bank_transfer"]),
        total=facts.to_pay,
        due_on=words.day_long(facts.due_on or facts.issued_on),
        number=facts.number or words.t("the invoice number"),
        seller=facts.seller.legal_name,
    )
    return {"title": title, "text": text, "rows": _payment_rows(facts, means, words)}


def _payment_rows(facts: DocumentFacts, means: str, words: Words) -> list[Row]:
    if means == "sepa_debit" and facts.payment:
        account = facts.payment.buyer_account
        rows = [
            [words.t("Creditor identifier"), facts.seller.sepa_creditor_id],
            [words.t("Mandate reference"), facts.payment.mandate_reference],
            [words.t("Your account"), f"•••• {account[-4:]}" if account else ""],
        ]
    elif means == "check":
        rows = [[words.t("Send to"), ", ".join(address_rows(facts.seller.address, words))]]
    else:
        rows = [[words.t("Account holder"), facts.seller.legal_name], *bank_rows(facts.seller.bank, words)]
    return [row for row in rows if row[1]]


def bank_rows(bank: Bank | None, words: Words) -> list[Row]:
    """Where to pay to, as the currency's country writes accounts."""
    if bank is None:
        return []
    iban = bank.iban.replace(" ", "")
    routing = {"USD": words.t("ABA routing number"), "GBP": words.t("Sort code")}
    return [
        [words.t("Bank"), bank.bank_name],
        [routing.get(bank.currency, words.t("Routing number")), bank.routing_number],
        [words.t("Account number"), bank.account_number],
        [words.t("IBAN"), " ".join(iban[i : i + 4] for i in range(0, len(iban), 4))],
        [words.t("BIC"), bank.bic],
    ]
