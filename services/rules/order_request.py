"""What a rep asks for when placing an order."""

import hashlib
from dataclasses import dataclass, replace

from services.errors import Problem
from services.rules import text
from services.rules.ordering import OrderItem

EVIDENCE = ("purchase_order", "mail", "call")
TEXT_LIMIT = 200  # characters of a line
FILE_LIMIT = 5_000_000  # bytes of an evidence file


def line_faults(field: str, line: str) -> list[Problem]:
    """What is wrong with a line of free text of an order or cart."""
    return text.typed_problems(field, line, limit=TEXT_LIMIT)


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

    def cleaned(self) -> "OrderRequest":
        """The same with its lines of text as they are stored."""
        items = tuple(replace(item, discount_reason=text.cleaned(item.discount_reason)) for item in self.items)
        return replace(self, items=items, evidence_reference=text.cleaned(self.evidence_reference))

    def faults(self) -> list[Problem]:
        """What is wrong with its texts and its file, whatever is ordered."""
        texts = [("evidence_reference", self.evidence_reference)]
        texts += [("discount_reason", item.discount_reason) for item in self.items]
        file = self.evidence_file
        if file is not None:
            texts += [("evidence_file", file.name[-TEXT_LIMIT:]), ("evidence_file", file.media_type[:TEXT_LIMIT])]
        problems = [problem for field, line in texts for problem in line_faults(field, line)]
        if file is not None and len(file.content) > FILE_LIMIT:
            problems.append(Problem("evidence_file", "file_too_large", {"limit": FILE_LIMIT // 1_000_000}))
        return problems

    @property
    def payload_hash(self) -> str:
        """SHA-256 of everything but the key: another payload under the same key is another order."""
        file = hashlib.sha256(self.evidence_file.content).hexdigest() if self.evidence_file else ""
        plain = replace(self, request_key="", evidence_file=None)
        return hashlib.sha256(f"{plain!r}{file}".encode()).hexdigest()
