"""What a rep asks for when placing an order."""

import hashlib
from dataclasses import dataclass, replace

from services.rules.ordering import OrderItem

EVIDENCE = ("purchase_order", "mail", "call")


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A file that proves the order."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What a rep asks for. The same request key is the same order, for ever.

    `vat_number` None: as on the account. `order_with_vat`: a number that fails its check is left off and VAT charged.
    `accepts_new_period`: the customer accepts that added seats begin a new period today.
    """

    account_id: int
    request_key: str
    items: tuple[OrderItem, ...]
    contact_id: int | None = None
    evidence: str = ""
    evidence_reference: str = ""
    evidence_file: EvidenceFile | None = None
    payment_means: str = ""
    po_id: int | None = None
    vat_number: str | None = None
    order_with_vat: bool = False
    accepts_new_period: bool = False

    @property
    def payload_hash(self) -> str:
        """SHA-256 of everything but the key: another payload under the same key is another order."""
        file = hashlib.sha256(self.evidence_file.content).hexdigest() if self.evidence_file else ""
        plain = replace(self, request_key="", evidence_file=None)
        return hashlib.sha256(f"{plain!r}{file}".encode()).hexdigest()
