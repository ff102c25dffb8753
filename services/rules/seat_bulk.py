"""One change for many licensed users: what is asked, and the verdict on each of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.errors import Problem
from services.rules import text
from services.rules.seat_verdicts import SeatVerdict
from services.rules.seats import Pool

LONGEST_DETAIL = 200


class SeatDeed(StrEnum):
    """What is done with each of them."""

    ASSIGN = "assign"
    INVITE = "invite"
    RELEASE = "release"
    MOVE = "move"
    SUSPEND = "suspend"
    JOIN = "join"
    LEAVE = "leave"
    DEPARTMENT = "department"
    COST_CENTRE = "cost_centre"
    MANAGER = "manager"

    @property
    def takes_seats(self) -> bool:
        """Whether each of them takes a free seat."""
        return self in (SeatDeed.ASSIGN, SeatDeed.INVITE, SeatDeed.MOVE)

    @property
    def enrols(self) -> bool:
        """Whether somebody unknown becomes a licensed user."""
        return self in (SeatDeed.ASSIGN, SeatDeed.INVITE, SeatDeed.JOIN)

    @property
    def tells(self) -> bool:
        """Whether there is a notice about it."""
        return self not in (SeatDeed.JOIN, SeatDeed.LEAVE, *DETAILS)


DETAILS = (SeatDeed.DEPARTMENT, SeatDeed.COST_CENTRE, SeatDeed.MANAGER)


@dataclass(frozen=True, slots=True)
class BulkRequest:
    """One change for licensed users chosen by id and people of a pasted list.

    `subscription_id`: whose seats are given, released, or moved away; `target`: where they are moved; `group_id`: the
    group joined or left; `text`: the new department, cost centre or manager. `notify`: they are told by mail.
    """

    account_id: int
    deed: SeatDeed
    user_ids: tuple[int, ...] = ()
    pasted: str = ""
    subscription_id: int = 0
    target: int = 0
    group_id: int = 0
    text: str = ""
    notify: bool = True


@dataclass(frozen=True, slots=True)
class BulkRow:
    """One of them as they stand. `user_id` None: not a licensed user yet; `value`: the detail that is to be set."""

    user_id: int | None
    name: str
    email: str
    has_left: bool = False
    products: frozenset[str] = frozenset()
    subscriptions: frozenset[int] = frozenset()
    is_member: bool = False
    value: str = ""


def judge(request: BulkRequest, rows: Sequence[BulkRow], pool: Pool | None) -> tuple[SeatVerdict, ...]:
    """The verdict on each row, in their order; free seats of the `pool` go to the first ones."""
    free = pool.free if pool else 0
    verdicts = []
    for row in rows:
        verdict = _verdict(request, row, pool)
        if verdict is SeatVerdict.DONE and request.deed.takes_seats:
            verdict = SeatVerdict.DONE if free > 0 else SeatVerdict.NO_SEAT_FREE
            free -= 1
        verdicts.append(verdict)
    return tuple(verdicts)


def check_text(request: BulkRequest) -> tuple[str, list[Problem]]:
    """The detail as it will be stored, and its faults; an empty one clears it."""
    cleaned = text.cleaned(request.text)
    return cleaned, text.typed_problems(request.deed.value, cleaned, limit=LONGEST_DETAIL)


def _verdict(request: BulkRequest, row: BulkRow, pool: Pool | None) -> SeatVerdict:
    if row.user_id is None and not request.deed.enrols:
        return SeatVerdict.UNKNOWN
    return _JUDGES[request.deed](request, row, pool)


def _give(request: BulkRequest, row: BulkRow, pool: Pool | None) -> SeatVerdict:
    if row.has_left:
        return SeatVerdict.LEFT
    return SeatVerdict.ALREADY if pool and pool.product in row.products else SeatVerdict.DONE


def _release(request: BulkRequest, row: BulkRow, pool: Pool | None) -> SeatVerdict:
    return SeatVerdict.DONE if request.subscription_id in row.subscriptions else SeatVerdict.HAS_NO_SEAT


def _move(request: BulkRequest, row: BulkRow, pool: Pool | None) -> SeatVerdict:
    if request.target in row.subscriptions:
        return SeatVerdict.ALREADY
    return _release(request, row, pool)


def _suspend(request: BulkRequest, row: BulkRow, pool: Pool | None) -> SeatVerdict:
    return SeatVerdict.DONE if row.products else SeatVerdict.ALREADY


def _join(request: BulkRequest, row: BulkRow, pool: Pool | None) -> SeatVerdict:
    if row.is_member:
        return SeatVerdict.ALREADY
    return SeatVerdict.LEFT if row.has_left else SeatVerdict.DONE


def _leave(request: BulkRequest, row: BulkRow, pool: Pool | None) -> SeatVerdict:
    return SeatVerdict.DONE if row.is_member else SeatVerdict.ALREADY


def _set(request: BulkRequest, row: BulkRow, pool: Pool | None) -> SeatVerdict:
    return SeatVerdict.ALREADY if row.value == text.cleaned(request.text) else SeatVerdict.DONE


_JUDGES: Mapping[SeatDeed, Callable[[BulkRequest, BulkRow, Pool | None], SeatVerdict]] = {
    SeatDeed.ASSIGN: _give,
    SeatDeed.INVITE: _give,
    SeatDeed.RELEASE: _release,
    SeatDeed.MOVE: _move,
    SeatDeed.SUSPEND: _suspend,
    SeatDeed.JOIN: _join,
    SeatDeed.LEAVE: _leave,
    SeatDeed.DEPARTMENT: _set,
    SeatDeed.COST_CENTRE: _set,
    SeatDeed.MANAGER: _set,
}
