"""What is done with money received: recorded, reversed, allocated anew, and the balance used."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from data.models import Payment, WriteOff
from data.money import Money
from services.access import acting, record
from services.deeds.receiving import (
    RecordedPayment,
    must_be_open,
    named,
    receive_payment,
    record_of,
    recorded,
    take_back,
)
from services.errors import Invalid, NotFound
from services.facts.accounts import open_account
from services.facts.payments import balance_uses, invoice_of, paid_by, payment_of, refunded_of
from services.journal import payments as journal
from services.journal import write_offs
from services.permissions import Actor, Permission
from services.rules import text
from services.rules.payments import (
    BalanceTooSmall,
    MoreThanOpen,
    MoreThanPaid,
    PaymentIsReversed,
    PaymentRequest,
    WriteOffReversed,
    amount_problems,
)

__all__ = [
    "PaymentRequest",
    "RecordedPayment",
    "reallocate",
    "record_payment",
    "reverse_payment",
    "reverse_write_off",
    "spend_balance",
]


def record_payment(actor: Actor, request: PaymentRequest, today: date) -> RecordedPayment:
    """Record money received: the chosen invoice first, then the oldest; what is left is the account's balance.

    Booked on `today`, whatever day it came on. The same request key is the same payment, for ever. Raises `Invalid`,
    `NotFound`, `NothingOpen` for a chosen invoice that is settled, `RequestKeyReused`, `SelfServiceAccount`.
    """
    with acting(actor, Permission.RECORD_PAYMENTS) as session:
        account = open_account(session, request.account_id)  # first: two clicks must not both find no payment
        return receive_payment(session, account, request, today)


def reverse_payment(actor: Actor, account_id: int, payment_id: int, *, reason: str, today: date) -> None:
    """Take back a payment that failed or was returned: what it paid is open again, also what its balance paid since.

    A refund that did not arrive goes back to the balance. Raises `Invalid` (no reason), `NotFound`,
    `PaymentIsReversed`, `BalanceRefunded`, `SelfServiceAccount`.
    """
    reason = text.one_line(reason)
    Invalid.when(text.reason_problems(reason, limit=text.LONGEST_LINE))
    with acting(actor, Permission.RECORD_PAYMENTS) as session:
        account = open_account(session, account_id)
        take_back(session, payment_of(session, account.id, payment_id), reason, today)


def reverse_write_off(actor: Actor, account_id: int, write_off_id: int, *, reason: str, today: date) -> None:
    """Take back a write-off, such as when the money came after all: the amount is open on its invoice again.

    Raises `Invalid` (no reason), `NotFound`, `WriteOffReversed`, `SelfServiceAccount`.
    """
    reason = text.one_line(reason)
    Invalid.when(text.reason_problems(reason, limit=text.LONGEST_LINE))
    with acting(actor, Permission.RECORD_PAYMENTS) as session:
        account = open_account(session, account_id)
        row = session.get(WriteOff, (account.id, write_off_id))
        if row is None:
            raise NotFound(kind="write_off")
        if row.reversed_on is not None:
            raise WriteOffReversed(reversed_on=row.reversed_on)
        number = invoice_of(session, account.id, row.invoice_id).number
        write_offs.reverse_write_off(session, row, reason=reason, today=today)
        after = {"amount": str(Money(row.amount_minor, row.currency)), "reason": reason}
        record(session, "reverse_write_off", account_id=account.id, subject=number, subject_id=row.id, after=after)


def reallocate(
    actor: Actor, account_id: int, payment_id: int, wanted: Mapping[int, Money], *, today: date
) -> RecordedPayment:
    """Have a payment pay exactly these invoices, by id; what it does not pay is the account's balance.

    Raises `Invalid` for an amount below 0 or in another currency, `NotFound`, `PaymentIsReversed`, `MoreThanPaid`,
    `MoreThanOpen`, `SelfServiceAccount`.
    """
    with acting(actor, Permission.RECORD_PAYMENTS) as session:
        account = open_account(session, account_id)
        payment = payment_of(session, account.id, payment_id)
        if payment.reversed_on is not None or payment.kind == "refund":
            raise PaymentIsReversed(reversed_on=payment.reversed_on or payment.received_on)
        Invalid.when([problem for amount in wanted.values() for problem in amount_problems(amount, payment.currency)])
        before = paid_by(session, account.id, payment.id)
        _must_fit(session, payment, wanted, before)
        minors = {invoice_id: amount.minor for invoice_id, amount in wanted.items()}
        if journal.reallocate(session, payment, minors, today):
            told = named(session, account.id, before), named(session, account.id, minors)
            record_of(session, "reallocate", payment, before=told[0], after=told[1])
        return recorded(session, payment)


def spend_balance(actor: Actor, account_id: int, invoice_id: int, *, today: date) -> Money:
    """Have the account's balance pay an invoice as far as it goes, oldest part first; returns what it paid.

    Raises `NotFound`, `NothingOpen`, `BalanceTooSmall` where there is none, `SelfServiceAccount`.
    """
    with acting(actor, Permission.RECORD_PAYMENTS) as session:
        account = open_account(session, account_id)
        invoice = invoice_of(session, account.id, invoice_id)
        must_be_open(invoice)
        owed = Money(invoice.open_minor, invoice.currency)
        uses = balance_uses(session, account.id, owed)
        if not uses:
            raise BalanceTooSmall(left=Money.zero(invoice.currency), asked=owed)
        journal.book_balance(session, account.id, invoice.id, uses, today)
        used = Money.total((use.amount for use in uses), invoice.currency)
        record(
            session,
            "spend_balance",
            account_id=account.id,
            subject=invoice.number,
            subject_id=invoice.id,
            after={"amount": str(used)},
        )
        return used


def _must_fit(session: Session, payment: Payment, wanted: Mapping[int, Money], paid: Mapping[int, int]) -> None:
    """No more than the payment has to give, and on no invoice more than is open without it."""
    available = payment.amount_minor - refunded_of(session, payment.account_id, payment.id)
    asked = sum(amount.minor for amount in wanted.values())
    if asked > available:
        currency = payment.currency
        raise MoreThanPaid(available=Money(available, currency), asked=Money(asked, currency))
    for invoice_id, amount in wanted.items():
        invoice = invoice_of(session, payment.account_id, invoice_id)
        free = Money(invoice.open_minor + paid.get(invoice_id, 0), invoice.currency)
        if amount > free:
            raise MoreThanOpen(number=invoice.number, open=free, asked=amount)
