"""Rows turned into what the import of a book is judged against: owners, the catalog, what came in before."""

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.database import chunks
from data.models import Account, Document, ImportedSubscription, Payment, Price, Subscription
from data.money import Money
from services.facts.catalog import plan_facts, price_of
from services.rules.import_book import BookGround, Known, Owner
from services.rules.payment_means import OPENING_BALANCE


def book_ground(session: Session, *, cut_over_on: date, today: date) -> BookGround:
    """What all rows of a book share."""
    plans = plan_facts(session)
    named: dict[str, list[str]] = {}
    for code, plan in plans.items():
        named.setdefault(plan.name.casefold(), []).append(code)
        named.setdefault(f"{plan.product_name} {plan.name}".casefold(), []).append(code)
    return BookGround(
        today=today,
        cut_over_on=cut_over_on,
        plans=plans,
        plan_names={name: codes[0] for name, codes in named.items() if len(codes) == 1},
        prices=tuple(price_of(row) for row in session.scalars(select(Price))),
    )


def owner_of(account: Account) -> Owner:
    """An account as far as what is imported for it asks."""
    return Owner(account.id, account.currency, account.kind == "corporate", bool(account.seller))


def owners(session: Session, account_ids: Iterable[int]) -> dict[int, Owner]:
    """The accounts that exist, by id."""
    found: dict[int, Owner] = {}
    for ids in chunks(sorted(set(account_ids))):
        columns = (Account.id, Account.currency, Account.kind, Account.seller)
        for row in session.execute(select(*columns).where(Account.id.in_(ids))):
            found[row.id] = Owner(row.id, row.currency, row.kind == "corporate", bool(row.seller))
    return found


def imported_before(session: Session, references: Collection[str]) -> dict[str, Known]:
    """What came in under these references, whichever account it was for."""
    found: dict[str, Known] = {}
    for some in chunks(sorted(set(references))):
        rows = session.execute(
            select(Subscription.reference, Subscription.account_id, ImportedSubscription.facts)
            .join(
                ImportedSubscription,
                (ImportedSubscription.account_id == Subscription.account_id)
                & (ImportedSubscription.id == Subscription.id),
            )
            .where(Subscription.reference.in_(some))
        )
        found |= {row.reference: Known(row.account_id, row.facts) for row in rows}
    return found


def opened_before(session: Session, account_ids: Iterable[int]) -> dict[int, dict[str, Money]]:
    """The opening items of accounts, by number: debts positive, credit negative."""
    found: dict[int, dict[str, Money]] = {}
    for ids in chunks(sorted(set(account_ids))):
        debts = select(Document.account_id, Document.number, Document.currency, Document.total_minor).where(
            Document.account_id.in_(ids), Document.taken_over_on.is_not(None)
        )
        credit = select(Payment.account_id, Payment.reference, Payment.currency, -Payment.amount_minor).where(
            Payment.account_id.in_(ids), Payment.means == OPENING_BALANCE, Payment.kind == "receipt"
        )
        for statement in (debts, credit):
            for account_id, number, currency, minor in session.execute(statement):
                found.setdefault(account_id, {})[number] = Money(minor, currency)
    return found


def products_tried(session: Session, account_ids: Iterable[int]) -> set[tuple[int, str]]:
    """Accounts and the products they have had a trial of."""
    found: set[tuple[int, str]] = set()
    for ids in chunks(sorted(set(account_ids))):
        rows = session.execute(
            select(Subscription.account_id, Subscription.product).where(
                Subscription.account_id.in_(ids), Subscription.trial_starts_on.is_not(None)
            )
        )
        found |= {(row.account_id, row.product) for row in rows}
    return found
