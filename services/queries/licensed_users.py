"""Licensed users of an account, by any of what is known about them; one of them in full."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd
from sqlalchemy import ColumnElement, and_, case, exists, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from data.models import Account, GroupMember, LicensedUser, Seat, UserGroup
from services.access import reading
from services.errors import NotFound
from services.facts.seats import live_pools
from services.permissions import Actor, Permission
from services.queries.seats import PAGE_SIZE, Listed
from services.rules.erasing import is_erased
from services.rules.seats import MOST_PEOPLE
from services.rules.user_details import UserDetails
from services.rules.user_states import UserState, user_state

__all__ = ["MOST_PEOPLE", "LicensedUserCard", "UserFilter", "UserState", "licensed_user", "licensed_users"]

MOST_CHOICES = 500
NOT_GIVEN = "-"  # filters by what is not given


@dataclass(frozen=True, slots=True)
class UserFilter:
    """Which licensed users: all that is set holds. Hashable, for it is the key of what was read.

    `product`: who has a seat of it; `without`: who has none of it; `has_no_seat`: who has none at all. `department`,
    `cost_centre`, `manager`: `NOT_GIVEN` finds those without one.
    """

    search: str = ""
    state: UserState | None = None
    department: str = ""
    cost_centre: str = ""
    manager: str = ""
    group_id: int = 0
    product: str = ""
    without: str = ""
    has_no_seat: bool = False

    @property
    def is_set(self) -> bool:
        """Whether it leaves somebody out."""
        return self != UserFilter()


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """What an account's licensed users can be filtered by: values that occur, groups by id, users by state."""

    departments: tuple[str, ...]
    cost_centres: tuple[str, ...]
    managers: tuple[str, ...]
    groups: dict[int, str]
    states: dict[UserState, int]


@dataclass(frozen=True, slots=True)
class LicensedUserCard:
    """One licensed user; `products`: codes of the products held from live subscriptions, `pending`: those of them that
    wait for an invitation to be accepted. `left_on`: gone since then."""

    user_id: int
    name: str
    email: str
    is_suspended: bool
    products: frozenset[str]
    pending: frozenset[str]
    created_at: datetime
    version: int
    details: UserDetails
    left_on: date | None
    state: UserState

    @property
    def is_erased(self) -> bool:
        """Whether name and address were erased."""
        return is_erased(self.email)


def licensed_users(
    actor: Actor,
    account_id: int,
    *,
    today: date,
    which: UserFilter = UserFilter(),
    limit: int = PAGE_SIZE,
    offset: int = 0,
) -> Listed:
    """Licensed users by name: id (text), name, email, is_suspended (bool), version (int), products and pending (lists
    of codes), state (a `UserState`), department, cost_centre, manager (text), left_on, excluded_until (date or None).

    Raises `NotFound` for the account.
    """
    with reading(actor, Permission.SEE_SEATS, of=account_id) as session:
        criteria = _criteria(session, account_id, which, today)
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
            (
                str(user.id),
                user.name,
                user.email,
                user.is_suspended,
                user.version,
                sorted(held[user.id]),
                sorted(product for product, is_pending in held[user.id].items() if is_pending),
                _state(user, held[user.id], today).value,
                user.department,
                user.cost_centre,
                user.manager,
                user.left_on,
                user.excluded_until,
            )
            for user in users
        ]
    columns = [
        "id", "name", "email", "is_suspended", "version", "products", "pending", "state", "department", "cost_centre",
        "manager", "left_on", "excluded_until",
    ]  # fmt: skip
    return Listed(pd.DataFrame(rows, columns=columns), total)


def matching_users(actor: Actor, account_id: int, which: UserFilter, *, today: date) -> tuple[int, ...]:
    """The ids of all that the filter finds, by name, at most `MOST_PEOPLE` + 1 of them. Raises `NotFound`."""
    with reading(actor, Permission.SEE_SEATS, of=account_id) as session:
        criteria = _criteria(session, account_id, which, today)
        found = select(LicensedUser.id).where(*criteria).order_by(LicensedUser.search_text, LicensedUser.id)
        return tuple(session.scalars(found.limit(MOST_PEOPLE + 1)))


def user_choices(actor: Actor, account_id: int, *, today: date) -> FilterChoices:
    """What the account's users can be filtered by, each list by name and at most `MOST_CHOICES` long."""
    with reading(actor, Permission.SEE_SEATS, of=account_id) as session:
        groups = select(UserGroup.id, UserGroup.name).where(UserGroup.account_id == account_id)
        state = _state_expression(account_id, today)
        counted = select(state, func.count()).where(LicensedUser.account_id == account_id).group_by(state)
        return FilterChoices(
            departments=_values(session, account_id, LicensedUser.department),
            cost_centres=_values(session, account_id, LicensedUser.cost_centre),
            managers=_values(session, account_id, LicensedUser.manager),
            groups=dict(session.execute(groups.order_by(UserGroup.name)).all()),
            states={UserState(code): number for code, number in session.execute(counted)},
        )


