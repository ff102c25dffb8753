"""What an approval of finance does once it is given: balance paid back, an open amount written off."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from data.models import Account, Approval, Document, Payment, WriteOff
from data.money import Money
from services.access import record
from services.facts.payments import balance_of, balance_uses, invoice_of
from services.journal import payments as journal
from services.journal import write_offs
from services.rules.payments import BalanceTooSmall, MoreThanOpen, NothingOpen, PaymentRequest


def refund(session: Session, account: Account, approval: Approval, today: date) -> Payment:
    """Book a refund out of the oldest balance; the account is locked. Raises `BalanceTooSmall`."""
    amount = _amount(approval)
    check_balance(session, account, amount)
    request = PaymentRequest(
        account_id=account.id,
        amount=amount,
        received_on=today,
        means=str(approval.wanted["means"]),
        reference=approval.reason[:200],
        request_key=f"approval {approval.id}",
    )
    payment = journal.refund(session, account, request, balance_uses(session, account.id, amount), today)
    _record(session, "refund", approval, payment.id, str(amount))
    return payment


def write_off(session: Session, account: Account, approval: Approval, today: date) -> WriteOff:
    """Write off what was asked for. The account is locked. Raises `NotFound`, `NothingOpen`, `MoreThanOpen`."""
    amount = _amount(approval)
    invoice = check_open(session, account, int(approval.subject_id or 0), amount)
    row = write_offs.write_off(session, invoice, amount, reason=approval.reason, approval_id=approval.id, today=today)
    _record(session, "write_off", approval, invoice.id, invoice.number)
    return row


def check_balance(session: Session, account: Account, amount: Money) -> None:
    """The balance covers the amount. Raises `BalanceTooSmall`."""
    left = Money.total((part.left for part in balance_of(session, account.id, amount.currency)), amount.currency)
    if amount > left:
        raise BalanceTooSmall(field="amount", left=left, asked=amount)


def check_open(session: Session, account: Account, invoice_id: int, amount: Money) -> Document:
    """The invoice, on which the amount is open. Raises `NotFound`, `NothingOpen`, `MoreThanOpen`."""
    invoice = invoice_of(session, account.id, invoice_id)
    left = Money(invoice.open_minor, invoice.currency)
    if not left:
        raise NothingOpen(number=invoice.number)
    if amount > left:
        raise MoreThanOpen(field="amount", number=invoice.number, open=left, asked=amount)
    return invoice


def _amount(approval: Approval) -> Money:
    return Money(int(approval.amount_minor or 0), approval.currency)


def _record(session: Session, action: str, approval: Approval, subject_id: int, subject: str) -> None:
    after: Mapping[str, str] = {"amount": str(_amount(approval)), "reason": approval.reason}
    record(session, action, account_id=approval.account_id, subject=subject, subject_id=subject_id, after=after)
