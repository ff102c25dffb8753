"""Seats bought, assigned and free, and who holds them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from data.models import Account, LicensedUser, Plan, Product, Seat, Subscription, User
from services.access import keep_to_those, reading
from services.errors import NotFound, Problem
from services.facts.seats import live_pools
from services.permissions import Actor, Permission
from services.rules import seats as rules
from services.rules.seats import LIVE, Pool

PAGE_SIZE = 50
MOST_ACCOUNTS = 1_000


@dataclass(frozen=True, slots=True)
class SeatPool:
    """The seats of one live subscription. `starts_on` .. `ends_on` (empty: open): the days it gives access."""

    subscription_id: int
    reference: str
    product: str
    product_name: str
    plan_name: str
    status: str
    seats: int
    assigned: int
    starts_on: date
    ends_on: date | None

    @property
    def free(self) -> int:
        """Seats bought and not assigned."""
        return self.seats - self.assigned

    @property
    def last_day(self) -> date | None:
        """The last day of access, where an end is set."""
        return self.ends_on - timedelta(days=1) if self.ends_on else None


@dataclass(frozen=True, slots=True)
class SeatSheet:
    """An account's seats: its live subscriptions by product, and how many licensed users it has."""

    account_id: int
    account_name: str
    code: str
    is_self_service: bool
    pools: tuple[SeatPool, ...]
    users: int
    suspended: int

    @property
    def products(self) -> dict[str, str]:
        """Code and name of the products with seats to give, in the catalog's order."""
        return {pool.product: pool.product_name for pool in self.pools}

    def free(self, product: str) -> int:
        """Free seats of a product."""
        return sum(pool.free for pool in self.pools if pool.product == product)

    def pool(self, subscription_id: int) -> SeatPool:
        """One of the subscriptions; raises `NotFound` when it is not live or another account's."""
        for pool in self.pools:
            if pool.subscription_id == subscription_id:
                return pool
        raise NotFound(kind="subscription")


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list: `frame`, and the `total` of rows over all pages."""

    frame: pd.DataFrame
    total: int


@dataclass(frozen=True, slots=True)
class AssignmentPreview:
    """What assigning a pasted list will do.

    `people`: name, email (text), verdict (`new`, `known`, `has_seat`). `needed` seats of `free`; `problems` by line.
    """

    people: pd.DataFrame
    problems: tuple[Problem, ...]
    needed: int
    free: int

    @property
    def fits(self) -> bool:
        """Whether nothing is wrong and the free seats suffice."""
        return not self.problems and self.needed <= self.free


def seat_sheet(actor: Actor, account_id: int, *, today: date) -> SeatSheet:
    """The seats of an account; raises `NotFound`, `NotAllowed`."""
    with reading(actor, Permission.SEE_SEATS, of=account_id) as session:
        account = _account(session, account_id)
        pools = {pool.subscription_id: pool for pool in live_pools(session, account_id, today)}
        rows = session.execute(
            select(Subscription, Product.name, Plan.name)
            .join(Product, Product.code == Subscription.product)
            .join(Plan, Plan.code == Subscription.plan)
            .where(Subscription.account_id == account_id, Subscription.id.in_(pools))
            .order_by(Product.position, Subscription.starts_on, Subscription.id)
        )
        suspended = dict(
            session.execute(
                select(LicensedUser.is_suspended, func.count())
                .where(LicensedUser.account_id == account_id)
                .group_by(LicensedUser.is_suspended)
            ).all()
        )
        return SeatSheet(
            account_id=account.id,
            account_name=account.legal_name,
            code=account.code,
            is_self_service=account.kind == "self_service",
            pools=tuple(_pool(row, product, plan, pools) for row, product, plan in rows),
            users=sum(suspended.values()),
            suspended=suspended.get(True, 0),
        )


def seat_holders(
    actor: Actor, account_id: int, subscription_id: int, *, search: str = "", limit: int = PAGE_SIZE, offset: int = 0
) -> Listed:
    """Who has a seat of the subscription, by name: id (text), name, email, assigned_at (UTC, first), assigned_by
    (text), is_pending (bool: invited, not accepted yet)."""
    with reading(actor, Permission.SEE_SEATS, of=account_id) as session:
        seat = (Seat.account_id == account_id, Seat.subscription_id == subscription_id, Seat.released_at.is_(None))
        holders = select(LicensedUser.id).where(LicensedUser.account_id == account_id)
        if search.strip():
            holders = holders.where(LicensedUser.search_text.contains(search.strip().casefold(), autoescape=True))
        # users in the order of their index, each looked up among the seats: the page is found without sorting them all
        holders = holders.where(exists().where(*seat, Seat.user_id == LicensedUser.id))
        if search.strip():
            total = session.scalar(select(func.count()).select_from(holders.subquery())) or 0
        else:
            own = (Subscription.account_id == account_id, Subscription.id == subscription_id)
            total = session.scalar(select(Subscription.seats_assigned).where(*own)) or 0
        page = holders.order_by(LicensedUser.search_text, LicensedUser.id).limit(limit).offset(offset)
        held_since = func.coalesce(Seat.held_since, Seat.assigned_at)
        shown = (
            select(LicensedUser.id, LicensedUser.name, LicensedUser.email, held_since, User.name)
            .add_columns(Seat.is_pending)
            .join(Seat, (Seat.account_id == LicensedUser.account_id) & (Seat.user_id == LicensedUser.id))
            .join(User, User.id == Seat.assigned_by)
            .where(*seat, LicensedUser.id.in_(session.scalars(page).all()))
            .order_by(LicensedUser.search_text, LicensedUser.id)
        )
        rows = [(str(user_id), *rest) for user_id, *rest in session.execute(shown)]
    return Listed(
        pd.DataFrame(rows, columns=["id", "name", "email", "assigned_at", "assigned_by", "is_pending"]), total
    )


def preview_assignment(
    actor: Actor, account_id: int, subscription_id: int, pasted: str, *, today: date
) -> AssignmentPreview:
    """What `assign_seats` will do with a pasted list, by the same rule; nothing is written. Raises `NotFound`."""
    found, problems = rules.people(pasted)
    with reading(actor, Permission.SEE_SEATS, of=account_id) as session:
        _account(session, account_id)
        pools = {pool.subscription_id: pool for pool in live_pools(session, account_id, today)}
        if subscription_id not in pools:
            raise NotFound(kind="subscription")
        pool = pools[subscription_id]
        known = _known(session, account_id, [person.email for person in found], pool.product, pools)
    rows = [
        (person.name if person.email not in known else known[person.email][0], person.email, verdict)
        for person in found
        for verdict in [_verdict(known.get(person.email))]
    ]
    frame = pd.DataFrame(rows, columns=["name", "email", "verdict"])
    return AssignmentPreview(frame, problems, int((frame["verdict"] != "has_seat").sum()), pool.free)


def seat_overview(actor: Actor, *, search: str = "", limit: int = PAGE_SIZE, offset: int = 0) -> Listed:
    """The actor's accounts with live subscriptions, by name, the first `MOST_ACCOUNTS` of them.

    Columns: id (text), name, code, seats, assigned, free (counts over live subscriptions).
    """
    with reading(actor, Permission.SEE_SEATS) as session:
        has_seats = exists().where(Subscription.account_id == Account.id, Subscription.status.in_(LIVE))
        accounts = select(Account.id)
        if search.strip():
            accounts = accounts.where(Account.search_text.contains(search.strip().casefold(), autoescape=True))
        # ids only, from the list's index; and counted up to a limit: nobody turns to page 2,000 of a whole book
        accounts = accounts.where(has_seats).order_by(Account.search_text, Account.id)
        total = session.scalar(select(func.count()).select_from(accounts.limit(MOST_ACCOUNTS).subquery())) or 0
        ids = session.scalars(accounts.limit(limit).offset(offset)).all() if total else []
        named = select(Account.id, Account.legal_name, Account.code).where(Account.id.in_(ids))
        rows = session.execute(named.order_by(Account.search_text, Account.id)).all()
        keep_to_those(session, ids)
        counts = {
            account_id: (seats, assigned)
            for account_id, seats, assigned in session.execute(
                select(Subscription.account_id, func.sum(Subscription.seats), func.sum(Subscription.seats_assigned))
                .where(Subscription.account_id.in_(ids), Subscription.status.in_(LIVE))
                .group_by(Subscription.account_id)
            )
        }
    figures = [(int(seats), int(used)) for seats, used in (counts.get(row[0], (0, 0)) for row in rows)]
    return Listed(
        pd.DataFrame(
            [
                (str(account_id), name, code, seats, used, seats - used)
                for (account_id, name, code), (seats, used) in zip(rows, figures, strict=True)
            ],
            columns=["id", "name", "code", "seats", "assigned", "free"],
        ),
        total,
    )


def _account(session: Session, account_id: int) -> Account:
    account = session.scalar(select(Account).where(Account.id == account_id))
    if account is None:
        raise NotFound(kind="account")
    return account


def _pool(row: Subscription, product: str, plan: str, pools: Mapping[int, Pool]) -> SeatPool:
    pool = pools[row.id]
    return SeatPool(
        subscription_id=row.id,
        reference=row.reference,
        product=row.product,
        product_name=product,
        plan_name=plan,
        status=row.status,
        seats=pool.seats,
        assigned=pool.assigned,
        starts_on=pool.starts_on,
        ends_on=pool.ends_on,
    )


def _known(
    session: Session, account_id: int, emails: list[str], product: str, pools: Mapping[int, Pool]
) -> dict[str, tuple[str, bool]]:
    """The account's licensed users among the addresses: name, and whether a live seat of the product is theirs."""
    rows = session.execute(
        select(LicensedUser.email, LicensedUser.name, Seat.subscription_id)
        .outerjoin(
            Seat,
            (Seat.account_id == LicensedUser.account_id)
            & (Seat.user_id == LicensedUser.id)
            & (Seat.product == product)
            & Seat.released_at.is_(None),
        )
        .where(LicensedUser.account_id == account_id, LicensedUser.email.in_(emails))
    )
    return {email: (name, subscription_id in pools) for email, name, subscription_id in rows}


def _verdict(known: tuple[str, bool] | None) -> str:
    if known is None:
        return "new"
    return "has_seat" if known[1] else "known"
