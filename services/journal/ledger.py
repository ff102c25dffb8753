"""Journal entries of the double-entry ledger: the sides of each add up to 0; nothing is ever changed."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy.orm import Session

from data.identity import derive_id, part_id
from services.bulk import Rows, day_text
from services.journal.closing import check_open
from services.rules.figures import NOWHERE, Measure
from services.rules.recognition import month_of

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
    OPENING_BALANCES = "opening_balances"


_MEASURES = {account: Measure(f"gl_{account}").value for account in LedgerAccount}


class Side(NamedTuple):
    """One side of an entry, in minor units; `document_id`: whose receivable it is."""

    ledger_account: LedgerAccount
    minor: int
    document_id: int | None = None


def post(session: Session, account_id: int, *, event: str, day: date, currency: str, sides: Sequence[Side]) -> None:
    """Write an entry on a business day; sides of 0 are left out.

    `event` names what happened, once for the account. Raises ValueError where the sides do not add up to 0.
    """
    if sum(side.minor for side in sides):
        raise ValueError(f"{event}: the sides add up to {sum(side.minor for side in sides)}")
    rows = Rows(session)
    keep_entry(rows, account_id, derive_id(day, "entry", account_id, event), day, currency, sides)
    rows.write()


def keep_entry(rows: Rows, account_id: int, entry_id: int, day: date, currency: str, sides: Iterable[Side]) -> None:
    """Keep an entry as rows, its sides of 0 left out. The caller's sides add up to 0. Raises `MonthClosed`."""
    if rows.session is not None:
        check_open(rows.session, day)
    postings, posted_on, position = rows.shape("postings", _POSTING), day_text(day), 0
    figures, month = rows.sums("figure_deltas"), month_of(day)
    for ledger_account, minor, document_id in sides:
        if minor:
            position += 1
            figures[_MEASURES[ledger_account], month, currency, "", *NOWHERE] += minor
            own = (account_id, part_id(entry_id, position), entry_id, position, posted_on)
            postings.append((*own, ledger_account.value, minor, currency, document_id))
