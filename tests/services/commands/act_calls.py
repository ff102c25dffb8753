"""Acts on seats as their user calls them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from data import database
from data.models import ScheduledChange, Seat
from services.commands.seat_acts import act_on_seats, withdraw_fewer_seats
from services.commands.seat_needs import apply_needs
from services.commands.seat_requests import await_seats, give_waiting, stop_waiting
from services.permissions import Actor, Permission
from services.queries.seat_acts import preview_act
from services.queries.seat_needs import NeedsPlan
from services.rules.seat_acts import ActRequest
from tests.builders import TODAY, add

if TYPE_CHECKING:
    from tests.services.commands.world import World

Call = Callable[[Actor, "World"], Any]


def await_fewer_seats(account: int, subscription: int) -> None:
    """Have two seats wait for the subscription's renewal."""
    row = {"subscription_id": subscription, "seats": 2, "status": "scheduled", "scheduled_on": TODAY}
    add(ScheduledChange(account_id=account, id=subscription, **row))


def act(actor: Actor, world: World) -> Any:
    """Release the seat of the world's user, as its preview shows."""
    with database.read_session() as session:
        seats = select(Seat.id).where(Seat.account_id == world.account).order_by(Seat.released_at.is_not(None), Seat.id)
        seat = session.scalars(seats).first() or 0
    wanted = ActRequest(world.account, "act", release=(seat,))
    agreed = preview_act(actor, wanted, today=TODAY).fingerprint if actor.may(Permission.SEE_USAGE) else ""
    return act_on_seats(actor, wanted, agreed=agreed, today=TODAY)


CALLS: dict[Callable[..., Any], Call] = {
    await_seats: lambda a, w: await_seats(a, w.account, "support", "zoe@acme.example", today=TODAY),
    give_waiting: lambda a, w: give_waiting(a, w.account, "support", notify=True, today=TODAY),
    stop_waiting: lambda a, w: stop_waiting(a, w.account, "support", [w.user]),
    act_on_seats: act,
    apply_needs: lambda a, w: list(apply_needs(a, NeedsPlan(w.account, (), TODAY))),
}
REDUCING: dict[Callable[..., Any], Call] = {
    withdraw_fewer_seats: lambda a, w: withdraw_fewer_seats(a, w.account, w.second, today=TODAY),
}
