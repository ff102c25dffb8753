"""Seats chosen one by one: moved to another subscription of their product, or released."""

from dataclasses import dataclass
from datetime import date

from services.access import acting
from services.facts.accounts import open_account
from services.journal import seat_moves
from services.journal import seats as journal
from services.journal.seats import SeatChange
from services.permissions import Actor, Permission

__all__ = ["MoveRequest", "ReleaseRequest", "move_seats", "release_chosen"]


@dataclass(frozen=True, slots=True)
class MoveRequest:
    """Seats (ids) of an account to move to its subscription `target`; `notify`: holders are told by mail."""

    account_id: int
    seat_ids: tuple[int, ...]
    target: int
    notify: bool


@dataclass(frozen=True, slots=True)
class ReleaseRequest:
    """Seats (ids) of an account to release; `notify`: holders are told by mail."""

    account_id: int
    seat_ids: tuple[int, ...]
    notify: bool


def move_seats(actor: Actor, request: MoveRequest, *, today: date) -> SeatChange:
    """Move the seats; the holders keep the product and since when they have it. All of them, or none.

    A seat given back or moved there meanwhile is passed over: the same call again changes nothing. Raises
    `SeatsExhausted` (free, asked, product), `NotFound`, `SelfServiceAccount`.
    """
    with acting(actor, Permission.CHANGE_SEATS) as session:
        account = open_account(session, request.account_id)
        return seat_moves.move(session, account, request.seat_ids, request.target, notify=request.notify, today=today)


def release_chosen(actor: Actor, request: ReleaseRequest, *, today: date) -> SeatChange:
    """Release the seats in one go, which can be undone so; whose last one it was is suspended. All of them, or none.

    A seat given back meanwhile is passed over: the same call again changes nothing. Raises `NotFound`,
    `SelfServiceAccount`.
    """
    with acting(actor, Permission.CHANGE_SEATS) as session:
        account = open_account(session, request.account_id)
        return journal.release(session, account, request.seat_ids, notify=request.notify, today=today)