def _values(session: Session, account_id: int, column: InstrumentedAttribute[str]) -> tuple[str, ...]:
    given = select(column).where(LicensedUser.account_id == account_id, column != "").distinct()
    return tuple(session.scalars(given.order_by(column).limit(MOST_CHOICES)))


def licensed_user(actor: Actor, account_id: int, user_id: int, *, today: date) -> LicensedUserCard:
    """One licensed user; raises `NotFound`."""
    with reading(actor, Permission.SEE_SEATS, of=account_id) as session:
        user = session.get(LicensedUser, (account_id, user_id))
        if user is None:
            raise NotFound(kind="licensed_user")
        held = _products(session, account_id, [user_id], today)[user_id]
        return LicensedUserCard(
            user_id=user.id,
            name=user.name,
            email=user.email,
            is_suspended=user.is_suspended,
            products=frozenset(held),
            pending=frozenset(product for product, is_pending in held.items() if is_pending),
            created_at=user.created_at,
            version=user.version,
            details=UserDetails(
                user.department, user.cost_centre, user.manager, user.excluded_until, user.exclusion_reason
            ),
            left_on=user.left_on,
            state=_state(user, held, today),
        )


def _state(user: LicensedUser, held: dict[str, bool], today: date) -> UserState:
    return user_state(
        is_suspended=user.is_suspended,
        left_on=user.left_on,
        only_invited=bool(held) and all(held.values()),
        excluded_until=user.excluded_until,
        today=today,
    )


def _state_expression(account_id: int, today: date) -> ColumnElement[str]:
    """`user_state` as SQL."""
    return case(
        (LicensedUser.left_on.is_not(None), literal(UserState.LEFT.value)),
        (LicensedUser.is_suspended.is_(True), literal(UserState.SUSPENDED.value)),
        (
            and_(_has_seat(account_id, Seat.is_pending.is_(True)), ~_has_seat(account_id, Seat.is_pending.is_(False))),
            literal(UserState.INVITED.value),
        ),
        (LicensedUser.excluded_until > today, literal(UserState.EXCLUDED.value)),
        else_=literal(UserState.ACTIVE.value),
    )


def _criteria(session: Session, account_id: int, which: UserFilter, today: date) -> list[ColumnElement[bool]]:
    if session.scalar(select(Account.id).where(Account.id == account_id)) is None:
        raise NotFound(kind="account")
    criteria: list[ColumnElement[bool]] = [LicensedUser.account_id == account_id]
    if which.search.strip():
        criteria.append(LicensedUser.search_text.contains(which.search.strip().casefold(), autoescape=True))
    for name in ("department", "cost_centre", "manager"):
        if wanted := getattr(which, name):
            criteria.append(getattr(LicensedUser, name) == ("" if wanted == NOT_GIVEN else wanted))
    if which.group_id:
        mine = (GroupMember.account_id == account_id, GroupMember.group_id == which.group_id)
        criteria.append(exists().where(*mine, GroupMember.user_id == LicensedUser.id))
    if which.product:
        criteria.append(_has_seat(account_id, Seat.product == which.product))
    if which.without:
        criteria.append(~_has_seat(account_id, Seat.product == which.without))
    if which.has_no_seat:
        criteria.append(LicensedUser.is_suspended.is_(True))
    if which.state is not None:
        criteria.append(_state_expression(account_id, today) == which.state.value)
    return criteria


def _has_seat(account_id: int, *such: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        Seat.account_id == account_id, Seat.user_id == LicensedUser.id, Seat.released_at.is_(None), *such
    )


def _products(session: Session, account_id: int, user_ids: list[int], today: date) -> dict[int, dict[str, bool]]:
    """The products each user holds from live subscriptions, and whether each is pending."""
    live = [pool.subscription_id for pool in live_pools(session, account_id, today)]
    held: dict[int, dict[str, bool]] = defaultdict(dict)
    rows = session.execute(
        select(Seat.user_id, Seat.product, Seat.is_pending).where(
            Seat.account_id == account_id,
            Seat.user_id.in_(user_ids),
            Seat.released_at.is_(None),
            Seat.subscription_id.in_(live),
        )
    )
    for user_id, product, is_pending in rows:
        held[user_id][product] = is_pending
    return held
