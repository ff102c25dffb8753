"""The sheet of a document: its facts worded in its language, ready to be rendered."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from services.documents.blocks import buyer_block, corrections_block, header_rows, payment_block, seller_block
from services.documents.facts import DocumentFacts, DocumentKind, LineFacts
from services.documents.notes import mention_notes, small_notes
from services.documents.printable import printable
from services.rules.derivations import Derivation, Operation
from services.rules.pricing import PriceModel, tier_of
from services.words.derivations import bare_price, derivation_sentence
from services.words.i18n import N_, Words
from services.words.labels import label
from services.words.taxes import TREATMENTS, tax_name, treatment_name

Sheet = dict[str, Any]

_TITLES = {
    DocumentKind.INVOICE: N_("Invoice"),
    DocumentKind.CREDIT_NOTE: N_("Credit note"),
    DocumentKind.PROPOSAL: N_("Proposal"),
    DocumentKind.DRAFT: N_("Draft invoice"),
}
_NOTICES = {
    DocumentKind.PROPOSAL: N_("Not an invoice. Prices hold until {valid_until}."),
    DocumentKind.DRAFT: N_("Not an invoice yet. It gets its number when the order is placed."),
}
_TOTALS = {
    DocumentKind.INVOICE: N_("Total amount"),
    DocumentKind.CREDIT_NOTE: N_("Total credit"),
    DocumentKind.PROPOSAL: N_("Total"),
    DocumentKind.DRAFT: N_("Total amount"),
}
_OPERATIONS = {
    Operation.ADDED_SEATS: N_("Additional seats"),
    Operation.CREDIT_UNUSED: N_("Credit for unused days"),
    Operation.CREDIT_SEATS: N_("Credit for released seats"),
    Operation.CREDIT_REST: N_("Full credit"),
    Operation.CREDIT_PART: N_("Partial credit"),
}


def words_of(facts: DocumentFacts) -> Words:
    """The words of a document: the buyer's language as the seller's country uses it."""
    return Words(facts.language, facts.seller.address.country)


def sheet_of(facts: DocumentFacts) -> Sheet:
    """The worded document as JSON-ready values; all text is printable, and nothing is left to work out or format."""
    words = words_of(facts)
    notice = words.t(_NOTICES[facts.kind], valid_until=facts.valid_until) if facts.kind in _NOTICES else ""
    sheet: Sheet = {
        "template": facts.template,
        "kind": facts.kind.value,
        "language": facts.language,
        "paper": "us-letter" if facts.seller.address.country == "US" else "a4",
        "issued_on": facts.issued_on.isoformat(),
        "title": words.t(_TITLES[facts.kind]),
        "notice": notice,
        "number": facts.number,
        "headline": _headline(facts, words),
        "seller": seller_block(facts, words),
        "buyer": buyer_block(facts, words),
        "facts": header_rows(facts, words),
        "corrects": corrections_block(facts, words),
        "columns": _columns(facts, words),
        "lines": [_line(line, words) for line in facts.lines],
        "taxes": _taxes(facts, words),
        "totals": _totals(facts, words),
        "mentions": mention_notes(facts, words),
        "payment": payment_block(facts, words),
        "notes": small_notes(facts, words),
        "footer": [part for part in (facts.seller.legal_name, facts.seller.register_line) if part],
        "page": words.t("Page {page} of {pages}"),
        "previous_hash": facts.previous_hash,
        "qr_svg": facts.qr_svg,
    }
    return {key: value if key == "qr_svg" else _printable(value) for key, value in sheet.items()}


def canonical(sheet: Sheet) -> str:
    """The sheet as the one text that is stored: keys sorted, no spaces, characters as they are."""
    return json.dumps(sheet, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def printed(sheet: Sheet) -> Sheet:
    """The sheet with all its text made printable."""
    return {key: _printable(value) for key, value in sheet.items()}


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, list):
        return [_printable(item) for item in value]
    if isinstance(value, dict):
        return {key: _printable(item) for key, item in value.items()}
    return value


def _headline(facts: DocumentFacts, words: Words) -> str:
    """The one sentence an accountant looks for: how much, until when."""
    if facts.kind in {DocumentKind.INVOICE, DocumentKind.DRAFT} and facts.due_on and facts.to_pay.minor > 0:
        return words.t("{total} due on {due_on}", total=facts.to_pay, due_on=words.day_long(facts.due_on))
    if facts.kind is DocumentKind.CREDIT_NOTE:
        return words.t("{total} credited", total=-facts.total)
    return ""


def _columns(facts: DocumentFacts, words: Words) -> dict[str, str]:
    has_discount = any(line.derivation.discount and line.derivation.discount.percent for line in facts.lines)
    return {
        "description": words.t("Description"),
        "seats": words.t("Seats"),
        "unit_price": words.t("Unit price"),
        "discount": words.t("Discount") if has_discount else "",
        "tax": tax_name(facts.seller.address.country, words),
        "net": words.t("Net ({currency})", currency=facts.currency),
    }


def _line(line: LineFacts, words: Words) -> dict[str, Any]:
    derivation = line.derivation
    operation = _OPERATIONS.get(derivation.operation)
    about = [
        words.t(operation) if operation else "",
        label(line.interval, words) if line.interval else "",
        words.period(line.period) if line.period else "",
    ]
    percent = derivation.discount.percent if derivation.discount else None
    return {
        "title": f"{line.product} – {line.plan}" if line.plan else line.product,
        "about": " · ".join(part for part in about if part),
        "why": derivation_sentence(derivation, words),
        "seats": words.number(derivation.seats) if derivation.seats else "–",
        "unit_price": _unit_price(derivation, words),
        "discount": f"-{words.percent(percent)}" if percent else "",
        "tax": _rate(line.tax_treatment, line.tax_rate, words),
        "net": words.amount(line.net),
    }


def _unit_price(derivation: Derivation, words: Words) -> str:
    price, discount = derivation.price, derivation.discount
    if price is None:
        return "–"
    if discount is not None and discount.unit_amount is not None:
        return bare_price(discount.unit_amount, price.currency, words)
    if price.model is PriceModel.GRADUATED:
        return words.t("by tier")
    return bare_price(tier_of(price, derivation.seats).unit_amount, price.currency, words)


def _rate(treatment: str, rate: Decimal, words: Words) -> str:
    return "–" if treatment in TREATMENTS and treatment != "reverse_charge" else words.percent(rate)


def _taxes(facts: DocumentFacts, words: Words) -> dict[str, Any]:
    """Base, rate and tax of each rate; the same in the seller's currency where that is another."""
    heads = [
        tax_name(facts.seller.address.country, words),
        words.t("Tax base ({currency})", currency=facts.currency),
        words.t("Tax amount ({currency})", currency=facts.currency),
    ]
    if facts.exchange:
        heads += [
            words.t("Tax base ({currency})", currency=facts.seller.currency),
            words.t("Tax amount ({currency})", currency=facts.seller.currency),
        ]
    rows = []
    for tax in facts.taxes:
        is_abroad = tax.rate > 0 and tax.country not in {"", facts.seller.address.country}
        name = words.country(tax.country) if is_abroad else treatment_name(tax.mention, words)
        rate = _rate(tax.treatment, tax.rate, words)
        called = f"{name} {rate}" if name and rate != "–" else name or rate
        row = [called, words.amount(tax.base), words.amount(tax.tax)]
        if facts.exchange:
            row += [words.amount(amount) if amount else "–" for amount in (tax.seller_base, tax.seller_tax)]
        rows.append(row)
    return {"heads": heads, "rows": rows}


def _totals(facts: DocumentFacts, words: Words) -> list[dict[str, Any]]:
    tax = words.t("{tax} amount", tax=tax_name(facts.seller.address.country, words))
    rows = [
        {"label": words.t("Subtotal"), "value": words.money(facts.subtotal), "strong": False},
        {"label": tax, "value": words.money(facts.tax), "strong": False},
        {"label": words.t(_TOTALS[facts.kind]), "value": words.money(facts.total), "strong": True},
    ]
    if facts.settled:
        for part in facts.settled:
            text = words.t("Credit note {number}", number=part.number) if part.number else words.t("Balance used")
            rows.append({"label": text, "value": words.money(-part.amount), "strong": False})
        rows.append({"label": words.t("To pay"), "value": words.money(facts.to_pay), "strong": True})
    return rows
