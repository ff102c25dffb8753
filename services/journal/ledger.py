"""Journal entries of the double-entry ledger: the sides of each add up to 0; nothing is ever changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from data.identity import derive_id, part_id
from data.models import Posting
from services.bulk import Rows, day_text

_POSTING = (
    "account_id", "id", "entry_id", "position", "posted_on", "ledger_account", "amount_minor", "currency",
    "document_id",
)  # fmt: skip


class LedgerAccount(StrEnum):
    """The accounts of the ledger. Debits are positive: what customers owe is, what we owe them is not."""

    RECEIVABLES = "receivables"
    CASH = "cash"
    REVENUE = "revenue"
    DEFERRED_REVENUE = "deferred_revenue"
    TAX_PAYABLE = "tax_payable"
    CUSTOMER_CREDIT = "customer_credit"
    WRITE_OFFS = "write_offs"


@dataclass(frozen=True, slots=True)
class Side:
    """One side of an entry, in minor units; `document_id`: whose receivable it is."""

    ledger_account: LedgerAccount
    minor: int
    document_id: int | None = None


def post(
    session: Session, account_id: int, *, event: str, day: date, currency: str, sides: Sequence[Side]
) -> int | None:
    """Write an entry on a business day and return its id; sides of 0 are left out, an entry without any is none.

    `event` names what happened, once for the account. Raises ValueError where the sides do not add up to 0.
    """
    if sum(side.minor for side in sides):
        raise ValueError(f"{event}: the sides add up to {sum(side.minor for side in sides)}")
    written = [side for side in sides if side.minor]
    if not written:
        return None
    entry_id = derive_id(day, "entry", account_id, event)
    for position, side in enumerate(written, start=1):
        session.add(
            Posting(
                account_id=account_id,
                id=derive_id(day, "posting", entry_id, position),
                entry_id=entry_id,
                position=position,
                posted_on=day,
                ledger_account=side.ledger_account.value,
                amount_minor=side.minor,
                currency=currency,
                document_id=side.document_id,
            )
        )
    return entry_id


def keep_entry(
    rows: Rows,
    account_id: int,
    document_id: int,
    entry_id: int,
    day: date,
    currency: str,
    sides: Sequence[tuple[str, int]],
) -> None:
    """Keep an entry of a document, which all its sides name, as rows.

    `sides`: values of `LedgerAccount` and minor units that add up to 0.
    """
    postings, posted_on, position = rows.shape("postings", _POSTING), day_text(day), 0
    for ledger_account, minor in sides:
        if minor:
            position += 1
            posting = part_id(entry_id, position)
            postings.append(
                (account_id, posting, entry_id, position, posted_on, ledger_account, minor, currency, document_id)
            )
