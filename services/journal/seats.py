"""The only writer of seats: counts, history, audit rows and notices in the same transaction."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import uuid4

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.orm import Session

from data.database import chunks
from data.identity import derive_id
from data.models import Account, LicensedUser, Seat, SeatRequest, Subscription
from services import access
from services.errors import ProductNotOwned, SeatsExhausted
from services.facts.seats import Holdings, load, seats_of, users_of
from services.journal.mails import queue_mail
from services.permissions import Actor
from services.rules.seats import Ending, Origin, Pool, SeatMail, Ticked, giving, ticked


@dataclass(frozen=True, slots=True)
class SeatChange:
    """What a change did: seats `assigned` and `released`, users `changed`, `suspended` and `notified` by mail."""

    assigned: int
    released: int
    changed: int
    suspended: int
    notified: int


def change(
    session: Session,
    account: Account,
    holdings: Holdings,
    wishes: Sequence[tuple[LicensedUser, Collection[str]]],
    *,
    notify: bool,
    today: date,
    source: int | None = None,
    invite: bool = False,
) -> SeatChange:
    """Replace each user's set of products by the wished one; all users, or none.

    Seats given back in the same change are free for the others of it. `source`: the subscription that gives seats of
    its product; else the entitlement decides. Raises `SeatsExhausted` (free, asked, product) and `ProductNotOwned`.
    `invite`: new seats are pending until accepted. A user whose set stays as it is gets no audit row and no mail.
    """
    changes = [(user, ticked(holdings.products_of(user.id), products)) for user, products in wishes]
    changes = [(user, change) for user, change in changes if change.notice]
    back = [seat for user, change in changes for seat in _given_back(holdings, user, change)]
    given = [(user, _source(holdings, product, today, source)) for user, change in changes for product in change.assign]
    count(session, account, holdings, back, [pool.subscription_id for _, pool in given])
    actor: Actor = session.info["actor"]
    release = derive_id(today, "release", account.id, uuid4().hex)
    for seat in back:
        seat.released_at, seat.released_by, seat.release_id = access.now(), actor.user_id, release
        seat.ending = Ending.WITHDRAWN if seat.is_pending else Ending.RELEASED
    session.flush()  # before the inserts: one active seat per user and product
    for seat in new_seats(session, account, [(user.id, pool) for user, pool in given], today):
        if invite:
            seat.origin, seat.is_pending, seat.invited_at = Origin.INVITED, True, seat.assigned_at
    later = {pool.product: pool.starts_on for _, pool in given if pool.starts_on > today}
    for user, change in changes:
        _write_history(session, account, holdings, user, change, notify=notify, invite=invite, later=later)
    return SeatChange(
        assigned=len(given),
        released=sum(len(change.release) for _, change in changes),
        changed=len(changes),
        suspended=sum(change.suspends for _, change in changes),
        notified=len(changes) if notify else 0,
    )


def release(session: Session, account: Account, seat_ids: Sequence[int], *, notify: bool, today: date) -> SeatChange:
    """Release seats in one go; those given back meanwhile are passed over. Raises `NotFound` for one of nobody."""
    seats = [seat for seat in seats_of(session, account.id, seat_ids) if seat.released_at is None]
    users = users_of(session, account.id, (seat.user_id for seat in seats))
    holdings = load(session, account, users, today)
    lost: dict[int, set[str]] = {}
    for seat in seats:
        lost.setdefault(seat.user_id, set()).add(seat.product)
    wishes = [(users[user_id], holdings.products_of(user_id) - products) for user_id, products in lost.items()]
    return change(session, account, holdings, wishes, notify=notify, today=today)


def _given_back(holdings: Holdings, user: LicensedUser, change: Ticked) -> list[Seat]:
    """The seats the user gives back, with those of subscriptions that ended: they would bar a new seat."""
    seats = holdings.seats.get(user.id, {})
    return [seat for product, seat in sorted(seats.items()) if product in change.release or not holdings.is_live(seat)]


def _source(holdings: Holdings, product: str, today: date, only: int | None) -> Pool:
    named = holdings.pools.get(only) if only else None
    pool = named if named and named.product == product else giving(holdings.pools.values(), product, today)
    if pool is None:
        raise ProductNotOwned(field="product", product=holdings.names.get(product, product))
    return pool


def count(
    session: Session, account: Account, holdings: Holdings, back: Collection[Seat], given: Collection[int]
) -> None:
    """Change the seat counts, subscription by subscription in the order of their ids (lock order). `given`: the
    subscription of each seat given. Raises `SeatsExhausted`."""
    returned = Counter(seat.subscription_id for seat in back)
    asked = Counter(given)
    for subscription_id in sorted(returned.keys() | asked.keys()):
        if not take(session, account.id, subscription_id, asked[subscription_id] - returned[subscription_id]):
            free = select(Subscription.seats - Subscription.seats_assigned).where(
                Subscription.account_id == account.id, Subscription.id == subscription_id
            )
            raise SeatsExhausted(
                field="seats",
                product=holdings.names[holdings.pools[subscription_id].product],
                free=(session.scalar(free) or 0) + returned[subscription_id],
                asked=asked[subscription_id],
            )


def take(session: Session, account_id: int, subscription_id: int, seats: int) -> bool:
    """Take free seats of a subscription (negative: give them back); False, and nothing taken, when too few are free.

    One guarded statement, beside the CHECK of the table: two who take at once never get more than was bought.
    """
    taken = session.execute(
        update(Subscription)
        .where(
            Subscription.account_id == account_id,
            Subscription.id == subscription_id,
            Subscription.seats_assigned + seats <= Subscription.seats,
        )
        .values(seats_assigned=Subscription.seats_assigned + seats)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", taken).rowcount == 1


def new_seats(session: Session, account: Account, given: Sequence[tuple[int, Pool]], today: date) -> list[Seat]:
    """Add a seat of the pool for each user (id), who waits for one no more. A seat's id counts those the user had of
    the product before, since one may come back."""
    actor: Actor = session.info["actor"]
    before = _times_had(session, account, {user_id for user_id, _ in given})
    seats = [
        Seat(
            account_id=account.id,
            id=derive_id(today, "seat", account.id, user_id, pool.product, before[user_id, pool.product]),
            subscription_id=pool.subscription_id,
            product=pool.product,
            user_id=user_id,
            assigned_at=access.now(),
            assigned_by=actor.user_id,
        )
        for user_id, pool in given
    ]
    session.add_all(seats)
    _forget_requests(session, account, given)
    return seats


def _forget_requests(session: Session, account: Account, given: Sequence[tuple[int, Pool]]) -> None:
    """Who has got the product was served: it is not asked for any more when the seat is given back."""
    users: dict[str, list[int]] = {}
    for user_id, pool in given:
        users.setdefault(pool.product, []).append(user_id)
    for product, user_ids in sorted(users.items()):
        for ids in chunks(sorted(user_ids)):
            mine = (SeatRequest.account_id == account.id, SeatRequest.product == product, SeatRequest.user_id.in_(ids))
            session.execute(delete(SeatRequest).where(*mine).execution_options(synchronize_session=False))


def _times_had(session: Session, account: Account, user_ids: set[int]) -> Counter[tuple[int, str]]:
    times: Counter[tuple[int, str]] = Counter()
    for ids in chunks(sorted(user_ids)):
        rows = session.execute(
            select(Seat.user_id, Seat.product, func.count())
            .where(Seat.account_id == account.id, Seat.user_id.in_(ids))
            .group_by(Seat.user_id, Seat.product)
        )
        times.update({(user_id, product): n for user_id, product, n in rows})
    return times


def _write_history(
    session: Session,
    account: Account,
    holdings: Holdings,
    user: LicensedUser,
    change: Ticked,
    *,
    notify: bool,
    invite: bool,
    later: Mapping[str, date],
) -> None:
    """The user's new state, the audit row and, unless told not to, the one notice."""
    user.is_suspended = change.suspends
    if change.assign:
        user.left_on = None
    user.version += 1
    access.record(
        session,
        "invite_users" if invite else "change_seats",
        account_id=account.id,
        subject=user.email,
        subject_id=user.id,
        before={"products": sorted({*change.release, *change.keep})},
        after={"products": sorted({*change.assign, *change.keep}), "notified": notify},
    )
    if not notify:
        return
    notice = _notice(holdings, user, change, invite=invite)
    facts = {
        "assigned": [holdings.names[product] for product in change.assign],
        "released": [holdings.names[product] for product in change.release],
        "begins": {holdings.names[p]: later[p].isoformat() for p in change.assign if p in later},
        "kept": [holdings.names[product] for product in change.keep],
    }
    tell(session, account, user, notice, facts)


def _notice(holdings: Holdings, user: LicensedUser, change: Ticked, *, invite: bool) -> SeatMail:
    """The one notice of the change; who only loses what was never accepted has had nothing that could end."""
    seats = holdings.seats.get(user.id, {})
    if change.assign:
        return SeatMail.INVITED if invite else SeatMail.ASSIGNED
    if all(seats[product].is_pending for product in change.release):
        return SeatMail.WITHDRAWN
    return SeatMail.SUSPENDED if change.suspends else SeatMail.RELEASED


def tell(session: Session, account: Account, user: LicensedUser, notice: SeatMail, facts: Mapping[str, Any]) -> None:
    """Queue the notice of a change to the user; one of its kind for each version of the user."""
    queue_mail(
        session,
        kind=notice,
        account=account,
        event_key=f"{notice}:{account.id}:{user.id}:{user.version}",
        recipients=[user.email],
        facts={"name": user.name, "account": account.legal_name, **facts},
    )
