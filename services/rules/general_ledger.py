"""The chart of accounts: the ledger's accounts and their parts, as codes and as names of plain-text books."""

from collections.abc import Mapping
from typing import NamedTuple

_NAMES = {
    "receivables": "assets:receivables",
    "cash": "assets:cash",
    "deferred_revenue": "liabilities:deferred revenue",
    "revenue": "revenues",
    "tax_payable": "liabilities:tax payable",
    "customer_credit": "liabilities:customer credit",
    "write_offs": "expenses:write-offs",
}


class Place(NamedTuple):
    """A ledger account, and the product or the tax ("ES 21") that its part is about; empty where it is not split."""

    ledger_account: str
    part: str = ""


def gl_code(place: Place, codes: Mapping[str, str]) -> str:
    """The code in the company's own books: that of the account with its part, of its first word, or of the account.

    `codes`: "revenue.support" → "7051", "tax_payable.ES 21" → "47721", "tax_payable.ES" → "4772", "cash" → "572".
    """
    account, part = place
    for key in (f"{account}.{part}", f"{account}.{part.split(' ')[0]}", account):
        if key in codes:
            return codes[key]
    return ""


def ledger_name(place: Place) -> str:
    """The account in a plain-text ledger: its kind, its name, its part."""
    return _NAMES[place.ledger_account] + (f":{place.part}" if place.part else "")
