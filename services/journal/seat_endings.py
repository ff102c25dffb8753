"""Seats at the end of a subscription: all released with their history, and given back when it comes to life again."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, aliased

from data.database import chunks
from data.identity import derive_id
from data.models import LicensedUser, Seat, Subscription, SubscriptionEvent
from services import access
from services.rules.seats import Origin

ENDS_OF_TRIALS = ("trial_expired", "trial_ended")  # a trial has one end, and its event names the seats it released


def release_all(session: Session, subscription: Subscription) -> Sequence[int]:
    """Release every seat, oldest assignment first; who has no other seat is suspended. Returns the seats' ids."""
    seats = session.scalars(
        select(Seat)
        .where(
            Seat.account_id == subscription.account_id,
            Seat.subscription_id == subscription.id,
            Seat.released_at.is_(None),
        )
        .order_by(Seat.assigned_at, Seat.id)
    ).all()
    at = access.now()
    for seat in seats:
        seat.released_at = at
    subscription.seats_assigned = 0
    session.flush()
    other = aliased(Seat)
    has_seat = exists().where(
        other.account_id == LicensedUser.account_id, other.user_id == LicensedUser.id, other.released_at.is_(None)
    )
    for users in chunks(sorted(seat.user_id for seat in seats)):
        session.execute(
            update(LicensedUser)
            .where(LicensedUser.account_id == subscription.account_id, LicensedUser.id.in_(users), ~has_seat)
            .values(is_suspended=True, version=LicensedUser.version + 1)
            .execution_options(synchronize_session=False)
        )
    return [seat.id for seat in seats]


def restore_released(session: Session, subscription: Subscription, today: date) -> int:
    """Give the seats that the end of a trial released back to those who had them; returns how many.

    Those assigned first come first, up to the seats there are now; users who are gone, or got a seat of the product
    meanwhile, are passed over. A restored seat's id is derived from the one before: it comes back once.
    """
    restored = 0
    for seat in _restorable(session, subscription)[: subscription.seats - subscription.seats_assigned]:
        session.add(
            Seat(
                account_id=seat.account_id,
                id=derive_id(today, "seat restored", seat.id),
                subscription_id=subscription.id,
                product=subscription.product,
                user_id=seat.user_id,
                assigned_at=access.now(),
                assigned_by=seat.assigned_by,
                origin=Origin.RESTORED,
                is_pending=seat.is_pending,
                invited_at=seat.invited_at,
                accepted_at=seat.accepted_at,
                accepted_by=seat.accepted_by,
            )
        )
        user = session.get_one(LicensedUser, (seat.account_id, seat.user_id))
        user.is_suspended, user.version = False, user.version + 1
        restored += 1
    subscription.seats_assigned += restored
    return restored


def _restorable(session: Session, subscription: Subscription) -> list[Seat]:
    ended = session.scalar(
        select(SubscriptionEvent).where(
            SubscriptionEvent.account_id == subscription.account_id,
            SubscriptionEvent.subscription_id == subscription.id,
            SubscriptionEvent.kind.in_(ENDS_OF_TRIALS),
        )
    )
    released = [int(seat) for seat in ended.after.get("seats_released", ())] if ended else []
    held = aliased(Seat)
    has_seat = exists().where(
        held.account_id == Seat.account_id,
        held.user_id == Seat.user_id,
        held.product == Seat.product,
        held.released_at.is_(None),
    )
    found: list[Seat] = []
    for ids in chunks(released):
        found += session.scalars(
            select(Seat)
            .join(LicensedUser, (LicensedUser.account_id == Seat.account_id) & (LicensedUser.id == Seat.user_id))
            .where(Seat.account_id == subscription.account_id, Seat.id.in_(ids), ~has_seat)
        )
    return sorted(found, key=lambda seat: (seat.assigned_at, seat.id))
