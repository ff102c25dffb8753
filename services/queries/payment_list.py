"""The list of payments: searched, filtered and paged in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Select, case, func, literal_column, or_, select
from sqlalchemy.orm import Session

from data.models import Account, AccountCredit, Allocation, Document, Payment
from services.access import reading
from services.permissions import Actor, Permission
from services.queries.sums import Sums, sums_of

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

    `sums`: amount_minor and left_minor of all of them; None where the page has them all, or they are not all counted.

    Columns: payment_id, account_id (int), account (legal name), received_on (date), status (received · refund ·
    reversed), means (code), reference, amount_minor (a refund negative), left_minor (balance; None for none), currency.
    """

    frame: pd.DataFrame
    total: int
    sums: Sums | None = None


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
        sums = None
        if limit < total < MOST_COUNTED:
            sums = sums_of(session, _amounts().where(*criteria), ("amount_minor", "left_minor"))
        page = keys.where(*criteria).order_by(Payment.received_on.desc(), Payment.id.desc())
        rows = session.execute(page.limit(limit).offset(offset))
        return PaymentPage(_frame(session, [(row[0], row[1]) for row in rows]), int(total), sums)


def _amounts() -> Select[Any]:
    """What the list shows of payments: a refund is negative."""
    signed = case((Payment.kind == "refund", -Payment.amount_minor), else_=Payment.amount_minor)
    return select(Payment.currency, signed.label("amount_minor"), AccountCredit.left_minor).outerjoin(
        AccountCredit, _OF_PAYMENT
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
        status_of(payment),
        payment.means,
        payment.reference,
        -payment.amount_minor if payment.kind == "refund" else payment.amount_minor,
        left or None,
        payment.currency,
    )


def status_of(payment: Payment) -> str:
    """received · refund · reversed."""
    if payment.reversed_on is not None:
        return "reversed"
    return "refund" if payment.kind == "refund" else "received"
