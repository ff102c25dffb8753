"""What an account owes and is owed: open, overdue, disputed, its balance; and whose payment it could be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlalchemy import and_, func, select

from data.models import Account, AccountCredit, Dispute, Document, Payment
from data.money import Money
from services.access import reading
from services.errors import NotFound
from services.permissions import Actor, Permission

MOST_PAYERS = 20


@dataclass(frozen=True, slots=True)
class BalanceLeft:
    """A part of the balance: what is left of a credit note or a payment, since a day."""

    source: str
    source_id: int
    name: str
    since_on: date
    left: Money


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """An invoice with something left to pay, the oldest first."""

    invoice_id: int
    number: str
    due_on: date
    open: Money
    is_disputed: bool


@dataclass(frozen=True, slots=True)
class AccountMoney:
    """Open and overdue amounts (disputed ones included), what of them is disputed, and the balance with its parts."""

    account_id: int
    account: str
    code: str
    currency: str
    payment_means: str
    open: Money
    overdue: Money
    disputed: Money
    balance: Money
    parts: tuple[BalanceLeft, ...]
    invoices: tuple[OpenInvoice, ...]


def account_money(actor: Actor, account_id: int, *, today: date) -> AccountMoney:
    """What an account owes and is owed in its currency. Raises `NotFound` (also without a currency yet)."""
    with reading(actor, Permission.SEE_PAYMENTS) as session:
        account = session.get(Account, account_id)
        if account is None or not account.currency:
            raise NotFound(kind="account")
        currency = account.currency
        disputed = set(
            session.scalars(
                select(Dispute.document_id).where(Dispute.account_id == account_id, Dispute.closed_on.is_(None))
            )
        )
        rows = session.scalars(
            select(Document)
            .where(Document.account_id == account_id, Document.open_minor > 0, Document.currency == currency)
            .order_by(Document.due_on, Document.number)
        )
        invoices = tuple(
            OpenInvoice(row.id, row.number, row.due_on, Money(row.open_minor, currency), row.id in disputed)
            for row in rows
        )
        credits = session.execute(
            select(AccountCredit, Document.number, Payment.reference)
            .outerjoin(
                Document, (Document.account_id == AccountCredit.account_id) & (Document.id == AccountCredit.source_id)
            )
            .outerjoin(
                Payment, (Payment.account_id == AccountCredit.account_id) & (Payment.id == AccountCredit.source_id)
            )
            .where(
                AccountCredit.account_id == account_id,
                AccountCredit.left_minor > 0,
                AccountCredit.currency == currency,
            )
            .order_by(AccountCredit.since_on, AccountCredit.id)
        )
        parts = tuple(
            BalanceLeft(row.source, row.source_id, number or reference or "", row.since_on, _left(row))
            for row, number, reference in credits
        )
        return AccountMoney(
            account_id=account_id,
            account=account.legal_name,
            code=account.code,
            currency=currency,
            payment_means=account.payment_means,
            open=Money.total((one.open for one in invoices), currency),
            overdue=Money.total((one.open for one in invoices if one.due_on < today), currency),
            disputed=Money.total((one.open for one in invoices if one.is_disputed), currency),
            balance=Money.total((part.left for part in parts), currency),
            parts=parts,
            invoices=invoices,
        )


def payers(actor: Actor, text: str) -> pd.DataFrame:
    """Accounts a payment could be of, by words of the account or the number of one of its invoices; at most 20.

    Columns: id (int), name, code, open_minor (minor units), currency, invoice_id (the invoice that was typed, or None).
    Empty for less than two characters.
    """
    asked = " ".join(text.split())[:100]
    columns = ["id", "name", "code", "open_minor", "currency", "invoice_id"]
    if len(asked) < 2:
        return pd.DataFrame([], columns=columns, dtype=object)
    with reading(actor, Permission.SEE_PAYMENTS) as session:
        meant = session.execute(
            select(Document.account_id, Document.id).where(
                Document.number == asked.upper().replace(" ", ""), Document.kind == "invoice"
            )
        ).all()
        invoices = {account_id: document_id for account_id, document_id in meant}  # noqa: C416
        named = [Account.search_text.contains(word, autoescape=True) for word in asked.casefold().split()]
        owed = (
            select(func.sum(Document.open_minor))
            .where(Document.account_id == Account.id, Document.open_minor > 0)
            .correlate(Account)
            .scalar_subquery()
        )
        rows = session.execute(
            select(Account.id, Account.legal_name, Account.code, owed, Account.currency)
            .where(Account.id.in_(list(invoices)) if invoices else and_(*named), Account.currency != "")
            .order_by(Account.search_text, Account.id)
            .limit(MOST_PAYERS)
        )
        frame = [(*row[:3], int(row[3] or 0), row[4], invoices.get(row[0])) for row in rows]
        return pd.DataFrame(frame, columns=columns, dtype=object)


def _left(row: AccountCredit) -> Money:
    return Money(row.left_minor, row.currency)
