"""Licensed users of an account, their products and the history of their seats."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import pandas as pd
from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from data.models import Account, LicensedUser, Product, Seat, User
from services.access import reading
from services.errors import NotFound
from services.facts.seats import live_pools
from services.permissions import Actor, Permission
from services.queries.seats import PAGE_SIZE, Listed
from services.rules.erasing import is_erased
from services.rules.user_details import UserDetails


class UserState(StrEnum):
    """Which licensed users a list shows."""

    ALL = "all"
    ACTIVE = "active"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class LicensedUserCard:
    """One licensed user; `products`: codes of the products held from live subscriptions. `left_on`: gone since then."""

    user_id: int
    name: str
    email: str
    is_suspended: bool
    products: frozenset[str]
    created_at: datetime
    version: int
    details: UserDetails
    left_on: date | None

    @property
    def is_erased(self) -> bool:
        """Whether name and address were erased."""
        return is_erased(self.email)


def licensed_users(
    actor: Actor,
    account_id: int,
    *,
    today: date,
    search: str = "",
    product: str = "",
    without: str = "",
    state: UserState = UserState.ALL,
    limit: int = PAGE_SIZE,
    offset: int = 0,
) -> Listed:
    """Licensed users by name: id (text), name, email, is_suspended (bool), version (int), products (list of codes).

    `product`: only who has a seat of it; `without`: only who has none. Searches name and mail address. Raises
    `NotFound` for the account.
    """
    with reading(actor, Permission.SEE_SEATS, of=account_id) as session:
        if session.scalar(select(Account.id).where(Account.id == account_id)) is None:
            raise NotFound(kind="account")
        criteria = _criteria(account_id, search, product, without, state)
        total = session.scalar(select(func.count()).select_from(LicensedUser).where(*criteria)) or 0
        users = session.scalars(
            select(LicensedUser)
            .where(*criteria)
            .order_by(LicensedUser.search_text, LicensedUser.id)
            .limit(limit)
            .offset(offset)
        ).all()
        held = _products(session, account_id, [user.id for user in users], today)
        rows = [
            (str(user.id), user.name, user.email, user.is_suspended, user.version, sorted(held[user.id]))
            for user in users
        ]
    columns = ["id", "name", "email", "is_suspended", "version", "products"]
    return Listed(pd.DataFrame(rows, columns=columns), total)


def licensed_user(actor: Actor, account_id: int, user_id: int, *, today: date) -> LicensedUserCard:
    """One licensed user; raises `NotFound`."""
    with reading(actor, Permission.SEE_SEATS, of=account_id) as session:
        user = session.get(LicensedUser, (account_id, user_id))
        if user is None:
            raise NotFound(kind="licensed_user")
        return LicensedUserCard(
            user_id=user.id,
            name=user.name,
            email=user.email,
            is_suspended=user.is_suspended,
            products=frozenset(_products(session, account_id, [user_id], today)[user_id]),
            created_at=user.created_at,
            version=user.version,
            details=UserDetails(
                user.department, user.cost_centre, user.manager, user.excluded_until, user.exclusion_reason
            ),
            left_on=user.left_on,
        )


def seat_history(actor: Actor, account_id: int, user_id: int) -> pd.DataFrame:
    """A user's seats, newest first: product (text), assigned_at, released_at (UTC, empty: held), assigned_by,
    released_by (text; empty where the subscription ended)."""
    releaser = aliased(User)
    with reading(actor, Permission.SEE_SEATS, of=account_id) as session:
        rows = session.execute(
            select(Product.name, Seat.assigned_at, Seat.released_at, User.name, releaser.name)
            .join(Product, Product.code == Seat.product)
            .join(User, User.id == Seat.assigned_by)
            .outerjoin(releaser, releaser.id == Seat.released_by)
            .where(Seat.account_id == account_id, Seat.user_id == user_id)
            .order_by(Seat.assigned_at.desc(), Product.position)
        )
        return pd.DataFrame(rows.all(), columns=["product", "assigned_at", "released_at", "assigned_by", "released_by"])


def _criteria(account_id: int, search: str, product: str, without: str, state: UserState) -> list[ColumnElement[bool]]:
    criteria: list[ColumnElement[bool]] = [LicensedUser.account_id == account_id]
    if search.strip():
        criteria.append(LicensedUser.search_text.contains(search.strip().casefold(), autoescape=True))
    if state is not UserState.ALL:
        criteria.append(LicensedUser.is_suspended.is_(state is UserState.SUSPENDED))
    if product:
        criteria.append(_holds(account_id, product))
    if without:
        criteria.append(~_holds(account_id, without))
    return criteria


def _holds(account_id: int, product: str) -> ColumnElement[bool]:
    return exists().where(
        Seat.account_id == account_id,
        Seat.user_id == LicensedUser.id,
        Seat.product == product,
        Seat.released_at.is_(None),
    )


def _products(session: Session, account_id: int, user_ids: list[int], today: date) -> dict[int, set[str]]:
    """The products each user holds from live subscriptions."""
    live = [pool.subscription_id for pool in live_pools(session, account_id, today)]
    held: dict[int, set[str]] = defaultdict(set)
    rows = session.execute(
        select(Seat.user_id, Seat.product).where(
            Seat.account_id == account_id,
            Seat.user_id.in_(user_ids),
            Seat.released_at.is_(None),
            Seat.subscription_id.in_(live),
        )
    )
    for user_id, product in rows:
        held[user_id].add(product)
    return held
