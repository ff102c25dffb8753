"""What is kept beside subscriptions and accounts about the cycle to come, worked out of their rows."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from data.models import Account, Allocation, Document, Subscription
from services.facts.catalog import discount_of
from services.facts.parties import terms_of
from services.rules import cycles
from services.rules.lifecycle import Status
from services.rules.pricing import Price


@dataclass(frozen=True, slots=True)
class Coming:
    """A subscription's stored columns of the cycle to come (see `data.models.Subscription`)."""

    currency: str
    period_minor: int | None
    cash_on: date | None


def coming_of(row: Subscription, price: Price, account: Account) -> Coming:
    """What the columns of a subscription are."""
    status, discount = Status(row.status), discount_of(row.discount_percent, row.negotiated_amount)
    is_trial = bool(row.is_trial)
    amount = cycles.period_amount(status, is_trial=is_trial, price=price, seats=row.seats, discount=discount)
    is_renewing = cycles.renews(status, is_trial=is_trial, is_auto_renewed=row.is_auto_renewed is not False)
    cash_on = cash_day(row.period_end, account) if is_renewing else None
    return Coming(price.currency, amount.minor if amount is not None else None, cash_on)


def cash_day(issued_on: date, account: Account) -> date:
    """When the money of an invoice of that day is expected, by the account's terms and its own delay."""
    delay = cycles.delay_of(account.paid_invoices or 0, account.late_days or 0)
    return cycles.cash_day(issued_on, terms_of(account), delay)


def paid_invoices(
    session: Session, account_ids: Collection[int], invoice_ids: Collection[int] | None = None
) -> dict[int, tuple[int, int]]:
    """By account: how many invoices (of all, or of these) payments have settled, and their days past due together.

    One counts from the day the payment was booked that came last; what credit notes or write-offs settled alone is not
    paid.
    """
    asked = (
        select(
            Document.account_id,
            Document.due_on,
            func.max(case((Allocation.amount_minor > 0, Allocation.allocated_on))),
        )
        .join(Allocation, (Allocation.account_id == Document.account_id) & (Allocation.invoice_id == Document.id))
        .where(Document.account_id.in_(account_ids), Document.open_minor == 0, Allocation.source == "payment")
        .group_by(Document.account_id, Document.id, Document.due_on)
        .having(func.sum(Allocation.amount_minor) > 0)
    )
    if invoice_ids is not None:
        asked = asked.where(Document.id.in_(invoice_ids))
    found: dict[int, tuple[int, int]] = {}
    for account_id, due_on, paid_on in session.execute(asked):
        count, days = found.get(account_id, (0, 0))
        found[account_id] = count + 1, days + (paid_on - due_on).days
    return found
