"""The check of what was taken over: the ledger's opening balances are the items that were opened."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.models import Document, Payment, Posting
from data.money import Money
from services.integrity.violations import Found
from services.rules.payment_means import OPENING_BALANCE

Sums = dict[tuple[int, str, int], int]  # by account, currency and document (0: credit)


def balances(session: Session) -> Found:
    """Opening balances of the ledger: invoice by invoice what was open on it, and the credit that was left."""
    found: Sums = {}
    document_id = func.coalesce(Posting.document_id, 0)
    booked = (
        select(Posting.account_id, Posting.currency, document_id, func.sum(Posting.amount_minor))
        .where(Posting.ledger_account == "opening_balances")
        .group_by(Posting.account_id, Posting.currency, document_id)
    )
    for account_id, currency, document, minor in session.execute(booked):
        found[account_id, currency, document] = int(minor)
    wanted: Sums = {}
    debts = select(Document.account_id, Document.currency, Document.id, -Document.total_minor)
    for account_id, currency, document, minor in session.execute(debts.where(Document.taken_over_on.is_not(None))):
        wanted[account_id, currency, document] = int(minor)
    credit = (
        select(Payment.account_id, Payment.currency, func.sum(Payment.amount_minor))
        .where(Payment.means == OPENING_BALANCE, Payment.kind == "receipt", Payment.reversed_on.is_(None))
        .group_by(Payment.account_id, Payment.currency)
    )
    for account_id, currency, minor in session.execute(credit):
        wanted[account_id, currency, 0] = int(minor)
    for key in sorted(found.keys() | wanted.keys()):
        account_id, currency, _ = key
        expected, minor = wanted.get(key, 0), found.get(key, 0)
        if expected != minor:
            yield account_id, "opening_balances", Money(expected, currency), Money(minor, currency)
