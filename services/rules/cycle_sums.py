"""What is summed up of the cycles to come: which sums a subscription counts in, and what these are told apart by."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from services.rules.cycles import month_of
from services.rules.lifecycle import Status

CYCLE_DIMENSIONS = ("product", "country", "rep_id", "segment")
CYCLE_KEY = ("kind", "day", "anchor_day", "interval", "currency")
# The sets of dimensions that are kept; other ones are few enough rows to be added up themselves.
CYCLE_SETS: tuple[tuple[str, ...], ...] = (
    (), ("product",), ("country",), ("rep_id",), ("segment",),
    ("product", "country"), ("product", "rep_id"), ("product", "segment"),
    ("country", "rep_id"), ("country", "segment"), ("rep_id", "segment"), ("product", "country", "segment"),
)  # fmt: skip


class Kind(StrEnum):
    """Of cycles: those that renew by themselves and those that end, of running and of coming subscriptions; trials.

    Their day is the end of the running period. `cash`: what renews by the month in which its money is expected.
    """

    RENEWING = "renewing"
    ENDING = "ending"
    SCHEDULED = "scheduled"
    SCHEDULED_ENDING = "scheduled_ending"
    TRIAL = "trial"
    CASH = "cash"


RENEWED = (Kind.RENEWING, Kind.SCHEDULED)
# The kind of each status: of those that end with their period, and of those that renew by themselves.
KINDS = {
    Status.ACTIVE: (Kind.ENDING, Kind.RENEWING),
    Status.PENDING_CANCELLATION: (Kind.ENDING, Kind.ENDING),
    Status.SCHEDULED: (Kind.SCHEDULED_ENDING, Kind.SCHEDULED),
    Status.TRIALING: (Kind.TRIAL, Kind.TRIAL),
}


class Counted(NamedTuple):
    """What of a subscription says in which sums it counts, and with what, named as its columns are."""

    status: str
    is_auto_renewed: bool
    period_end: date
    anchor_on: date
    interval: str
    currency: str
    product: str
    period_minor: int | None
    cash_on: date | None


CycleKey = tuple[Kind, date, int, str, str]


def sums_of(one: Counted) -> Iterator[tuple[CycleKey, int]]:
    """The keys (as `CYCLE_KEY`) of the sums that it counts in, once each, and its minor units there."""
    kinds = KINDS.get(Status(one.status))
    if kinds is None:
        return
    minor, day = one.period_minor or 0, one.period_end
    anchor_day = one.anchor_on.day if one.anchor_on.day != day.day else 0
    yield (kinds[one.is_auto_renewed], day, anchor_day, one.interval, one.currency), minor
    if one.cash_on is not None:
        yield (Kind.CASH, month_of(one.cash_on), 0, one.interval, one.currency), minor
