"""The sheet of a statement of account: its facts worded in the customer's language, ready to be rendered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from data.money import Money
from services.documents.blocks import address_rows, bank_rows
from services.documents.facts import BuyerFacts, SellerFacts
from services.documents.sheet import Sheet, printed
from services.rules.account_statement import Entry, EntryKind, Line
from services.rules.aging import Bucket
from services.words.i18n import N_, Words
from services.words.receivable_texts import bucket_name
from services.words.taxes import tax_number_name

TEMPLATE = "statement-1"  # a changed template is a new file: sheets that were mailed name theirs

_KINDS = {
    EntryKind.INVOICE: N_("Invoice {name}"),
    EntryKind.CREDIT_NOTE: N_("Credit note {name}"),
    EntryKind.SET_OFF: N_("Credit note {name}: {applied} set off against invoice {about}"),
    EntryKind.PAYMENT: N_("Payment received {name}"),
    EntryKind.PAYMENT_RETURNED: N_("Payment returned {name}"),
    EntryKind.WRITE_OFF: N_("Written off of invoice {about}"),
    EntryKind.WRITE_OFF_REVERSED: N_("Write-off of invoice {about} taken back"),
    EntryKind.REFUND: N_("Refund {name}"),
    EntryKind.REFUND_RETURNED: N_("Refund returned {name}"),
    EntryKind.OTHER: N_("Other bookings"),
}


@dataclass(frozen=True, slots=True)
class StatementFacts:
    """All that a statement prints. `aging`: what is open on the last day, a figure for each bucket in their order.

    Balances: what the customer owes less what is held for them; `closing` is the ledger's.
    """

    language: str
    issued_on: date
    first_on: date
    last_on: date
    seller: SellerFacts
    buyer: BuyerFacts
    opening: Money
    closing: Money
    entries: tuple[Line, ...]
    aging: tuple[Money, ...]


def statement_sheet(facts: StatementFacts) -> Sheet:
    """The worded statement as JSON-ready values; all text is printable, and nothing is left to work out or format."""
    words = Words(facts.language, facts.seller.address.country)
    currency = facts.closing.currency
    return printed(
        {
            "template": TEMPLATE,
            "language": facts.language,
            "paper": "us-letter" if facts.seller.address.country == "US" else "a4",
            "issued_on": facts.issued_on.isoformat(),
            "title": words.t("Statement of account"),
            "period": words.t("From {first} to {last}", first=facts.first_on, last=facts.last_on),
            "headline": _headline(facts, words),
            "seller": _seller(facts.seller, words),
            "buyer": _buyer(facts.buyer, words),
            "heads": [
                words.t("Date"), words.t("Description"), words.t("Due date"),
                words.t("Amount ({currency})", currency=currency), words.t("Balance ({currency})", currency=currency),
            ],
            "opening": [words.day(facts.first_on), words.t("Opening balance"), "", "", words.amount(facts.opening)],
            "rows": [_row(entry, words) for entry in facts.entries],
            "closing": [words.day(facts.last_on), words.t("Closing balance"), "", "", words.amount(facts.closing)],
            "aging": {
                "title": words.t("Open invoices on {day}, by how long they are overdue", day=facts.last_on),
                "heads": [*(bucket_name(bucket, words) for bucket in Bucket), words.t("Total")],
                "row": [words.amount(cell) for cell in (*facts.aging, Money.total(facts.aging, currency))],
            },
            "payment": _payment(facts, words),
            "footer": [part for part in (facts.seller.legal_name, facts.seller.register_line) if part],
            "page": words.t("Page {page} of {pages}"),
        }
    )  # fmt: skip


def described(entry: Entry, words: Words) -> str:
    """What an entry is, in words."""
    told = words.t(_KINDS[entry.kind], name=entry.name, about=entry.about, applied=entry.applied or "")
    return " ".join(told.split())


def _headline(facts: StatementFacts, words: Words) -> str:
    if facts.closing.minor > 0:
        return words.t("{amount} to pay on {day}", amount=facts.closing, day=words.day_long(facts.last_on))
    if facts.closing.minor < 0:
        return words.t("{amount} in your favour on {day}", amount=-facts.closing, day=words.day_long(facts.last_on))
    return words.t("Nothing to pay on {day}", day=words.day_long(facts.last_on))


def _row(entry: Line, words: Words) -> list[str]:
    moved = "" if entry.kind is EntryKind.SET_OFF else words.amount(entry.amount)
    due = words.day(entry.due_on) if entry.due_on else ""
    return [words.day(entry.day), described(entry, words), due, moved, words.amount(entry.balance)]


def _seller(seller: SellerFacts, words: Words) -> dict[str, Any]:
    numbers = [f"{tax_number_name(each.country, words)}: {each.number}" for each in seller.tax_numbers]
    contact = [part for part in (seller.email, seller.phone) if part]
    return {"name": seller.legal_name, "rows": [*address_rows(seller.address, words), *numbers, *contact]}


def _buyer(buyer: BuyerFacts, words: Words) -> dict[str, Any]:
    rows = [words.t("Attn. {name}", name=buyer.attention)] if buyer.attention else []
    rows += address_rows(buyer.address, words)
    if buyer.tax_number:
        rows.append(f"{tax_number_name(buyer.address.country, words)}: {buyer.tax_number}")
    rows.append(words.t("Customer number {code}", code=buyer.code))
    return {"label": words.t("Statement for"), "name": buyer.legal_name, "rows": rows}


def _payment(facts: StatementFacts, words: Words) -> dict[str, Any]:
    rows = [[words.t("Account holder"), facts.seller.legal_name], *bank_rows(facts.seller.bank, words)]
    return {
        "title": words.t("Payment"),
        "text": words.t("Please quote the invoice numbers. What was booked later is not in this statement."),
        "rows": [row for row in rows if row[1]] if facts.seller.bank else [],
    }
