"""Books money: payments, what they pay, the account's balance, refunds and write-offs, each with its ledger entry.

The caller holds the account's lock. Open amounts and balances move by guarded updates: whatever else runs, they never
fall below 0.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, cast

from sqlalchemy import CursorResult, Update, update
from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import Account, AccountCredit, Allocation, Document, Payment, RefundPart
from data.money import Money
from services import access
from services.bulk import Rows
from services.errors import Conflict
from services.facts.payments import entries_of, paid_by
from services.journal.coming import settling
from services.journal.figures import add_allocations, add_figure
from services.journal.ledger import LedgerAccount, Side, post
from services.rules import allocation
from services.rules.allocation import BalanceUse
from services.rules.figures import Measure
from services.rules.payment_means import OPENING_BALANCE
from services.rules.payments import PaymentRequest
from services.rules.recognition import month_of

PAYMENT, CREDIT_NOTE, WRITE_OFF = "payment", "credit_note", "write_off"


def receive(
    session: Session,
    account: Account,
    request: PaymentRequest,
    parts: Sequence[allocation.Allocation],
    rest: Money,
    today: date,
) -> Payment:
    """Book money received: what it pays, and the rest as the account's balance."""
    payment = _payment(session, account, request, kind="receipt", today=today)
    allocate(session, account.id, PAYMENT, payment.id, {part.document_id: part.amount.minor for part in parts}, today)
    add_balance(session, account.id, PAYMENT, payment.id, rest, today)
    _post(session, payment, "receipt", [(part.document_id, part.amount.minor) for part in parts], rest.minor, today)
    return payment


def reverse(session: Session, payment: Payment, reason: str, today: date) -> dict[int, int]:
    """Take a payment back: its invoices are open again, newest booked first, and so is what its balance has paid.

    Returns what was taken back of each invoice, in minor units. The caller has seen that nothing of it was refunded.
    """
    paid = paid_by(session, payment.account_id, payment.id)
    left = _empty_balance(session, payment.account_id, payment.id)
    back = {invoice_id: -minor for invoice_id, minor in reversed(paid.items())}
    allocate(session, payment.account_id, PAYMENT, payment.id, back, today)
    payment.reversed_on, payment.reversal_reason = today, reason
    _post(session, payment, "reversal", list(back.items()), -left, today)
    return paid


def reallocate(session: Session, payment: Payment, wanted: Mapping[int, int], today: date) -> dict[int, int]:
    """Have a payment pay exactly these invoices (minor units); what it does not pay is balance.

    Returns the change of each invoice; empty where it is paid so already.
    """
    paid = paid_by(session, payment.account_id, payment.id)
    changes = {
        invoice_id: wanted.get(invoice_id, 0) - paid.get(invoice_id, 0) for invoice_id in sorted({*wanted, *paid})
    }
    changes = {invoice_id: minor for invoice_id, minor in changes.items() if minor}
    if not changes:
        return {}
    event = f"reallocation {entries_of(session, payment.account_id, payment.id)}"
    freed = -sum(changes.values())
    ordered = dict(sorted(changes.items(), key=lambda change: change[1]))  # what is taken back comes first
    allocate(session, payment.account_id, PAYMENT, payment.id, ordered, today)
    if freed < 0:
        _spend(session, payment.account_id, payment.id, -freed)
    add_balance(session, payment.account_id, PAYMENT, payment.id, Money(max(freed, 0), payment.currency), today)
    _post(session, payment, event, list(ordered.items()), freed, today, cash=False)
    return changes


def book_balance(session: Session, account_id: int, invoice_id: int, uses: Sequence[BalanceUse], today: date) -> None:
    """Have parts of the balance pay an invoice; `uses` as `rules.allocation.use_balance` gives them."""
    for use in uses:
        _spend(session, account_id, use.source_id, use.amount.minor)
        event = f"balance {use.source_id} {invoice_id} {entries_of(session, account_id, use.source_id)}"
        allocate(session, account_id, use.source, use.source_id, {invoice_id: use.amount.minor}, today)
        sides = [
            Side(LedgerAccount.CUSTOMER_CREDIT, use.amount.minor, invoice_id),
            Side(LedgerAccount.RECEIVABLES, -use.amount.minor, invoice_id),
        ]
        post(session, account_id, event=event, day=today, currency=use.amount.currency, sides=sides)


def add_balance(session: Session, account_id: int, source: str, source_id: int, amount: Money, today: date) -> None:
    """Add what is left of a source to the account's balance, where it keeps the day it first came there."""
    if not amount:
        return
    row = session.get(AccountCredit, (account_id, source_id))
    if row is None:
        row = AccountCredit(
            account_id=account_id,
            id=source_id,
            source=source,
            source_id=source_id,
            currency=amount.currency,
            since_on=today,
            amount_minor=0,
            left_minor=0,
        )
        session.add(row)
    row.amount_minor, row.left_minor = row.amount_minor + amount.minor, row.left_minor + amount.minor
    session.flush()


