"""Frozen facts: what a document prints beside its rows, as canonical text that is stored, sealed and read again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cache
from hashlib import sha256
from typing import Any, NamedTuple

from data.money import Money
from services.bulk import json_encoder
from services.documents.facts import (
    TEMPLATE,
    Address,
    Bank,
    BuyerFacts,
    CorrectedInvoice,
    Exchange,
    PaymentFacts,
    References,
    SellerFacts,
    Settlement,
    TaxNumber,
)

# What is sealed of a document and of each of its lines, in this order.
HEAD = (
    "account_id", "id", "kind", "seller", "order_id", "po_id", "issued_on", "due_on", "currency", "language",
    "subtotal_minor", "tax_minor", "total_minor", "reason", "facts", "number",
)  # fmt: skip
LINE = (
    "account_id", "id", "document_id", "position", "kind", "subscription_id", "sequence", "plan", "seats", "starts_on",
    "ends_on", "net_minor", "tax_minor", "tax_treatment", "tax_country", "tax_rate", "tax_reason", "tax_mention",
    "tax_article", "derivation",
)  # fmt: skip

_canonical = json_encoder(sort_keys=True)
_listed = json_encoder()


class Parties(NamedTuple):
    """Seller and buyer as printed, frozen. `id` (63 bits) and `hash` are those of the content.

    `tax_number` and `is_business` are the buyer's: the tax book keeps them by themselves.
    """

    id: int
    hash: str
    content: str
    tax_number: str = ""
    is_business: bool = True


class Details(NamedTuple):
    """What is printed beside the parties, the lines and the columns of the document."""

    payment: PaymentFacts | None = None
    order_number: str = ""
    po_number: str = ""
    ordered_by: str = ""
    exchange: Exchange | None = None
    settled: tuple[Settlement, ...] = ()
    corrects: tuple[CorrectedInvoice, ...] = ()
    qr_svg: str = ""


NO_DETAILS = Details()
_NO_REFERENCES = References()


@dataclass(frozen=True, slots=True)
class Thawed:
    """Frozen details read again. `names`: product and plan of each line; `seller_taxes`: base and tax of each rate."""

    details: Details
    names: tuple[tuple[str, str], ...]
    seller_taxes: tuple[tuple[Money, Money], ...]
    template: str


def seller_text(seller: SellerFacts) -> str:
    """The seller's half of a snapshot; the same for all its documents of a currency, so made once for many."""
    return _canonical(_plain(seller))


def freeze_parties(seller: str, buyer: BuyerFacts) -> Parties:
    """The snapshot of a seller (`seller_text`) and a buyer."""
    content = f'{{"buyer":{_canonical(_buyer_to(buyer))},"seller":{seller}}}'
    digest = sha256(content.encode())
    snapshot_id = int.from_bytes(digest.digest()[:8], "big") >> 1
    return Parties(snapshot_id, digest.hexdigest(), content, buyer.tax_number, buyer.is_business)


def _buyer_to(buyer: BuyerFacts) -> dict[str, Any]:
    """`_plain` of a buyer, spelt out: a night freezes one for each of its invoices."""
    address, references = buyer.address, buyer.references
    found: dict[str, Any] = {
        "legal_name": buyer.legal_name,
        "address": {
            "street": address.street,
            "postal_code": address.postal_code,
            "city": address.city,
            "country": address.country,
        },
        "is_business": buyer.is_business,
    }
    if address.region:
        found["address"]["region"] = address.region
    for name, value in (("tax_number", buyer.tax_number), ("attention", buyer.attention), ("code", buyer.code)):
        if value:
            found[name] = value
    if references != _NO_REFERENCES:
        found["references"] = _plain(references)
    return found


def hash_of_parties(content: str) -> str:
    """The SHA-256 of a snapshot, as it is sealed in the documents that name it."""
    return sha256(content.encode()).hexdigest()


def thaw_parties(content: str) -> tuple[SellerFacts, BuyerFacts]:
    """A snapshot read again. Raises KeyError, TypeError or ValueError for another text."""
    given = json.loads(content)
    seller, buyer = given["seller"], given["buyer"]
    seller["address"], buyer["address"] = Address(**seller["address"]), Address(**buyer["address"])
    seller["tax_numbers"] = tuple(TaxNumber(**each) for each in seller.get("tax_numbers", ()))
    if "bank" in seller:
        seller["bank"] = Bank(**seller["bank"])
    buyer["references"] = References(**buyer.get("references", {}))
    return SellerFacts(**seller), BuyerFacts(**buyer)


