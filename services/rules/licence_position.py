"""A licence position: what an account had bought, assigned and in use on a day, subscription by subscription."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from data.money import Money
from data.period import Interval, Period
from services.rules.lifecycle import Status
from services.rules.usage import Feed, UsePolicy


@dataclass(frozen=True, slots=True)
class State:
    """A subscription as an event of its history left it."""

    plan: str
    seats: int
    interval: Interval
    status: Status
    period: Period


@dataclass(frozen=True, slots=True)
class PositionLine:
    """A subscription on the day. `yearly`: what it came to in a year, before tax; nothing for a trial.

    `in_use`: None where no feed names users of that day, so that nothing can be said. `evidence_until`: the newest day
    that was told of, not after the day itself; `names_users`: whether it was told who used it.
    """

    subscription_id: int
    reference: str
    product: str
    product_name: str
    plan_name: str
    state: State
    assigned: int
    pending: int
    in_use: int | None
    yearly: Money
    evidence_until: date | None
    names_users: bool

    @property
    def bought(self) -> int:
        """Seats."""
        return self.state.seats

    @property
    def free(self) -> int:
        """Seats that nobody had."""
        return self.bought - self.assigned

    @property
    def monthly(self) -> Money:
        """A twelfth of the year."""
        return self.yearly.share(Fraction(1, 12))

    @property
    def per_seat(self) -> Money:
        """What a bought seat came to in a month."""
        return self.yearly.share(Fraction(1, 12 * self.bought))

    @property
    def renews(self) -> bool:
        """Whether it went on after its period, as far as was known that day."""
        return self.state.status in (Status.ACTIVE, Status.SCHEDULED)

    def evidence_age(self, day: date) -> int | None:
        """Days from the newest evidence to the day."""
        return (day - self.evidence_until).days if self.evidence_until else None


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of a position's lines; `in_use` of those that something can be said of, None where of none."""

    bought: int
    assigned: int
    pending: int
    in_use: int | None
    free: int
    monthly: Money


def state_on(told: Iterable[Mapping[str, Any]]) -> State | None:
    """The state after the last of a subscription's events up to a day, in their order; None before the first.

    `told`: what each event says of the time after it. Those that tell of what is only scheduled change nothing.
    """
    last = None
    for after in told:
        if "status" in after:
            last = after
    if last is None:
        return None
    start, end = (date.fromisoformat(day) for day in last["period"])
    period = Period(start, end)
    return State(last["plan"], int(last["seats"]), Interval(last["interval"]), Status(last["status"]), period)


def evidence_on(named: Feed | None, unnamed: Feed | None, day: date) -> tuple[date | None, bool]:
    """The newest day told of up to the day, and whether users were named."""
    for feed, names in ((named, True), (unnamed, False)):
        if feed is not None and feed.since <= day:
            return min(feed.until, day), names
    return None, False


def counts_use(named: Feed | None, policy: UsePolicy, day: date) -> bool:
    """Whether the days that count as in use, up to the day, are told of by name at all."""
    if named is None:
        return False
    return named.since <= day and (day - named.until).days < policy.in_use_days


def totals(lines: Sequence[PositionLine], currency: str) -> Totals:
    """The sums of the lines, all of one currency."""
    known = [line.in_use for line in lines if line.in_use is not None]
    return Totals(
        bought=sum(line.bought for line in lines),
        assigned=sum(line.assigned for line in lines),
        pending=sum(line.pending for line in lines),
        in_use=sum(known) if known else None,
        free=sum(line.free for line in lines),
        monthly=Money.total((line.yearly for line in lines), currency).share(Fraction(1, 12)),
    )
