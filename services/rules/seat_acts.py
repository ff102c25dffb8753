"""What is decided about seats in one go: released, moved, fewer at the renewal; and what that comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256

from data.money import Money
from services.errors import Conflict, Problem, Refusal, Unlawful
from services.rules.reductions import Reduction
from services.rules.scheduled import ScheduledFields

MOST_SEATS = 1_000  # of one act
LONGEST_KEY = 100


class NothingToDo(Unlawful):
    """Nothing is chosen, or all that was chosen is so already."""


class ActChanged(Conflict):
    """Something came between the preview and the deed; nothing was done."""


class NotFewer(Unlawful):
    """At the renewal only fewer seats can be scheduled here: `product`, `seats` (as it runs)."""


@dataclass(frozen=True, slots=True)
class SeatMove:
    """Seats to move to the subscription `target`."""

    seat_ids: tuple[int, ...]
    target: int


@dataclass(frozen=True, slots=True)
class Fewer:
    """A subscription that shall have so many seats from its renewal on."""

    subscription_id: int
    seats: int


@dataclass(frozen=True, slots=True)
class ActRequest:
    """What shall be done in one go, by seats' ids. The same request key is the same act.

    `notify`: tell the holders of released and moved seats by mail.
    """

    account_id: int
    request_key: str
    release: tuple[int, ...] = ()
    moves: tuple[SeatMove, ...] = ()
    fewer: tuple[Fewer, ...] = ()
    notify: bool = True

    def faults(self) -> list[Problem]:
        """What is wrong with it, whatever the account holds."""
        ids = [*self.release, *(seat for move in self.moves for seat in move.seat_ids)]
        problems = []
        if not self.request_key or len(self.request_key) > LONGEST_KEY:
            problems.append(Problem("request_key", "invalid"))
        if len(ids) > MOST_SEATS:
            problems.append(Problem("seats", "too_many_seats_at_once", {"limit": MOST_SEATS, "count": len(ids)}))
        named = [*ids, *(f"to {move.target}" for move in self.moves), *(f"of {f.subscription_id}" for f in self.fewer)]
        if any(number > 1 for number in Counter(named).values()):
            problems.append(Problem("seats", "seat_twice"))
        return problems

    @property
    def payload_hash(self) -> str:
        """What is asked, without its key."""
        return sha256(repr((self.account_id, self.release, self.moves, self.fewer, self.notify)).encode()).hexdigest()


class Deed(StrEnum):
    """What becomes of a chosen seat."""

    RELEASED = "released"
    MOVED = "moved"
    ALREADY = "already"  # it was given back, or is there already


@dataclass(frozen=True, slots=True)
class ActSeat:
    """A chosen seat: whose, of which subscription, and what becomes of it. `target`: where it is moved to."""

    seat_id: int
    user_id: int
    name: str
    email: str
    product_name: str
    subscription_id: int
    deed: Deed
    target: int | None = None


@dataclass(frozen=True, slots=True)
class ActReduction:
    """A subscription with fewer seats from its renewal on. `assigned`: seats given out after this act.

    `fields`: what is scheduled; None where it waits like that already.
    """

    subscription_id: int
    reference: str
    product_name: str
    plan_name: str
    seats: int
    assigned: int
    reduction: Reduction
    fields: ScheduledFields | None


@dataclass(frozen=True, slots=True)
class ActSheet:
    """The act worked out: what its preview shows is what is done. `refusals`: what stands in the way."""

    seats: tuple[ActSeat, ...]
    reductions: tuple[ActReduction, ...]
    refusals: tuple[Refusal, ...]
    today: date

    def count(self, deed: Deed) -> int:
        """How many chosen seats of a deed."""
        return sum(seat.deed is deed for seat in self.seats)

    @property
    def scheduled(self) -> tuple[ActReduction, ...]:
        """The reductions that are new."""
        return tuple(one for one in self.reductions if one.fields is not None)

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not self.scheduled and not self.count(Deed.RELEASED) and not self.count(Deed.MOVED)

    @property
    def saves(self) -> tuple[Money, ...]:
        """What the next terms cost less, one amount a currency; of reductions that are new."""
        sums: dict[str, Money] = {}
        for one in self.scheduled:
            saved = one.reduction.saves
            if saved:
                sums[saved.currency] = sums.get(saved.currency, Money.zero(saved.currency)) + saved
        return tuple(sums[currency] for currency in sorted(sums))

    @property
    def last_day(self) -> date | None:
        """The first of the last days on which these reductions can be decided."""
        return min((one.reduction.decide_by(self.today) for one in self.scheduled), default=None)

    @property
    def fingerprint(self) -> str:
        """Stands for all that is shown: a deed that would come to something else is refused."""
        seats = [(seat.seat_id, seat.deed.value, seat.subscription_id, seat.target) for seat in self.seats]
        fewer = [(one.subscription_id, one.seats, one.assigned, one.reduction, one.fields) for one in self.reductions]
        return sha256(repr((seats, fewer)).encode()).hexdigest()


def assigned_after(assigned: Mapping[int, int], seats: Sequence[ActSeat]) -> dict[int, int]:
    """Seats given out by subscription, once the seats are released and moved."""
    after = Counter(dict(assigned))
    for seat in seats:
        if seat.deed is Deed.ALREADY:
            continue
        after[seat.subscription_id] -= 1
        if seat.target is not None:
            after[seat.target] += 1
    return dict(after)


def fields_for(seats: int, waiting: ScheduledFields | None) -> ScheduledFields | None:
    """What is scheduled for so many seats: a new price that waits stays. None where it waits like that already."""
    if waiting is not None and waiting.seats == seats:
        return None
    return ScheduledFields(seats=seats, takes_new_price=waiting is not None and waiting.takes_new_price)
