"""Corruptions of seats, seeded into a sound book."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import LicensedUser, Seat, Subscription
from tests.builders import NOW


def a_seat_of_another_product(session: Session) -> None:
    row = _held_seat(session)
    row.product = "signatures"


def a_seat_too_many_in_the_past(session: Session) -> None:
    """More users than seats were bought had one for a while; today all is as it was."""
    seat = _held_seat(session)
    bought = session.get_one(Subscription, (seat.account_id, seat.subscription_id)).seats
    start = seat.assigned_at + timedelta(minutes=1)
    for number in range(bought):
        user = {"id": number + 1, "email": f"u{number}@x.example", "name": "U", "created_at": NOW}
        session.add(LicensedUser(account_id=seat.account_id, **user))
        session.flush()
        hour = {"assigned_at": start, "released_at": start + timedelta(hours=1)}
        session.add(_copy(seat, id=number + 1, user_id=number + 1, **hour))


def held_twice_in_the_past(session: Session) -> None:
    seat = _held_seat(session)
    start = seat.assigned_at + timedelta(minutes=1)
    session.add(_copy(seat, id=1, assigned_at=start, released_at=start + timedelta(hours=1)))


def _copy(seat: Seat, **columns: Any) -> Seat:
    names = [column.name for column in Seat.__table__.columns]
    return Seat(**{name: getattr(seat, name) for name in names} | columns)


def _held_seat(session: Session) -> Seat:
    return (
        session.scalars(select(Seat).where(Seat.released_at.is_(None)).order_by(Seat.account_id, Seat.id)).first()
        or Seat()
    )