def freeze_details(
    details: Details, names: Sequence[tuple[str, str]], seller_taxes: Sequence[tuple[Money, Money]] = ()
) -> str:
    """The text that documents store; what is empty is left out."""
    content: dict[str, Any] = {"names": names, "template": TEMPLATE}
    if details.order_number:
        content["order_number"] = details.order_number
    if details.po_number:
        content["po_number"] = details.po_number
    if details.ordered_by:
        content["ordered_by"] = details.ordered_by
    if details.qr_svg:
        content["qr_svg"] = details.qr_svg
    payment = details.payment
    if payment is not None:
        content["payment"] = {"means": payment.means}
        if payment.buyer_account:
            content["payment"]["buyer_account"] = payment.buyer_account
        if payment.mandate_reference:
            content["payment"]["mandate_reference"] = payment.mandate_reference
    if details.exchange is not None:
        content["exchange"] = _plain(details.exchange)
        content["seller_taxes"] = [[base.minor, tax.minor] for base, tax in seller_taxes]
    if details.settled:
        content["settled"] = [[part.number, part.amount.minor, part.amount.currency] for part in details.settled]
    if details.corrects:
        content["corrects"] = [
            [
                each.number,
                each.issued_on.isoformat(),
                each.old_total.minor,
                each.new_total.minor,
                each.new_total.currency,
            ]
            for each in details.corrects
        ]
    return _canonical(content)


def thaw_details(text: str) -> Thawed:
    """Frozen details read again. Raises KeyError, TypeError or ValueError for another text."""
    given = json.loads(text)
    exchange, payment = given.get("exchange"), given.get("payment")
    if exchange:
        exchange |= {"rate": Decimal(exchange["rate"]), "day": date.fromisoformat(exchange["day"])}
    details = Details(
        payment=PaymentFacts(**payment) if payment else None,
        order_number=given.get("order_number", ""),
        po_number=given.get("po_number", ""),
        ordered_by=given.get("ordered_by", ""),
        exchange=Exchange(**exchange) if exchange else None,
        settled=tuple(Settlement(number, Money(minor, of)) for number, minor, of in given.get("settled", ())),
        corrects=tuple(
            CorrectedInvoice(number, date.fromisoformat(day), Money(old, of), Money(new, of))
            for number, day, old, new, of in given.get("corrects", ())
        ),
        qr_svg=given.get("qr_svg", ""),
    )
    taxes = given.get("seller_taxes", ())
    return Thawed(
        details=details,
        names=tuple((product, plan) for product, plan in given["names"]),
        seller_taxes=tuple((Money(base, exchange["quote"]), Money(tax, exchange["quote"])) for base, tax in taxes),
        template=given["template"],
    )


def sealed(
    previous_hash: str, parties_hash: str, head: Sequence[str | int | None], lines: Sequence[Sequence[str | int | None]]
) -> str:
    """The hash of a document: the one before it in the series, its parties, its own columns and its lines' columns.

    Columns are parted by U+001F, records by U+001E; where a text holds one of them, the hash is of a JSON list instead.
    """
    records = [previous_hash, parties_hash, "\x1f".join(map(str, head))]
    records += ["\x1f".join(map(str, line)) for line in lines]
    text = "\x1e".join(records)
    marks = (text.count("\x1e"), text.count("\x1f"))
    if marks != (len(records) - 1, len(head) - 1 + sum(len(line) - 1 for line in lines)):
        text = _listed([previous_hash, parties_hash, head, lines])
    return sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """A dataclass as a mapping without fields that are empty by default; decimals and days as text."""
    if isinstance(value, str) or value is None:
        return value
    if hasattr(value, "__dataclass_fields__") or hasattr(value, "_fields"):
        found = ((name, may_miss, _plain(getattr(value, name))) for name, may_miss in _fields(value.__class__))
        return {name: item for name, may_miss, item in found if not may_miss or item not in ("", None, [], {})}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    return dict(value) if hasattr(value, "items") else value


@cache
def _fields(kind: Any) -> tuple[tuple[str, bool], ...]:
    """The fields of a dataclass or named tuple, and whether each may be left out."""
    if issubclass(kind, tuple):
        named: Any = kind
        return tuple((name, name in named._field_defaults) for name in named._fields)
    found = fields(kind)
    return tuple((one.name, one.default is not MISSING or one.default_factory is not MISSING) for one in found)
