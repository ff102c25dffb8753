"""What was said of an account's seats, and the seats that rows of a file name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from data.database import chunks
from data.models import LicensedUser, Product, Seat, SeatNeed
from services.facts.seat_uses import of_user
from services.rules.seat_needs import SAID_DAYS, Answer, SeatSaid


@dataclass(frozen=True, slots=True)
class Said:
    """What was last said of a seat, by whom and when."""

    answer: Answer
    said_by: str
    said_on: date


def of_seat() -> ColumnElement[bool]:
    """How what was said meets the seat it was said of: one given later is another."""
    return and_(
        SeatNeed.account_id == Seat.account_id,
        SeatNeed.user_id == Seat.user_id,
        SeatNeed.product == Seat.product,
        SeatNeed.recorded_at >= func.coalesce(Seat.held_since, Seat.assigned_at),
    )


def said_lately(today: date) -> ColumnElement[bool]:
    """Whether it was said in the days that count."""
    return SeatNeed.said_on > today - timedelta(days=SAID_DAYS)


def said_of(session: Session, account_id: int, seat_ids: Collection[int], today: date) -> dict[int, Said]:
    """What was lately said of these seats, by seat."""
    found: dict[int, Said] = {}
    for ids in chunks(sorted(set(seat_ids))):
        rows = session.execute(
            select(Seat.id, SeatNeed.is_needed, SeatNeed.said_by, SeatNeed.said_on)
            .join(SeatNeed, of_seat())
            .where(Seat.account_id == account_id, Seat.id.in_(ids), said_lately(today))
        )
        for seat_id, is_needed, by, on in rows:
            found[seat_id] = Said(Answer.NEEDED if is_needed else Answer.NOT_NEEDED, by, on)
    return found


def seats_said(session: Session, account_id: int, seat_ids: Collection[int]) -> dict[int, SeatSaid]:
    """The seats by id, as rows are judged against them."""
    found: dict[int, SeatSaid] = {}
    for ids in chunks(sorted(set(seat_ids))):
        rows = session.execute(
            select(Seat, LicensedUser, Product.name, SeatNeed)
            .join(LicensedUser, of_user())
            .join(Product, Product.code == Seat.product)
            .outerjoin(SeatNeed, of_seat())
            .where(Seat.account_id == account_id, Seat.id.in_(ids))
        )
        for seat, user, product, need in rows:
            said: SeatNeed | None = need  # an outer join: there may be none
            answer = None
            if said is not None:
                answer = Answer.NEEDED if said.is_needed else Answer.NOT_NEEDED
            found[seat.id] = SeatSaid(
                seat_id=seat.id,
                user_id=user.id,
                product=seat.product,
                product_name=product,
                email=user.email,
                manager=user.manager,
                is_held=seat.released_at is None,
                answer=answer,
                said_by=said.said_by if said is not None else "",
            )
    return found
