"""Every command on seats chosen one by one and in bulk, as its user calls it."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from data import database
from data.models import Seat
from services.commands.seat_moves import MoveRequest, ReleaseRequest, move_seats, release_chosen
from services.permissions import Actor
from tests.builders import TODAY
from tests.services.commands.world import World


def held_seat(w: World) -> int:
    """The seat the user of the world holds, or held last."""
    with database.read_session() as session:
        mine = select(Seat.id).where(Seat.account_id == w.account, Seat.user_id == w.user)
        return session.scalars(mine.order_by(Seat.released_at.is_not(None), Seat.assigned_at.desc())).first() or 0


CALLS: dict[Callable[..., Any], Callable[[Actor, World], Any]] = {
    move_seats: lambda a, w: move_seats(a, MoveRequest(w.account, (held_seat(w),), w.second, notify=True), today=TODAY),
    release_chosen: lambda a, w: release_chosen(
        a, ReleaseRequest(w.account, (held_seat(w),), notify=True), today=TODAY
    ),
}
