"""Money received, booked once: by hand, from a bank statement or by a direct debit, always the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Account, Document, Payment, RefundPart
from data.money import Money
from services.access import record
from services.errors import Invalid, RequestKeyReused
from services.facts.payments import balance_of, invoice_of, open_items, paid_by, refunded_of
from services.journal import payments as journal
from services.rules.allocation import Allocation, allocate
from services.rules.payments import BalanceRefunded, NothingOpen, PaymentIsReversed, PaymentRequest


@dataclass(frozen=True, slots=True)
class RecordedPayment:
    """A payment: what it pays now, and what of it is the account's balance; `is_repeat`: its key had recorded it."""

    payment_id: int
    paid: tuple[Allocation, ...]
    balance: Money
    is_repeat: bool = False


def receive_payment(
    session: Session, account: Account, request: PaymentRequest, today: date, *, chosen_may_be_paid: bool = False
) -> RecordedPayment:
    """Record money on a locked account: the chosen invoice first, then the oldest; what is left is balance.

    The same request key is the same payment, for ever. Raises `Invalid`, `NotFound`, `NothingOpen` for a chosen invoice
    that is settled (unless that may be: the money is there all the same), `RequestKeyReused`.
    """
    request = request.cleaned()
    earlier = _earlier(session, request)
    if earlier is not None:
        return earlier
    Invalid.when(request.faults(currency=account.currency, today=today))
    if request.invoice_id is not None:
        chosen = invoice_of(session, account.id, request.invoice_id, field="invoice_id")
        if not chosen_may_be_paid:
            must_be_open(chosen)
    parts, rest = allocate(request.amount, open_items(session, account.id, account.currency), chosen=request.chosen)
    payment = journal.receive(session, account, request, parts, rest, today)
    after = {"amount": str(request.amount), "received_on": request.received_on.isoformat(), "balance": str(rest)}
    minors = {part.document_id: part.amount.minor for part in parts}
    record_of(session, "record_payment", payment, after=after | named(session, account.id, minors))
    return RecordedPayment(payment.id, parts, rest)


def take_back(session: Session, payment: Payment, reason: str, today: date) -> None:
    """Take back money that failed or was returned, on an account that is locked; a refund goes back to the balance.

    Raises `PaymentIsReversed`, `BalanceRefunded`.
    """
    if payment.reversed_on is not None:
        raise PaymentIsReversed(reversed_on=payment.reversed_on)
    if payment.kind == "refund":
        journal.reverse_refund(session, payment, _refund_parts(session, payment), reason, today)
        record_of(session, "reverse_refund", payment, after={"reason": reason})
        return
    refunded = refunded_of(session, payment.account_id, payment.id)
    if refunded:
        raise BalanceRefunded(refunded=Money(refunded, payment.currency))
    back = journal.reverse(session, payment, reason, today)
    before = named(session, payment.account_id, back)
    record_of(session, "reverse_payment", payment, before=before, after={"reason": reason})


def recorded(session: Session, payment: Payment, *, is_repeat: bool = False) -> RecordedPayment:
    """A payment as it stands."""
    paid = paid_by(session, payment.account_id, payment.id)
    parts = tuple(Allocation(invoice_id, Money(minor, payment.currency)) for invoice_id, minor in paid.items())
    parts_left = balance_of(session, payment.account_id, payment.currency)
    left = (part.left for part in parts_left if part.source_id == payment.id)
    return RecordedPayment(payment.id, parts, Money.total(left, payment.currency), is_repeat)


def must_be_open(invoice: Document) -> None:
    """Raises `NothingOpen` for an invoice with nothing left to pay."""
    if invoice.open_minor <= 0:
        raise NothingOpen(number=invoice.number)


def named(session: Session, account_id: int, minors: Mapping[int, int]) -> dict[str, str]:
    """Invoice number → amount, for the audit."""
    told = {}
    for invoice_id, minor in minors.items():
        invoice = session.get_one(Document, (account_id, invoice_id))
        told[invoice.number] = str(Money(minor, invoice.currency))
    return told


def record_of(
    session: Session,
    action: str,
    payment: Payment,
    *,
    before: Mapping[str, str] | None = None,
    after: Mapping[str, str] | None = None,
) -> None:
    """Write the audit row of something done to a payment."""
    record(
        session,
        action,
        account_id=payment.account_id,
        subject=payment.reference or str(Money(payment.amount_minor, payment.currency)),
        subject_id=payment.id,
        before=before,
        after=after,
    )


def _refund_parts(session: Session, payment: Payment) -> list[RefundPart]:
    rows = select(RefundPart).where(RefundPart.account_id == payment.account_id, RefundPart.refund_id == payment.id)
    return list(session.scalars(rows.order_by(RefundPart.credit_id)))


def _earlier(session: Session, request: PaymentRequest) -> RecordedPayment | None:
    payment = session.scalar(
        select(Payment).where(Payment.account_id == request.account_id, Payment.request_key == request.request_key)
    )
    if payment is None:
        return None
    if payment.payload_hash != request.payload_hash:
        raise RequestKeyReused
    return recorded(session, payment, is_repeat=True)
