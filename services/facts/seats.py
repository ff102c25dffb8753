"""Subscriptions with seats to give, as the values the rules of seats take; seats and licensed users by id."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.database import chunks
from data.models import Account, Entitlement, LicensedUser, Seat, Subscription
from services.errors import NotFound
from services.facts.catalog import product_names
from services.rules.seat_verdicts import HeldSeat, SeatVerdict, judge_moves
from services.rules.seats import LIVE, Pool


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


def live_pools(session: Session, account_id: int, today: date) -> tuple[Pool, ...]:
    """The subscriptions whose seats can be given out: live, with an entitlement that has not ended."""
    rows = session.execute(
        select(Subscription, Entitlement)
        .join(
            Entitlement,
            (Entitlement.account_id == Subscription.account_id) & (Entitlement.subscription_id == Subscription.id),
        )
        .where(Subscription.account_id == account_id, Subscription.status.in_(LIVE))
        .order_by(Subscription.id)
    )
    pools = (
        Pool(
            subscription_id=subscription.id,
            product=subscription.product,
            seats=subscription.seats,
            assigned=subscription.seats_assigned,
            starts_on=entitlement.starts_on,
            ends_on=entitlement.ends_on,
        )
        for subscription, entitlement in rows
    )
    return tuple(pool for pool in pools if not pool.is_over(today))


def seats_of(session: Session, account_id: int, seat_ids: Collection[int]) -> list[Seat]:
    """The seats by id, in the order asked for; raises `NotFound` for one the account never had."""
    found: dict[int, Seat] = {}
    for ids in chunks(sorted(set(seat_ids))):
        rows = select(Seat).where(Seat.account_id == account_id, Seat.id.in_(ids))
        found |= {seat.id: seat for seat in session.scalars(rows)}
    asked = list(dict.fromkeys(seat_ids))
    if len(found) != len(asked):
        raise NotFound(kind="seat")
    return [found[seat_id] for seat_id in asked]


def users_of(session: Session, account_id: int, user_ids: Iterable[int]) -> dict[int, LicensedUser]:
    """Licensed users by id."""
    users: dict[int, LicensedUser] = {}
    for ids in chunks(sorted(set(user_ids))):
        rows = select(LicensedUser).where(LicensedUser.account_id == account_id, LicensedUser.id.in_(ids))
        users |= {user.id: user for user in session.scalars(rows)}
    return users


def load(session: Session, account: Account, user_ids: Collection[int], today: date) -> Holdings:
    """The account's live pools and the active seats of these users."""
    pools = {pool.subscription_id: pool for pool in live_pools(session, account.id, today)}
    seats: dict[int, dict[str, Seat]] = {}
    for ids in chunks(sorted(set(user_ids))):
        held = select(Seat).where(Seat.account_id == account.id, Seat.user_id.in_(ids), Seat.released_at.is_(None))
        for seat in session.scalars(held):
            seats.setdefault(seat.user_id, {})[seat.product] = seat
    return Holdings(pools, seats, product_names(session))


def judged_moves(holdings: Holdings, seats: Sequence[Seat], target: Pool) -> tuple[tuple[HeldSeat, SeatVerdict], ...]:
    """The verdict on moving each of the seats to the target."""
    there = {seat.user_id for seat in seats if holdings.has_seat_of(seat.user_id, target.subscription_id)}
    return judge_moves([held(seat) for seat in seats], target, there)


def held(seat: Seat) -> HeldSeat:
    """The seat as the rules take it."""
    return HeldSeat(seat.id, seat.user_id, seat.product, seat.subscription_id, seat.released_at is None)
