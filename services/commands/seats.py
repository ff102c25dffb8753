"""Seats assigned and released: by ticking products per user, or for one subscription."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Account, LicensedUser
from services.access import acting
from services.errors import Invalid, NotFound, StaleForm
from services.facts.accounts import open_account
from services.facts.seats import Holdings, load
from services.journal import seats as journal
from services.journal.licensed_users import enrol
from services.journal.seats import SeatChange
from services.permissions import Actor, Permission
from services.rules.seats import people, ticked

__all__ = ["SeatChange", "Ticks", "assign_seats", "release_seats", "tick_products"]


@dataclass(frozen=True, slots=True)
class Ticks:
    """The products ticked for a licensed user on a form; `version`: of the user when the form was opened."""

    user_id: int
    version: int
    products: frozenset[str]


def tick_products(actor: Actor, account_id: int, ticks: Sequence[Ticks], *, notify: bool, today: date) -> SeatChange:
    """Replace the products of each user by the ticked ones; none ticked suspends (billing rules §11). All or nothing.

    Seats given back in the same call are free for the others of it. The same call again changes nothing. Raises
    `SeatsExhausted` (free, asked, product), `ProductNotOwned`, `StaleForm`, `NotFound`, `SelfServiceAccount`.
    """
    with acting(actor, Permission.CHANGE_SEATS) as session:
        account = open_account(session, account_id)
        users = _users(session, account, {tick.user_id for tick in ticks})
        holdings = load(session, account, users, today)
        for tick in ticks:
            user, held = users[tick.user_id], holdings.products_of(tick.user_id)
            # A form sent twice finds its wish fulfilled: that is done, not stale.
            if ticked(held, tick.products).notice and user.version != tick.version:
                raise StaleForm(field="licensed_user", user=user.name)
        wishes = [(users[tick.user_id], tick.products) for tick in ticks]
        return journal.change(session, account, holdings, wishes, notify=notify, today=today)


def assign_seats(
    actor: Actor,
    account_id: int,
    subscription_id: int,
    *,
    pasted: str = "",
    user_ids: Collection[int] = (),
    notify: bool,
    today: date,
) -> SeatChange:
    """Give a seat of the subscription to the people of a pasted list, enrolling the unknown, and to licensed users.

    All or nothing. Who has the product already keeps that seat; other products stay. The same call again changes
    nothing. Raises `Invalid` (line by line), `SeatsExhausted` (free, asked, product), `NotFound` (also for a
    subscription that has ended), `SelfServiceAccount`.
    """
    found, problems = people(pasted) if pasted.strip() or not user_ids else ((), ())
    Invalid.when(list(problems))
    with acting(actor, Permission.CHANGE_SEATS) as session:
        account = open_account(session, account_id)
        users = _users(session, account, user_ids)
        enrolled, _new = enrol(session, account, found, today)
        users |= {user.id: user for user in enrolled}
        holdings = load(session, account, users, today)
        product = _product_of(holdings, subscription_id)
        wishes = [(user, holdings.products_of(user.id) | {product}) for user in users.values()]
        return journal.change(session, account, holdings, wishes, notify=notify, today=today, source=subscription_id)


def release_seats(
    actor: Actor, account_id: int, subscription_id: int, user_ids: Collection[int], *, notify: bool, today: date
) -> SeatChange:
    """Take the subscription's seats back from these users; whose last product it was is suspended. All or nothing.

    Other products stay. The same call again changes nothing. Raises `NotFound`, `SelfServiceAccount`.
    """
    with acting(actor, Permission.CHANGE_SEATS) as session:
        account = open_account(session, account_id)
        users = _users(session, account, user_ids)
        holdings = load(session, account, users, today)
        product = _product_of(holdings, subscription_id)
        wishes = [
            (user, holdings.products_of(user.id) - {product})
            for user in users.values()
            if holdings.has_seat_of(user.id, subscription_id)
        ]
        return journal.change(session, account, holdings, wishes, notify=notify, today=today)


def _users(session: Session, account: Account, user_ids: Iterable[int]) -> dict[int, LicensedUser]:
    wanted = sorted(set(user_ids))
    found = select(LicensedUser).where(LicensedUser.account_id == account.id, LicensedUser.id.in_(wanted))
    users = {user.id: user for user in session.scalars(found)}
    if len(users) != len(wanted):
        raise NotFound(kind="licensed_user")
    return users


def _product_of(holdings: Holdings, subscription_id: int) -> str:
    pool = holdings.pools.get(subscription_id)
    if pool is None:
        raise NotFound(kind="subscription")
    return pool.product
