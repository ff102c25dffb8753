"""Payments: the list, one of them, and what one would pay before it is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, func, literal_column, or_, select
from sqlalchemy.orm import Session

from data.models import Account, AccountCredit, Allocation, Document, Payment, User
from data.money import Money
from services.access import reading
from services.errors import Invalid, NotFound
from services.facts.payments import invoice_of, open_items, paid_by, payment_of, refunded_of
from services.permissions import Actor, Permission
from services.rules.allocation import allocate
from services.rules.payments import PaymentRequest

COLUMNS = (
    "payment_id", "account_id", "account", "received_on", "status", "means", "reference", "amount_minor", "left_minor",
    "currency",
)  # fmt: skip
MOST_COUNTED = 5_000
STATUSES = ("received", "balance", "refund", "reversed")
_FEW = 200  # accounts whose payments are looked up one by one
_OF_PAYMENT = (AccountCredit.account_id == Payment.account_id) & (AccountCredit.id == Payment.id)


@dataclass(frozen=True, slots=True)
class PaymentFilter:
    """What the list is limited to; what is empty limits nothing.

    `text`: an invoice's number, words of the account, or else part of the reference. `status`: one of `STATUSES`;
    `balance`: received, with a part that pays no invoice yet.
    """

    text: str = ""
    status: str = ""
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class PaymentPage:
    """A page of the list and the `total` over all pages (at most 5,000 are counted).

    Columns: payment_id, account_id (int), account (legal name), received_on (date), status (received · refund ·
    reversed), means (code), reference, amount_minor (a refund negative), left_minor (balance; None for none), currency.
    """

    frame: pd.DataFrame
    total: int


@dataclass(frozen=True, slots=True)
class Paid:
    """What of a payment goes to an invoice, with what is open before and after."""

    invoice_id: int
    number: str
    due_on: date
    amount: Money
    open_before: Money

    @property
    def open_after(self) -> Money:
        """What is left to pay then."""
        return self.open_before - self.amount


@dataclass(frozen=True, slots=True)
class PaymentPreview:
    """What a payment would pay, the oldest first, and the rest, which becomes balance."""

    paid: tuple[Paid, ...]
    balance: Money

    @property
    def total(self) -> Money:
        """The payment."""
        return Money.total((one.amount for one in self.paid), self.balance.currency) + self.balance


@dataclass(frozen=True, slots=True)
class Moved:
    """A change of what a payment pays: negative where it was taken back."""

    at: datetime
    on: date
    invoice_id: int
    number: str
    amount: Money


@dataclass(frozen=True, slots=True)
class PaymentCard:
    """One payment. `paid`: what it pays now; `others`: open invoices it could pay; `balance` and `refunded` of it."""

    payment_id: int
    account_id: int
    account: str
    kind: str
    status: str
    amount: Money
    received_on: date
    means: str
    reference: str
    recorded_by: str
    recorded_at: datetime
    reversed_on: date | None
    reversal_reason: str
    paid: tuple[Paid, ...]
    others: tuple[Paid, ...]
    balance: Money
    refunded: Money
    moves: tuple[Moved, ...]

    @property
    def paid_now(self) -> Money:
        """What it pays of all invoices."""
        return Money.total((one.amount for one in self.paid), self.amount.currency)


def list_payments(
    actor: Actor, wanted: PaymentFilter = PaymentFilter(), *, limit: int = 50, offset: int = 0
) -> PaymentPage:
    """The payments of the actor's accounts, the latest received first."""
    with reading(actor, Permission.SEE_PAYMENTS) as session:
        criteria = _criteria(session, wanted)
        # keys first: joined, the database would sort every payment there is
        keys = select(Payment.account_id, Payment.id)
        if wanted.status == "balance":
            keys = keys.join(AccountCredit, _OF_PAYMENT)
        counted = keys.where(*criteria).limit(MOST_COUNTED).subquery()
        total = session.scalar(select(func.count()).select_from(counted)) or 0
        if not total:
            return PaymentPage(_frame(session, []), 0)
        page = keys.where(*criteria).order_by(Payment.received_on.desc(), Payment.id.desc())
        rows = session.execute(page.limit(limit).offset(offset))
        return PaymentPage(_frame(session, [(row[0], row[1]) for row in rows]), int(total))


def preview_payment(actor: Actor, request: PaymentRequest, *, today: date) -> PaymentPreview:
    """What the payment would pay if it were recorded now. Raises `Invalid`, `NotFound`."""
    with reading(actor, Permission.RECORD_PAYMENTS) as session:
        account = session.get(Account, request.account_id)
        if account is None:
            raise NotFound(kind="account")
        Invalid.when(request.cleaned().faults(currency=account.currency, today=today))
        if request.invoice_id is not None:
            invoice_of(session, account.id, request.invoice_id, field="invoice_id")
        items = open_items(session, account.id, account.currency)
        parts, rest = allocate(request.amount, items, chosen=request.chosen)
        known = {item.document_id: item for item in items}
        paid = tuple(
            Paid(item.document_id, item.number, item.due_on, part.amount, item.open)
            for part in parts
            for item in [known[part.document_id]]
        )
        return PaymentPreview(paid, rest)


