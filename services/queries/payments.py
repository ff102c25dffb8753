"""Payments: one of them, and what one would pay before it is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Account, AccountCredit, Allocation, Document, Payment, User
from data.money import Money
from services.access import reading
from services.errors import Invalid, NotFound
from services.facts.payments import invoice_of, open_items, paid_by, payment_of, refunded_of
from services.permissions import Actor, Permission
from services.queries.payment_list import status_of
from services.rules.allocation import allocate
from services.rules.payments import PaymentRequest


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
            status=status_of(row),
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
