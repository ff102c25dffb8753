"""Every command on seats chosen one by one and in bulk, as its user calls it."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from data import database
from data.models import Seat
from services.commands.invitations import accept_invitations, resend_invitations, withdraw_invitations
from services.commands.people_imports import apply_people
from services.commands.seat_bulk import BulkRequest, SeatDeed, change_many
from services.commands.seat_moves import MoveRequest, ReleaseRequest, move_seats, release_chosen
from services.commands.user_groups import create_group, delete_group, rename_group, set_groups
from services.permissions import Actor
from services.queries.people_imports import PeoplePlan
from tests.builders import TODAY
from tests.services.commands.world import World


def held_seat(w: World) -> int:
    """The seat the user of the world holds, or held last."""
    with database.read_session() as session:
        mine = select(Seat.id).where(Seat.account_id == w.account, Seat.user_id == w.user)
        return session.scalars(mine.order_by(Seat.released_at.is_not(None), Seat.assigned_at.desc())).first() or 0


CALLS: dict[Callable[..., Any], Callable[[Actor, World], Any]] = {
    move_seats: lambda a, w: move_seats(a, MoveRequest(w.account, (held_seat(w),), w.second, notify=True), today=TODAY),
    create_group: lambda a, w: create_group(a, w.account, "Delta", today=TODAY),
    set_groups: lambda a, w: set_groups(a, w.account, w.user, [w.group]),
    rename_group: lambda a, w: rename_group(a, w.account, w.group, "Gamma"),
    delete_group: lambda a, w: delete_group(a, w.account, w.group),
    resend_invitations: lambda a, w: resend_invitations(a, w.account, [w.invited[0]]),
    accept_invitations: lambda a, w: accept_invitations(a, w.account, [w.invited[0]], notify=True),
    withdraw_invitations: lambda a, w: withdraw_invitations(a, w.account, [w.invited[1]], notify=True, today=TODAY),
    change_many: lambda a, w: change_many(
        a, BulkRequest(w.account, SeatDeed.DEPARTMENT, (w.user,), text="Bulk"), today=TODAY
    ),
    apply_people: lambda a, w: list(apply_people(a, PeoplePlan(w.account, (), TODAY, notify=True))),
    release_chosen: lambda a, w: release_chosen(
        a, ReleaseRequest(w.account, (held_seat(w),), notify=True), today=TODAY
    ),
}