def payment_card(actor: Actor, account_id: int, payment_id: int) -> PaymentCard:
    """One payment. Raises `NotFound`, also for another rep's."""
    with reading(actor, Permission.SEE_PAYMENTS) as session:
        account = session.get(Account, account_id)
        if account is None:
            raise NotFound(kind="payment")
        row = payment_of(session, account_id, payment_id)
        credit = session.get(AccountCredit, (account_id, payment_id))
        user = session.get(User, row.recorded_by) if row.recorded_by else None
        paid = paid_by(session, account_id, payment_id)
        return PaymentCard(
            payment_id=row.id,
            account_id=account_id,
            account=account.legal_name,
            kind=row.kind,
            status=_status(row),
            amount=Money(row.amount_minor, row.currency),
            received_on=row.received_on,
            means=row.means,
            reference=row.reference,
            recorded_by=user.name if user else "",
            recorded_at=row.recorded_at,
            reversed_on=row.reversed_on,
            reversal_reason=row.reversal_reason,
            paid=tuple(_paid(session, account_id, paid)),
            others=tuple(
                Paid(item.document_id, item.number, item.due_on, Money.zero(row.currency), item.open)
                for item in open_items(session, account_id, row.currency)
                if item.document_id not in paid
            ),
            balance=Money(credit.left_minor if credit else 0, row.currency),
            refunded=Money(refunded_of(session, account_id, payment_id), row.currency),
            moves=_moves(session, row),
        )


def _criteria(session: Session, wanted: PaymentFilter) -> list[ColumnElement[bool]]:
    criteria: list[ColumnElement[bool]] = []
    if wanted.account_id is not None:
        criteria.append(Payment.account_id == wanted.account_id)
    is_refund = Payment.kind == literal_column("'refund'")  # as text: the index of refunds is a partial one
    match wanted.status:
        case "received":
            criteria += [~is_refund, Payment.reversed_on.is_(None)]
        case "balance":
            criteria.append(AccountCredit.left_minor > literal_column("0"))
        case "refund":
            criteria += [is_refund, Payment.reversed_on.is_(None)]
        case "reversed":
            criteria.append(Payment.reversed_on.is_not(None))
    return criteria + ([_matching(session, wanted.text)] if wanted.text.strip() else [])


def _matching(session: Session, text: str) -> ColumnElement[bool]:
    """What pays the invoice of that number or names it; else of the accounts the words name; else by reference."""
    said = Payment.reference.icontains(text.strip(), autoescape=True)
    meant = session.execute(
        select(Document.account_id, Document.id).where(Document.number == text.upper().replace(" ", ""))
    ).all()
    if meant:
        accounts, documents = {row[0] for row in meant}, {row[1] for row in meant}
        pays = select(Allocation.source_id).where(
            Allocation.account_id.in_(accounts), Allocation.invoice_id.in_(documents)
        )
        return Payment.account_id.in_(accounts) & or_(said, Payment.id.in_(pays))
    named = [Account.search_text.contains(word, autoescape=True) for word in text.casefold().split()]
    ids = session.scalars(select(Account.id).where(*named).limit(_FEW + 1)).all()
    if not ids:
        return said
    return Payment.account_id.in_(ids if len(ids) <= _FEW else select(Account.id).where(*named))


def _frame(session: Session, keys: Sequence[tuple[int, int]]) -> pd.DataFrame:
    accounts, ids = {key[0] for key in keys}, {key[1] for key in keys}
    rows = session.execute(
        select(Payment, Account.legal_name, AccountCredit.left_minor)
        .join(Account, Account.id == Payment.account_id)
        .outerjoin(AccountCredit, _OF_PAYMENT)
        .where(Payment.account_id.in_(accounts), Payment.id.in_(ids))
    )
    by_id = {payment.id: _row(payment, account, left) for payment, account, left in rows}
    return pd.DataFrame([by_id[key[1]] for key in keys], columns=list(COLUMNS), dtype=object)


def _row(payment: Payment, account: str, left: int | None) -> tuple[Any, ...]:
    return (
        payment.id,
        payment.account_id,
        account,
        payment.received_on,
        _status(payment),
        payment.means,
        payment.reference,
        -payment.amount_minor if payment.kind == "refund" else payment.amount_minor,
        left or None,
        payment.currency,
    )


def _status(payment: Payment) -> str:
    if payment.reversed_on is not None:
        return "reversed"
    return "refund" if payment.kind == "refund" else "received"


def _paid(session: Session, account_id: int, paid: dict[int, int]) -> list[Paid]:
    rows = session.scalars(select(Document).where(Document.account_id == account_id, Document.id.in_(list(paid))))
    found = [
        Paid(
            row.id,
            row.number,
            row.due_on,
            Money(paid[row.id], row.currency),
            Money(row.open_minor + paid[row.id], row.currency),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.due_on, one.number))


def _moves(session: Session, payment: Payment) -> tuple[Moved, ...]:
    rows: Sequence[Any] = session.execute(
        select(Allocation, Document.number)
        .join(Document, (Document.account_id == Allocation.account_id) & (Document.id == Allocation.invoice_id))
        .where(Allocation.account_id == payment.account_id, Allocation.source_id == payment.id)
        .order_by(Allocation.recorded_at, Allocation.id)
    ).all()
    return tuple(
        Moved(row.recorded_at, row.allocated_on, row.invoice_id, number, Money(row.amount_minor, payment.currency))
        for row, number in rows
    )
