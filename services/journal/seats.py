"""The only writer of seats: counts, history, audit rows and notices in the same transaction."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import uuid4

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from data.database import chunks
from data.identity import derive_id
from data.models import Account, LicensedUser, Product, Seat, Subscription
from services import access
from services.errors import ProductNotOwned, SeatsExhausted
from services.facts.seats import live_pools
from services.journal.mails import queue_mail
from services.permissions import Actor
from services.rules.seats import Pool, Ticked, giving, ticked


@dataclass(frozen=True, slots=True)
class SeatChange:
    """What a change did: seats `assigned` and `released`, users `changed`, `suspended` and `notified` by mail."""

    assigned: int
    released: int
    changed: int
    suspended: int
    notified: int


@dataclass(frozen=True, slots=True)
class Holdings:
    """An account's seats inside one transaction: live pools by subscription, active seats by user and product."""

    pools: Mapping[int, Pool]
    seats: Mapping[int, Mapping[str, Seat]]
    names: Mapping[str, str]

    def is_live(self, seat: Seat) -> bool:
        """Whether the seat's subscription has not ended."""
        return seat.subscription_id in self.pools

    def products_of(self, user_id: int) -> set[str]:
        """The products a user has a seat of, from subscriptions that have not ended."""
        return {product for product, seat in self.seats.get(user_id, {}).items() if self.is_live(seat)}

    def has_seat_of(self, user_id: int, subscription_id: int) -> bool:
        """Whether the user has a seat of this subscription."""
        return any(seat.subscription_id == subscription_id for seat in self.seats.get(user_id, {}).values())


def load(session: Session, account: Account, user_ids: Collection[int], today: date) -> Holdings:
    """The account's live pools and the active seats of these users."""
    pools = {pool.subscription_id: pool for pool in live_pools(session, account.id, today)}
    seats: dict[int, dict[str, Seat]] = {}
    for ids in chunks(sorted(set(user_ids))):
        held = select(Seat).where(Seat.account_id == account.id, Seat.user_id.in_(ids), Seat.released_at.is_(None))
        for seat in session.scalars(held):
            seats.setdefault(seat.user_id, {})[seat.product] = seat
    names = {product.code: product.name for product in session.scalars(select(Product))}
    return Holdings(pools, seats, names)


def change(
    session: Session,
    account: Account,
    holdings: Holdings,
    wishes: Sequence[tuple[LicensedUser, Collection[str]]],
    *,
    notify: bool,
    today: date,
    source: int | None = None,
) -> SeatChange:
    """Replace each user's set of products by the wished one; all users, or none.

    Seats given back in the same change are free for the others of it. `source`: the subscription that gives seats of
    its product; else the entitlement decides. Raises `SeatsExhausted` (free, asked, product) and `ProductNotOwned`.
    A user whose set stays as it is gets no audit row and no mail.
    """
    changes = [(user, ticked(holdings.products_of(user.id), products)) for user, products in wishes]
    changes = [(user, change) for user, change in changes if change.notice]
    back = [seat for user, change in changes for seat in _given_back(holdings, user, change)]
    given = [(user, _source(holdings, product, today, source)) for user, change in changes for product in change.assign]
    _move(session, account, holdings, back, [pool for _, pool in given])
    actor: Actor = session.info["actor"]
    release = derive_id(today, "release", account.id, uuid4().hex)
    for seat in back:
        seat.released_at, seat.released_by, seat.release_id = access.now(), actor.user_id, release
    session.flush()  # before the inserts: one active seat per user and product
    _give(session, account, given, today)
    later = {pool.product: pool.starts_on for _, pool in given if pool.starts_on > today}
    for user, change in changes:
        _write_history(session, account, holdings, user, change, notify=notify, later=later)
    return SeatChange(
        assigned=len(given),
        released=sum(len(change.release) for _, change in changes),
        changed=len(changes),
        suspended=sum(change.suspends for _, change in changes),
        notified=len(changes) if notify else 0,
    )


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


def _move(
    session: Session, account: Account, holdings: Holdings, back: Collection[Seat], given: Collection[Pool]
) -> None:
    """Change the seat counts, subscription by subscription in the order of their ids (lock order)."""
    returned = Counter(seat.subscription_id for seat in back)
    asked = Counter(pool.subscription_id for pool in given)
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


def _give(session: Session, account: Account, given: Sequence[tuple[LicensedUser, Pool]], today: date) -> None:
    """Insert the seats. The id counts the seats the user had of the product before, since one may come back."""
    actor: Actor = session.info["actor"]
    before = _times_had(session, account, {user.id for user, _ in given})
    for user, pool in given:
        session.add(
            Seat(
                account_id=account.id,
                id=derive_id(today, "seat", account.id, user.id, pool.product, before[user.id, pool.product]),
                subscription_id=pool.subscription_id,
                product=pool.product,
                user_id=user.id,
                assigned_at=access.now(),
                assigned_by=actor.user_id,
            )
        )


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
    later: Mapping[str, date],
) -> None:
    """The user's new state, the audit row and, unless told not to, the one notice."""
    user.is_suspended = change.suspends
    if change.assign:
        user.left_on = None
    user.version += 1
    access.record(
        session,
        "change_seats",
        account_id=account.id,
        subject=user.email,
        subject_id=user.id,
        before={"products": sorted({*change.release, *change.keep})},
        after={"products": sorted({*change.assign, *change.keep}), "notified": notify},
    )
    if not notify:
        return
    assert change.notice
    queue_mail(
        session,
        kind=change.notice,
        account=account,
        event_key=f"{change.notice}:{account.id}:{user.id}:{user.version}",
        recipients=[user.email],
        facts={
            "name": user.name,
            "account": account.legal_name,
            "assigned": [holdings.names[product] for product in change.assign],
            "released": [holdings.names[product] for product in change.release],
            "begins": {holdings.names[p]: later[p].isoformat() for p in change.assign if p in later},
            "kept": [holdings.names[product] for product in change.keep],
        },
    )
