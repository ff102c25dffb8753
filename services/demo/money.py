"""The money of the demo book: finance books what customers pay, each in its own way."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from sqlalchemy import Row, select

from data.models import Document, Payment
from data.money import Money
from services import access
from services.commands.payments import PaymentRequest, record_payment, reverse_payment
from services.demo.people import Customer
from services.permissions import Actor, Permission

_TRANSFERS = 4  # booked on Fridays
_DEBITS = (1, 4)  # booked on Tuesdays, too


@dataclass(frozen=True, slots=True)
class Owed:
    """An invoice with something left to pay."""

    account_id: int
    invoice_id: int
    number: str
    due_on: date
    open: Money


class FinanceDesk:
    """Books payments: each customer's on the day it usually pays, all of a day's together."""

    def __init__(self, finance: Actor, customers: Sequence[Customer]) -> None:
        self._finance, self._customers = finance, customers

    def work(self, day: date) -> None:
        """On a day of the desk: book what has come since the last one."""
        if day.weekday() not in _DEBITS:
            return
        by_account: dict[int, list[Owed]] = {}
        for owed in owing(self._finance):
            by_account.setdefault(owed.account_id, []).append(owed)
        for customer in self._customers:
            if not customer.is_debited and day.weekday() != _TRANSFERS:
                continue
            mine = by_account.get(customer.account_id, [])
            paid = [owed for owed in mine if self._paid_on(customer, owed) <= day]
            if paid == mine[: len(paid)]:  # the oldest: one transfer pays them all
                self._book(customer, paid, day)
            else:
                for owed in paid:
                    self._book(customer, [owed], day)

    def _paid_on(self, customer: Customer, owed: Owed) -> date:
        if customer.stops_paying_on is not None and owed.due_on >= customer.stops_paying_on:
            return date.max
        return owed.due_on + timedelta(days=random.Random(f"{owed.number} {customer.code}").randint(*customer.lag))

    def _book(self, customer: Customer, paid: Sequence[Owed], day: date) -> None:
        if not paid:
            return
        came_on = max(day - timedelta(days=6), max(self._paid_on(customer, owed) for owed in paid))
        amount = Money.total((owed.open for owed in paid), paid[0].open.currency)
        pay(self._finance, customer, amount, paid, min(came_on, day), day)


def owing(finance: Actor, account_id: int | None = None) -> Iterator[Owed]:
    """The invoices that are open, of one account or all, each account's oldest first."""
    open_ones = select(
        Document.account_id, Document.id, Document.number, Document.due_on, Document.open_minor, Document.currency
    ).where(Document.kind == "invoice", Document.open_minor > 0)
    if account_id is not None:
        open_ones = open_ones.where(Document.account_id == account_id)
    with access.reading(finance, Permission.SEE_INVOICES) as session:
        rows = session.execute(open_ones.order_by(Document.due_on, Document.number)).all()
    for account, invoice, number, due_on, minor, currency in rows:
        yield Owed(account, invoice, number, due_on, Money(minor, currency))


def pay(finance: Actor, customer: Customer, amount: Money, paid: Sequence[Owed], came_on: date, day: date) -> None:
    """Book money that came for these invoices; the first of them is paid first."""
    request = PaymentRequest(
        customer.account_id,
        amount,
        received_on=came_on,
        means=customer.means,
        reference=", ".join(owed.number for owed in paid)[:200],
        request_key=f"{customer.code} {day} {paid[0].number}",
        invoice_id=paid[0].invoice_id,
    )
    record_payment(finance, request, day)


def pay_twice(finance: Actor, customer: Customer, day: date) -> None:
    """The last payment comes a second time by mistake: the account has a balance."""
    last = _last(finance, customer)
    amount, reference = Money(last.amount_minor, last.currency), f"{last.reference} (second transfer)"
    key = f"{customer.code} {day} again"
    record_payment(finance, PaymentRequest(customer.account_id, amount, day, customer.means, reference, key), day)


def pay_in_part(finance: Actor, customer: Customer, day: date) -> None:
    """Three fifths of the oldest invoice, and nothing since."""
    for owed in owing(finance, customer.account_id):
        pay(finance, customer, owed.open.share(Fraction(3, 5)), [owed], day, day)
        customer.stops_paying_on = owed.due_on
        return


def send_back(finance: Actor, customer: Customer, day: date) -> None:
    """The bank returns the last debit; what it paid is open again, and is not tried once more."""
    last = _last(finance, customer)
    reverse_payment(finance, customer.account_id, last.id, reason="Returned by the bank: account closed", today=day)
    customer.stops_paying_on = min(owed.due_on for owed in owing(finance, customer.account_id))


def _last(finance: Actor, customer: Customer) -> Row[int, int, str, str]:
    """The customer's newest payment: id, minor units, currency, reference."""
    newest = (
        select(Payment.id, Payment.amount_minor, Payment.currency, Payment.reference)
        .where(Payment.account_id == customer.account_id)
        .order_by(Payment.received_on.desc(), Payment.id.desc())
        .limit(1)
    )
    with access.reading(finance, Permission.SEE_PAYMENTS) as session:
        return session.execute(newest).one()
