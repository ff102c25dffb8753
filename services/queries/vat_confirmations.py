"""Reverse charges issued on a VAT number that no tax office has confirmed yet (billing rules §9)."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import func, literal, select

from data.models import Account, TaxEntry
from data.models.accounts import IS_UNCONFIRMED
from data.models.tax import IS_REVERSED
from services.access import reading
from services.errors import NotFound
from services.permissions import Actor, Permission
from services.queries.tax_reports import state_of

COLUMNS = (
    "account_id", "document_id", "number", "issued_on", "account", "country", "vat_number", "state", "checked_on",
    "base_minor", "currency",
)  # fmt: skip
MOST_COUNTED = 5_000


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A page of the list and the `total` over all pages (at most 5,000 are counted).

    Columns: account_id, document_id (int), number, issued_on (date), account (legal name), country, vat_number (as
    printed), state (`tax_reports.STATES`), checked_on (date or None), base_minor and currency of the document.
    """

    frame: pd.DataFrame
    total: int


@dataclass(frozen=True, slots=True)
class NumberToCheck:
    """An account whose VAT number waits for the tax office's word. `version` goes back with the form."""

    account_id: int
    account: str
    vat_number: str
    state: str
    version: int


def unconfirmed(actor: Actor, seller: str, *, limit: int | None = 50, offset: int = 0) -> Unconfirmed:
    """Invoices and credit notes under reverse charge of accounts whose number is not confirmed, by account and day."""
    with reading(actor, Permission.SEE_TAX) as session:
        waiting = select(literal(1)).select_from(TaxEntry).join(Account, Account.id == TaxEntry.account_id)
        waiting = waiting.where(IS_UNCONFIRMED, IS_REVERSED, TaxEntry.seller == seller)
        counted = waiting.limit(MOST_COUNTED).subquery()
        total = session.scalar(select(func.count()).select_from(counted)) or 0
        rows = session.execute(
            waiting.with_only_columns(
                TaxEntry, Account.legal_name, Account.vat_number, Account.vat_state, Account.vat_checked_on
            )
            .order_by(Account.search_text, Account.id, TaxEntry.id)
            .limit(limit)
            .offset(offset)
        )
        listed = [
            (
                entry.account_id,
                entry.document_id,
                entry.number,
                entry.issued_on,
                name,
                entry.country,
                entry.vat_number,
                state_of(entry.vat_number, now, state),
                checked_on,
                entry.base_minor,
                entry.currency,
            )
            for entry, name, now, state, checked_on in rows
        ]
        return Unconfirmed(pd.DataFrame(listed, columns=list(COLUMNS), dtype=object), int(total))


def number_to_check(actor: Actor, account_id: int) -> NumberToCheck:
    """The number of an account as it stands. Raises `NotFound`."""
    with reading(actor, Permission.SEE_TAX) as session:
        account = session.get(Account, account_id)
        if account is None:
            raise NotFound(kind="account")
        return NumberToCheck(account_id, account.legal_name, account.vat_number, account.vat_state, account.version)
