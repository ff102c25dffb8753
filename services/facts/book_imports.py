"""Rows turned into what the import of a book is judged against: owners, the catalog, what came in before."""

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.database import chunks
from data.models import Account, ImportedSubscription, Price, Subscription
from services.facts.catalog import plan_facts, price_of
from services.rules.import_book import BookGround, Known, Owner


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
    return Owner(account.id, account.currency, account.kind == "corporate")


def owners(session: Session, account_ids: Iterable[int]) -> dict[int, Owner]:
    """The accounts that exist, by id."""
    found: dict[int, Owner] = {}
    for ids in chunks(sorted(set(account_ids))):
        rows = session.execute(select(Account.id, Account.currency, Account.kind).where(Account.id.in_(ids)))
        found |= {row.id: Owner(row.id, row.currency, row.kind == "corporate") for row in rows}
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
