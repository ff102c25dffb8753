"""What is open on invoices, what pays them, and what is left of the balance, as values."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.database import chunks
from data.models import AccountCredit, Allocation, Document, Payment, RefundPart
from data.money import Money
from services.errors import NotFound
from services.rules.allocation import BalancePart, BalanceUse, OpenItem, use_balance


def open_items(session: Session, account_id: int, currency: str) -> list[OpenItem]:
    """The account's invoices with something left to pay in the currency, oldest first (due day, then number)."""
    rows = session.scalars(
        select(Document)
        .where(
            Document.account_id == account_id,
            Document.kind == "invoice",
            Document.currency == currency,
            Document.open_minor > 0,
        )
        .order_by(Document.due_on, Document.number)
    )
    return [OpenItem(row.id, row.due_on, row.number, Money(row.open_minor, row.currency)) for row in rows]


def invoice_of(session: Session, account_id: int, invoice_id: int, field: str | None = None) -> Document:
    """An invoice of the account. Raises `NotFound`, also for a credit note."""
    row = session.get(Document, (account_id, invoice_id))
    if row is None or row.kind != "invoice":
        raise NotFound(kind="invoice", field=field)
    return row


def payment_of(session: Session, account_id: int, payment_id: int) -> Payment:
    """A payment of the account. Raises `NotFound`."""
    row = session.get(Payment, (account_id, payment_id))
    if row is None:
        raise NotFound(kind="payment")
    return row


def balance_parts(session: Session, account_ids: Collection[int]) -> dict[int, list[BalancePart]]:
    """What is left of the balance of each account that has any; parts may be of several currencies."""
    found: dict[int, list[BalancePart]] = {}
    for chunk in chunks(sorted(account_ids)):
        rows = session.scalars(
            select(AccountCredit)
            .where(AccountCredit.account_id.in_(chunk), AccountCredit.left_minor > 0)
            .order_by(AccountCredit.account_id, AccountCredit.since_on, AccountCredit.id)
        )
        for row in rows:
            part = BalancePart(row.source, row.source_id, row.since_on, Money(row.left_minor, row.currency))
            found.setdefault(row.account_id, []).append(part)
    return found


def balance_of(session: Session, account_id: int, currency: str) -> list[BalancePart]:
    """What is left of one account's balance in a currency, oldest first."""
    parts = balance_parts(session, [account_id]).get(account_id, [])
    return [part for part in parts if part.left.currency == currency]


def balance_uses(session: Session, account_id: int, owed: Money) -> tuple[BalanceUse, ...]:
    """What of the account's balance pays what it owes, oldest part first."""
    return use_balance(owed, balance_of(session, account_id, owed.currency)) if owed else ()


def paid_by(session: Session, account_id: int, source_id: int) -> dict[int, int]:
    """What a source pays now, by invoice, in minor units: taken back where it was; only what is left above 0."""
    rows = session.execute(
        select(Allocation.invoice_id, func.sum(Allocation.amount_minor))
        .where(Allocation.account_id == account_id, Allocation.source_id == source_id)
        .group_by(Allocation.invoice_id)
        .order_by(Allocation.invoice_id)
    )
    return {invoice_id: int(minor) for invoice_id, minor in rows if minor}


def refunded_of(session: Session, account_id: int, credit_id: int) -> int:
    """What of a part of the balance was paid back and not returned, in minor units."""
    done = session.scalar(
        select(func.sum(RefundPart.amount_minor))
        .join(Payment, (Payment.account_id == RefundPart.account_id) & (Payment.id == RefundPart.refund_id))
        .where(RefundPart.account_id == account_id, RefundPart.credit_id == credit_id, Payment.reversed_on.is_(None))
    )
    return int(done or 0)


def entries_of(session: Session, account_id: int, source_id: int) -> int:
    """How many allocations name the source: tells one event of it from the next."""
    count = select(func.count()).where(Allocation.account_id == account_id, Allocation.source_id == source_id)
    return session.scalar(count) or 0
