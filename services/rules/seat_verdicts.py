"""What becomes of each row of a change of seats, before it is done: the same verdicts for its preview and its deed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.rules.seats import Pool


class SeatVerdict(StrEnum):
    """What becomes of a row; `DONE` is the only one that changes something."""

    DONE = "done"
    ALREADY = "already"
    NO_SEAT_FREE = "no_seat_free"
    LEFT = "left"
    GONE = "gone"
    OTHER_PRODUCT = "other_product"
    HAS_NO_SEAT = "has_no_seat"
    UNKNOWN = "unknown"


BARS = (SeatVerdict.NO_SEAT_FREE,)  # with one of these nothing is done at all


@dataclass(frozen=True, slots=True)
class HeldSeat:
    """A seat as it stands: `is_held`, or given back meanwhile."""

    seat_id: int
    user_id: int
    product: str
    subscription_id: int
    is_held: bool


def judge_moves(
    seats: Sequence[HeldSeat], target: Pool, there_already: Collection[int]
) -> tuple[tuple[HeldSeat, SeatVerdict], ...]:
    """The verdict on moving each seat to the target, in their order. `there_already`: users with a seat of the target.

    Free seats go to the first ones; the rest finds none, and then nothing is moved.
    """
    judged: list[tuple[HeldSeat, SeatVerdict]] = []
    free = target.free
    for seat in seats:
        verdict = _move(seat, target, there_already)
        if verdict is SeatVerdict.DONE:
            verdict = SeatVerdict.DONE if free > 0 else SeatVerdict.NO_SEAT_FREE
            free -= 1
        judged.append((seat, verdict))
    return tuple(judged)


def _move(seat: HeldSeat, target: Pool, there_already: Collection[int]) -> SeatVerdict:
    if seat.product != target.product:
        return SeatVerdict.OTHER_PRODUCT
    if seat.subscription_id == target.subscription_id or (not seat.is_held and seat.user_id in there_already):
        return SeatVerdict.ALREADY if seat.user_id in there_already else SeatVerdict.GONE
    return SeatVerdict.DONE if seat.is_held else SeatVerdict.GONE
