"""What releasing leavers would do, what their seats cost, and which releases can still be undone."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

import pandas as pd
from sqlalchemy import func, select

from data.database import chunks
from data.models import Account, LicensedUser, Product, Seat, Subscription, User
from data.money import Money
from data.period import Interval
from services import access
from services.access import reading
from services.errors import NotFound, Problem
from services.facts.seats import live_pools
from services.journal.seat_returns import UNDO_DAYS
from services.permissions import Actor, Permission
from services.rules import seats as rules


@dataclass(frozen=True, slots=True)
class LeaversPreview:
    """What releasing a pasted list will do.

    `people`: name, email, verdict (`released`, `no_seat`, `unknown`), products (text). `monthly`: what the released
    seats cost a month at the price really paid, one amount a currency; seats of trials cost nothing.
    """

    people: pd.DataFrame
    problems: tuple[Problem, ...]
    seats: int
    monthly: tuple[Money, ...]

    def count(self, verdict: str) -> int:
        """How many people of a verdict."""
        return int((self.people["verdict"] == verdict).sum())


@dataclass(frozen=True, slots=True)
class Release:
    """Seats released in one go that can be given back until the instant `until`."""

    release_id: int
    at: datetime
    until: datetime
    by: str
    seats: int
    products: tuple[str, ...]


def preview_leavers(actor: Actor, account_id: int, pasted: str, *, today: date) -> LeaversPreview:
    """What `release_leavers` will do with a pasted list, by the same rules; nothing is written. Raises `NotFound`."""
    found, problems = rules.people(pasted)
    with reading(actor, Permission.SEE_SEATS, of=account_id) as session:
        if session.scalar(select(Account.id).where(Account.id == account_id)) is None:
            raise NotFound(kind="account")
        live = [pool.subscription_id for pool in live_pools(session, account_id, today)]
        known: dict[str, str] = {}
        held: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for emails in chunks(sorted(person.email for person in found)):
            mine = (LicensedUser.account_id == account_id, LicensedUser.email.in_(emails))
            known |= dict(session.execute(select(LicensedUser.email, LicensedUser.name).where(*mine)).all())
            rows = session.execute(
                select(LicensedUser.email, Seat.subscription_id, Product.name)
                .join(Seat, (Seat.account_id == LicensedUser.account_id) & (Seat.user_id == LicensedUser.id))
                .join(Product, Product.code == Seat.product)
                .where(*mine, Seat.released_at.is_(None), Seat.subscription_id.in_(live))
                .order_by(Product.position)
            )
            for email, subscription_id, product in rows:
                held[email].append((subscription_id, product))
        subscriptions = session.scalars(
            select(Subscription).where(Subscription.account_id == account_id, Subscription.id.in_(live))
        )
        prices = {row.id: (row.currency, _monthly(row)) for row in subscriptions}
    totals: dict[str, Fraction] = defaultdict(Fraction)
    for seats in held.values():
        for subscription_id, _product in seats:
            currency, amount = prices[subscription_id]
            totals[currency] += amount
    table = [
        (
            known.get(person.email, person.name),
            person.email,
            "released" if held[person.email] else "no_seat" if person.email in known else "unknown",
            ", ".join(product for _, product in held[person.email]),
        )
        for person in found
    ]
    return LeaversPreview(
        people=pd.DataFrame(table, columns=["name", "email", "verdict", "products"]),
        problems=problems,
        seats=sum(len(seats) for seats in held.values()),
        monthly=tuple(Money(round(total), currency) for currency, total in sorted(totals.items()) if total),
    )


def recent_releases(actor: Actor, account_id: int) -> tuple[Release, ...]:
    """The account's releases of the last 7 days that were not undone, newest first."""
    with reading(actor, Permission.SEE_SEATS, of=account_id) as session:
        since = access.now() - timedelta(days=UNDO_DAYS)
        mine = (Seat.account_id == account_id, Seat.released_at > since, Seat.release_id.is_not(None))
        rows = session.execute(
            select(Seat.release_id, func.min(Seat.released_at), func.min(User.name), func.count())
            .join(User, User.id == Seat.released_by)
            .where(*mine)
            .group_by(Seat.release_id)
            .order_by(func.min(Seat.released_at).desc())
        ).all()
        products: dict[int, list[str]] = defaultdict(list)
        for release_id, product in session.execute(
            select(Seat.release_id, Product.name)
            .join(Product, Product.code == Seat.product)
            .where(*mine)
            .group_by(Seat.release_id, Product.name, Product.position)
            .order_by(Product.position)
        ):
            products[release_id or 0].append(product)
    return tuple(
        Release(release_id, at, at + timedelta(days=UNDO_DAYS), by, seats, tuple(products[release_id]))
        for release_id, at, by, seats in rows
        if release_id and at
    )


def _monthly(row: Subscription) -> Fraction:
    """What a seat costs a month at the price really paid, in minor units."""
    return Fraction(row.period_minor or 0, row.seats * Interval(row.interval).months)