def refund(
    session: Session, account: Account, request: PaymentRequest, uses: Sequence[BalanceUse], today: date
) -> Payment:
    """Book a refund: money that goes back out of parts of the balance."""
    payment = _payment(session, account, request, kind="refund", today=today)
    for use in uses:
        _spend(session, account.id, use.source_id, use.amount.minor)
        session.add(
            RefundPart(
                account_id=account.id,
                id=derive_id(today, "refund part", payment.id, use.source_id),
                refund_id=payment.id,
                credit_id=use.source_id,
                amount_minor=use.amount.minor,
            )
        )
    _post(session, payment, "refund", [], -payment.amount_minor, today)
    return payment


def reverse_refund(session: Session, payment: Payment, parts: Iterable[RefundPart], reason: str, today: date) -> None:
    """Take a refund back that did not arrive: the balance is what it was."""
    for part in parts:
        credit = session.get_one(AccountCredit, (part.account_id, part.credit_id))
        credit.left_minor += part.amount_minor
    payment.reversed_on, payment.reversal_reason = today, reason
    _post(session, payment, "reversal", [], payment.amount_minor, today)


def allocate(
    session: Session, account_id: int, source: str, source_id: int, amounts: Mapping[int, int], today: date
) -> None:
    """Append allocations and move the invoices' open amounts; negative amounts reopen."""
    with settling(session, account_id, amounts):
        _allocate(session, account_id, source, source_id, amounts, today)


def _allocate(
    session: Session, account_id: int, source: str, source_id: int, amounts: Mapping[int, int], today: date
) -> None:
    before = entries_of(session, account_id, source_id)
    made = []
    for place, (invoice_id, minor) in enumerate(amounts.items(), start=before + 1):
        row = Allocation(
            account_id=account_id,
            id=derive_id(today, "allocation", account_id, source_id, place),
            invoice_id=invoice_id,
            source=source,
            source_id=source_id,
            amount_minor=minor,
            allocated_on=today,
            recorded_at=access.now(),
        )
        session.add(row)
        made.append(row)
        _one(
            session,
            update(Document)
            .where(
                Document.account_id == account_id,
                Document.id == invoice_id,
                Document.open_minor >= minor,
                Document.open_minor - minor <= Document.total_minor,
            )
            .values(open_minor=Document.open_minor - minor),
        )
    session.flush()
    add_allocations(session, source, made)


def _payment(session: Session, account: Account, request: PaymentRequest, *, kind: str, today: date) -> Payment:
    actor = session.info.get("actor")
    payment = Payment(
        account_id=account.id,
        id=derive_id(today, "payment", account.id, request.request_key),
        kind=kind,
        received_on=request.received_on,
        amount_minor=request.amount.minor,
        currency=request.amount.currency,
        means=request.means,
        reference=request.reference,
        request_key=request.request_key,
        payload_hash=request.payload_hash,
        recorded_by=actor.user_id if actor else None,
        recorded_at=access.now(),
    )
    session.add(payment)
    session.flush()
    return payment


def _spend(session: Session, account_id: int, credit_id: int, minor: int) -> None:
    _one(
        session,
        update(AccountCredit)
        .where(AccountCredit.account_id == account_id, AccountCredit.id == credit_id, AccountCredit.left_minor >= minor)
        .values(left_minor=AccountCredit.left_minor - minor),
    )


def _one(session: Session, change: Update) -> None:
    """Run a guarded update; raises `Conflict` where the guard held it back."""
    if cast("CursorResult[Any]", session.execute(change)).rowcount != 1:
        raise Conflict


def _empty_balance(session: Session, account_id: int, credit_id: int) -> int:
    row = session.get(AccountCredit, (account_id, credit_id))
    left = row.left_minor if row is not None else 0
    if left:
        _spend(session, account_id, credit_id, left)
    return left


def _post(
    session: Session,
    payment: Payment,
    event: str,
    invoices: Sequence[tuple[int, int]],
    balance: int,
    today: date,
    *,
    cash: bool = True,
) -> None:
    """Cash in against receivables and the customer's credit, invoice by invoice, so that each one's sides add up to 0.

    Mirrored where the money goes back. What moves between invoices (no `cash`) passes through the customer's credit.
    """
    money = LedgerAccount.OPENING_BALANCES if payment.means == OPENING_BALANCE else LedgerAccount.CASH
    against = money if cash else LedgerAccount.CUSTOMER_CREDIT
    sides = []
    for invoice_id, minor in invoices:
        sides += [Side(against, minor, invoice_id), Side(LedgerAccount.RECEIVABLES, -minor, invoice_id)]
    if cash:
        sides += [Side(money, balance), Side(LedgerAccount.CUSTOMER_CREDIT, -balance)]
    if cash and money is LedgerAccount.CASH:
        rows, received = Rows(session), balance + sum(minor for _, minor in invoices)
        add_figure(rows, Measure.COLLECTED, received, month=month_of(today), currency=payment.currency)
        rows.write()
    post(
        session,
        payment.account_id,
        event=f"payment {payment.id} {event}",
        day=today,
        currency=payment.currency,
        sides=sides,
    )
