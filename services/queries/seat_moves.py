"""What moving seats to another subscription would do."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from data.models import Account
from services.access import reading
from services.errors import NotFound
from services.facts.seats import judged_moves, load, seats_of, users_of
from services.permissions import Actor, Permission
from services.rules.seat_verdicts import SeatVerdict


@dataclass(frozen=True, slots=True)
class SeatsPreview:
    """What a change of seats will do, row by row.

    `rows`: name, email (text), verdict (a `SeatVerdict`). `needed` seats of `free`; what is bought beyond what is
    assigned.
    """

    rows: pd.DataFrame
    needed: int
    free: int

    def count(self, verdict: SeatVerdict) -> int:
        """How many rows of a verdict."""
        return int((self.rows["verdict"] == verdict).sum())

    @property
    def to_do(self) -> int:
        """How many would be changed, were there seats enough."""
        return self.count(SeatVerdict.DONE) + self.count(SeatVerdict.NO_SEAT_FREE)

    @property
    def passed_over(self) -> int:
        """How many stay as they are."""
        return len(self.rows) - self.to_do

    @property
    def fits(self) -> bool:
        """Whether something is to be done, and the free seats suffice."""
        return self.needed <= self.free and self.to_do > 0


def preview_moves(
    actor: Actor, account_id: int, seat_ids: tuple[int, ...], target: int, *, today: date
) -> SeatsPreview:
    """What `move_seats` will do, by the same rule; nothing is written. Raises `NotFound`."""
    with reading(actor, Permission.SEE_SEATS, of=account_id) as session:
        account = session.get(Account, account_id)
        if account is None:
            raise NotFound(kind="account")
        seats = seats_of(session, account.id, seat_ids)
        holdings = load(session, account, [seat.user_id for seat in seats], today)
        pool = holdings.pools.get(target)
        if pool is None:
            raise NotFound(kind="subscription")
        judged = judged_moves(holdings, seats, pool)
        users = users_of(session, account.id, (seat.user_id for seat in seats))
        rows = [(users[seat.user_id].name, users[seat.user_id].email, verdict.value) for seat, verdict in judged]
    frame = pd.DataFrame(rows, columns=["name", "email", "verdict"])
    needed = int(frame["verdict"].isin([SeatVerdict.DONE, SeatVerdict.NO_SEAT_FREE]).sum())
    return SeatsPreview(frame, needed, pool.free)
