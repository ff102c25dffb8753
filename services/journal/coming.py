"""Keeps what a subscription's coming period comes to, and when its money is expected, with every change of either."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Session

from data.models import Account, Price, Subscription
from services.bulk import Rows
from services.facts import dimensions_of
from services.facts.catalog import price_of
from services.facts.cycles import cash_day, coming_of, paid_invoices
from services.journal.cycle_sums import add_cycles, counted, follow
from services.rules import cycles, pricing

# What the columns follow from; whatever writes one of these through the ORM has them written, too.
_FOLLOWED = (
    "status", "is_trial", "is_auto_renewed", "price_id", "seats", "discount_percent", "negotiated_amount",
    "period_end",
)  # fmt: skip


def keep(rows: Rows, subscription: Subscription, price: pricing.Price, account: Account) -> None:
    """Keep a new subscription that is written past the ORM, with the columns of its cycle to come and in its sums."""
    _fill(subscription, price, account)
    rows.keep(subscription)
    add_cycles(rows, counted(subscription), dimensions_of(account))


def _fill(subscription: Subscription, price: pricing.Price, account: Account) -> None:
    found = coming_of(subscription, price, account)
    subscription.currency, subscription.period_minor = found.currency, found.period_minor
    subscription.cash_on = found.cash_on


@event.listens_for(Session, "before_flush")
def _follow(session: Session, _context: Any, _instances: Any) -> None:
    """A subscription that is added or changed takes its columns and sums along: no writer can forget them."""
    touched = [*session.new, *session.dirty]
    subscriptions = [row for row in touched if isinstance(row, Subscription)]
    for row in subscriptions:
        if row in session.new or _has_changed(row):
            price = session.get_one(Price, row.price_id)
            _fill(row, price_of(price), session.get_one(Account, row.account_id))
    accounts = (row for row in session.dirty if isinstance(row, Account))
    follow(session, subscriptions, accounts)


def _has_changed(row: Subscription) -> bool:
    attributes = inspect(row).attrs
    return any(attributes[name].history.has_changes() for name in _FOLLOWED)


def follow_terms(session: Session, account: Account) -> None:
    """Move the days on which an account's money is expected: its terms changed, or its delay."""
    session.flush()
    mine = (Subscription.account_id == account.id, Subscription.cash_on.is_not(None))
    asked = select(Subscription).where(*mine).execution_options(populate_existing=True)
    for row in session.scalars(asked):
        row.cash_on = cash_day(row.period_end, account)


@contextmanager
def settling(session: Session, account_id: int, invoice_ids: Collection[int]) -> Iterator[None]:
    """Around a change of what is open on invoices: those that come to be paid, or no longer are, count in the delay."""

    def paid() -> tuple[int, int]:
        return paid_invoices(session, [account_id], list(invoice_ids)).get(account_id, (0, 0))

    before = paid()
    yield
    session.flush()
    after = paid()
    if after == before:
        return
    account = session.get_one(Account, account_id)
    delay = cycles.delay_of(account.paid_invoices, account.late_days)
    account.paid_invoices += after[0] - before[0]
    account.late_days += after[1] - before[1]
    if cycles.delay_of(account.paid_invoices, account.late_days) != delay:
        follow_terms(session, account)
    session.flush()
