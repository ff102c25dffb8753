"""The commands of the month's close as their user calls them, and the months they need."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from data import database
from data.models import ClosedMonth, ClosingStep
from services.commands.closing import close_month, store_pack, tick_step
from services.permissions import Actor
from services.rules.closing import Ticked
from tests.builders import NOW, TODAY

if TYPE_CHECKING:
    from tests.services.commands.world import World

MONTH, CLOSED = 202603, 202512  # the month before the books begin can be closed, an earlier one is


def prepare_months(actor: Actor) -> None:
    """A month whose checklist is done, and one that is closed."""
    who = {"done_at": NOW, "done_by": actor.user_id, "who": actor.name}
    with database.write_session() as session:
        session.add_all(ClosingStep(month=MONTH, code=step.value, **who) for step in Ticked)
        session.add(ClosedMonth(month=CLOSED, closed_at=NOW, closed_by=actor.user_id, who=actor.name, tie_out=[]))


CALLS: dict[Callable[..., Any], Callable[[Actor, World], Any]] = {
    tick_step: lambda a, w: tick_step(a, 202602, Ticked.STATEMENTS, done=True),
    close_month: lambda a, w: close_month(a, MONTH, today=TODAY),
    store_pack: lambda a, w: store_pack(a, CLOSED),
}
