"""Rows of the outbox, and a document to attach, for tests."""

from datetime import UTC, datetime
from typing import Any

from data.identity import derive_id
from data.models import Document, OutboxMail
from services.documents.sheet import canonical, sheet_of
from tests import builders
from tests.services.documents.samples import document
from tests.services.mails.samples import FACTS

NOW = datetime(2026, 4, 11, 9, 30, tzinfo=UTC)


def make_mail(account: int, key: str = "1", *, kind: str = "invoice", **columns: Any) -> int:
    """A queued Spanish mail of the account, due now."""
    mail = derive_id(NOW.date(), "mail", key)
    row = {
        "recipients": ["ap@acme.example"],
        "facts": FACTS[kind],
        "language": "es",
        "created_at": NOW,
        "next_try_at": NOW,
        "seller": "es",
    }
    builders.add(OutboxMail(id=mail, account_id=account, event_key=key, kind=kind, **(row | columns)))
    return mail


def make_document(account: int) -> int:
    """An issued invoice of the account, with its sheet."""
    sheet = canonical(sheet_of(document()))
    row = derive_id(NOW.date(), "document", account)
    builders.add(
        Document(
            account_id=account, id=row, kind="invoice", seller="es", number="INV-2026-000042", order_id=None,
            po_id=None, issued_on=NOW.date(), issued_at=NOW, due_on=NOW.date(), currency="EUR", language="es",
            subtotal_minor=144000, tax_minor=30240, total_minor=174240,
            open_minor=174240, sheet=sheet, hash="", previous_hash="",
        )
    )  # fmt: skip
    return row
