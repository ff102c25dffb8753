"""What is done with money received: recorded, reversed, allocated anew, and the balance used."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Document, Payment, RefundPart
from data.money import Money
from services.access import acting, record
from services.errors import Invalid, RequestKeyReused
from services.facts.accounts import open_account
from services.facts.payments import balance_of, balance_uses, invoice_of, open_items, paid_by, payment_of, refunded_of
from services.journal import payments as journal
from services.permissions import Actor, Permission
from services.rules.allocation import Allocation, allocate
from services.rules.payments import (
    LONGEST_LINE,
    BalanceRefunded,
    BalanceTooSmall,
    MoreThanOpen,
    MoreThanPaid,
    NothingOpen,
    PaymentIsReversed,
    PaymentRequest,
    amount_problems,
    cleaned_reason,
    reason_problems,
)

__all__ = ["PaymentRequest", "RecordedPayment", "reallocate", "record_payment", "reverse_payment", "spend_balance"]


@dataclass(frozen=True, slots=True)
class RecordedPayment:
    """A payment: what it pays now, and what of it is the account's balance; `is_repeat`: its key had recorded it."""

    payment_id: int
    paid: tuple[Allocation, ...]
    balance: Money
    is_repeat: bool = False


def record_payment(actor: Actor, request: PaymentRequest, today: date) -> RecordedPayment:
    """Record money received: the chosen invoice first, then the oldest; what is left is the account's balance.

    Booked on `today`, whatever day it came on. The same request key is the same payment, for ever. Raises `Invalid`,
    `NotFound`, `NothingOpen` for a chosen invoice that is settled, `RequestKeyReused`, `SelfServiceAccount`.
    """
    request = request.cleaned()
    with acting(actor, Permission.RECORD_PAYMENTS) as session:
        account = open_account(session, request.account_id)  # first: two clicks must not both find no payment
        earlier = _earlier(session, request)
        if earlier is not None:
            return earlier
        Invalid.when(request.faults(currency=account.currency, today=today))
        if request.invoice_id is not None:
            _must_be_open(invoice_of(session, account.id, request.invoice_id, field="invoice_id"))
        parts, rest = allocate(
            request.amount, open_items(session, account.id, account.currency), chosen=request.invoice_id
        )
        payment = journal.receive(session, account, request, parts, rest, today)
        after = {"amount": str(request.amount), "received_on": request.received_on.isoformat(), "balance": str(rest)}
        _record(session, "record_payment", payment, after=after | _named(session, account.id, _minors(parts)))
        return RecordedPayment(payment.id, parts, rest)


def reverse_payment(actor: Actor, account_id: int, payment_id: int, *, reason: str, today: date) -> None:
    """Take back a payment that failed or was returned: what it paid is open again, also what its balance paid since.

    A refund that did not arrive goes back to the balance. Raises `Invalid` (no reason), `NotFound`,
    `PaymentIsReversed`, `BalanceRefunded`, `SelfServiceAccount`.
    """
    reason = cleaned_reason(reason)
    Invalid.when(reason_problems(reason, limit=LONGEST_LINE))
    with acting(actor, Permission.RECORD_PAYMENTS) as session:
        account = open_account(session, account_id)
        payment = payment_of(session, account.id, payment_id)
        if payment.reversed_on is not None:
            raise PaymentIsReversed(reversed_on=payment.reversed_on)
        if payment.kind == "refund":
            journal.reverse_refund(session, payment, _refund_parts(session, payment), reason, today)
            _record(session, "reverse_refund", payment, after={"reason": reason})
            return
        refunded = refunded_of(session, account.id, payment.id)
        if refunded:
            raise BalanceRefunded(refunded=Money(refunded, payment.currency))
        back = journal.reverse(session, payment, reason, today)
        _record(session, "reverse_payment", payment, before=_named(session, account.id, back), after={"reason": reason})


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
        Invalid.when(
            [problem for amount in wanted.values() for problem in amount_problems("amount", amount, payment.currency)]
        )
        before = paid_by(session, account.id, payment.id)
        _must_fit(session, payment, wanted, before)
        minors = {invoice_id: amount.minor for invoice_id, amount in wanted.items()}
        if journal.reallocate(session, payment, minors, today):
            named = _named(session, account.id, before), _named(session, account.id, minors)
            _record(session, "reallocate", payment, before=named[0], after=named[1])
        return _recorded(session, payment)


def spend_balance(actor: Actor, account_id: int, invoice_id: int, *, today: date) -> Money:
    """Have the account's balance pay an invoice as far as it goes, oldest part first; returns what it paid.

    Raises `NotFound`, `NothingOpen`, `BalanceTooSmall` where there is none, `SelfServiceAccount`.
    """
    with acting(actor, Permission.RECORD_PAYMENTS) as session:
        account = open_account(session, account_id)
        invoice = invoice_of(session, account.id, invoice_id)
        _must_be_open(invoice)
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


def _earlier(session: Session, request: PaymentRequest) -> RecordedPayment | None:
    payment = session.scalar(
        select(Payment).where(Payment.account_id == request.account_id, Payment.request_key == request.request_key)
    )
    if payment is None:
        return None
    if payment.payload_hash != request.payload_hash:
        raise RequestKeyReused
    return _recorded(session, payment, is_repeat=True)


def _recorded(session: Session, payment: Payment, *, is_repeat: bool = False) -> RecordedPayment:
    paid = paid_by(session, payment.account_id, payment.id)
    parts = tuple(Allocation(invoice_id, Money(minor, payment.currency)) for invoice_id, minor in paid.items())
    parts_left = balance_of(session, payment.account_id, payment.currency)
    left = (part.left for part in parts_left if part.source_id == payment.id)
    return RecordedPayment(payment.id, parts, Money.total(left, payment.currency), is_repeat)


def _must_be_open(invoice: Document) -> None:
    if invoice.open_minor <= 0:
        raise NothingOpen(number=invoice.number)


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


def _refund_parts(session: Session, payment: Payment) -> list[RefundPart]:
    rows = select(RefundPart).where(RefundPart.account_id == payment.account_id, RefundPart.refund_id == payment.id)
    return list(session.scalars(rows.order_by(RefundPart.credit_id)))


def _minors(parts: tuple[Allocation, ...]) -> dict[int, int]:
    return {part.document_id: part.amount.minor for part in parts}


def _named(session: Session, account_id: int, minors: Mapping[int, int]) -> dict[str, str]:
    """Invoice number → amount, for the audit."""
    named = {}
    for invoice_id, minor in minors.items():
        invoice = session.get_one(Document, (account_id, invoice_id))
        named[invoice.number] = str(Money(minor, invoice.currency))
    return named


def _record(
    session: Session,
    action: str,
    payment: Payment,
    *,
    before: Mapping[str, str] | None = None,
    after: Mapping[str, str] | None = None,
) -> None:
    record(
        session,
        action,
        account_id=payment.account_id,
        subject=payment.reference or str(Money(payment.amount_minor, payment.currency)),
        subject_id=payment.id,
        before=before,
        after=after,
    )
