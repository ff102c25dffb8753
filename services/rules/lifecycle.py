"""The life of a subscription: its statuses and the only moves between them (billing rules §6, §7)."""

from collections.abc import Mapping
from enum import StrEnum

from services.errors import Unlawful


class StatusMoveRefused(Unlawful):
    """A subscription cannot go from one status to the other: `now`, `to`."""


class Status(StrEnum):
    """The stored statuses; past due is shown, not stored."""

    SCHEDULED = "scheduled"
    TRIALING = "trialing"
    ACTIVE = "active"
    PENDING_CANCELLATION = "pending_cancellation"
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def is_live(self) -> bool:
        """Whether there is, or will be, access."""
        return self not in (Status.CANCELLED, Status.EXPIRED)


NEXT: Mapping[Status, frozenset[Status]] = {
    Status.SCHEDULED: frozenset({Status.ACTIVE, Status.CANCELLED}),
    Status.TRIALING: frozenset({Status.ACTIVE, Status.EXPIRED, Status.CANCELLED}),
    Status.ACTIVE: frozenset({Status.PENDING_CANCELLATION, Status.EXPIRED, Status.CANCELLED}),
    Status.PENDING_CANCELLATION: frozenset({Status.ACTIVE, Status.CANCELLED}),
    Status.CANCELLED: frozenset(),
    Status.EXPIRED: frozenset({Status.ACTIVE}),  # an expired trial may still be converted
}


def check_move(now: Status, to: Status) -> None:
    """Raises StatusMoveRefused unless the table has the move."""
    if to not in NEXT[now]:
        raise StatusMoveRefused(now=now, to=to)
