"""Checks of what is kept about the cycle to come: stored amounts and days are what the rules work out again."""

from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Account, Price, Subscription
from data.money import Money
from services.facts import price_of
from services.facts.cycles import coming_of, paid_invoices
from services.integrity.violations import CHUNK, Found, in_chunks


def to_come(session: Session) -> Found:
    """A subscription's currency, the amount of its coming period, and the day its money is expected."""
    price = lru_cache(maxsize=None)(lambda price_id: price_of(session.get_one(Price, price_id)))
    rows = session.execute(
        select(Subscription, Account)
        .join(Account, Account.id == Subscription.account_id)
        .execution_options(yield_per=CHUNK)
    )
    for row, account in rows:
        wanted = coming_of(row, price(row.price_id), account)
        if row.currency != wanted.currency:
            yield row.account_id, row.reference, wanted.currency, row.currency
        elif row.period_minor != wanted.period_minor:
            should_be, found = (Money(minor or 0, row.currency) for minor in (wanted.period_minor, row.period_minor))
            yield row.account_id, row.reference, should_be, found
        elif row.cash_on != wanted.cash_on:
            yield row.account_id, row.reference, _day(wanted.cash_on), _day(row.cash_on)


def _day(day: object) -> str:
    return str(day) if day is not None else ""


def payment_delays(session: Session) -> Found:
    """An account's paid invoices and their days past due, as its delay counts them."""
    for chunk in in_chunks(session.scalars(select(Account.id).order_by(Account.id))):
        found = paid_invoices(session, chunk)
        stored = select(Account.id, Account.code, Account.paid_invoices, Account.late_days).where(Account.id.in_(chunk))
        for account_id, code, count, late in session.execute(stored):
            wanted = found.get(account_id, (0, 0))
            if wanted[0] != count:
                yield account_id, code, wanted[0], count
            elif wanted[1] != late:
                yield account_id, code, wanted[1], late
