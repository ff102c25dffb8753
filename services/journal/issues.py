"""What to issue, as values: made of an account's rows by a command, of bulk-loaded facts by the night."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from data.money import Money
from services.documents.facts import DocumentKind
from services.documents.frozen import NO_DETAILS, Details, Parties
from services.rules.bills import Bill
from services.rules.figures import NOWHERE, Dimensions


class BilledItem(NamedTuple):
    """Whose line it is: the subscription, the sequence of its billed period, its plan, and what the line prints."""

    subscription_id: int
    sequence: int
    plan: str
    product_name: str
    plan_name: str


class Issue(NamedTuple):
    """A document to issue. `items`: a bill line's key → whose it is; `series`: the seller's prefix of the kind.

    `natural_key` is unique in the account: the document's id is derived from it and the day. `paid_minor`: what the
    account's balance pays of an invoice at its issue. `dimensions`: the account's facts of the day, for reports.
    """

    account_id: int
    seller: str
    series: str
    kind: DocumentKind
    language: str
    bill: Bill
    items: Mapping[int, BilledItem]
    parties: Parties
    natural_key: str
    issued_on: date
    due_on: date
    details: Details = NO_DETAILS
    reason: str = ""
    order_id: int | None = None
    po_id: int | None = None
    paid_minor: int = 0
    dimensions: Dimensions = NOWHERE


class Issued(NamedTuple):
    """An issued document's id, number and total."""

    document_id: int
    number: str
    total: Money
