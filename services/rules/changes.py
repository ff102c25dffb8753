"""Changes of a running subscription: the four timings (billing rules §5)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import count

from data.money import Money
from data.period import (
    Interval,
    Period,
    anchor_on_or_before,
    boundary_from,
    full_interval_ending,
    next_boundary_after,
    period_at,
)
from services.errors import Unlawful
from services.rules.derivations import Operation
from services.rules.pricing import Discount, Price, PriceModel
from services.rules.proration import DueLine, OpenLine, charge, credit_seats, credit_unused


class NothingChanges(Unlawful):
    """The change asks for what there is already."""


class ChangeOutsidePeriod(Unlawful):
    """The day is not within the running period: `day`, `starts_on`, `ends_on`."""


class CommonDateMissing(Unlawful):
    """The account has no common date to end on."""


class Timing(StrEnum):
    """When a change takes effect and what it does to the period."""

    RESET = "reset"
    KEEP = "keep"
    RENEWAL = "renewal"
    CO_TERM = "co_term"


@dataclass(frozen=True, slots=True)
class CommonDate:
    """An account's common end, month and day; 02-29 means the last of February."""

    month: int
    day: int

    @classmethod
    def parse(cls, text: str) -> "CommonDate":
        """From "MM-DD". Raises ValueError."""
        on = date.fromisoformat(f"2000-{text}")
        return cls(on.month, on.day)

    def next_after(self, day: date, interval: Interval) -> date:
        """The next one after the day; intervals shorter than a year take only its day of month."""
        anchor = date(2000, self.month, self.day)
        if interval is Interval.YEAR:
            return next_boundary_after(anchor, Interval.YEAR, day)
        return next_boundary_after(date(2000, 1, self.day), Interval.MONTH, day)


@dataclass(frozen=True, slots=True)
class Running:
    """A subscription as it runs: its period and anchor, what it costs, and the charge lines of the period.

    `is_billed_elsewhere`: another system billed the period, so nothing of it can be credited here.
    """

    period: Period
    anchor_on: date
    price: Price
    seats: int
    discount: Discount | None
    lines: tuple[OpenLine, ...]
    is_billed_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What it shall be, in absolute values. A pure seat change carries the running price and discount."""

    price: Price
    seats: int
    discount: Discount | None


@dataclass(frozen=True, slots=True)
class Change:
    """What a change comes to: lines to bill today (none at `renewal`), the period and anchor from then on."""

    timing: Timing
    effective_on: date
    lines: tuple[DueLine, ...]
    period: Period
    anchor_on: date

    @property
    def credits(self) -> tuple[DueLine, ...]:
        return tuple(line for line in self.lines if line.corrections)

    @property
    def charges(self) -> tuple[DueLine, ...]:
        return tuple(line for line in self.lines if not line.corrections)

    def net(self, currency: str) -> Money:
        """Charges less credits, before tax: what the screen shows."""
        return Money.total((line.amount for line in self.lines), currency)


def change(
    running: Running, wanted: Wanted, *, timing: Timing, day: date, common_date: CommonDate | None = None
) -> Change:
    """The change under one timing. The day belongs to the new state; credits count it as unused.

    Raises NothingChanges, ChangeOutsidePeriod, CommonDateMissing, TooFewSeats; CurrencyMismatch between two currencies.
    """
    if (wanted.price, wanted.seats, wanted.discount) == (running.price, running.seats, running.discount):
        raise NothingChanges(field="seats")
    if not running.period.contains(day):
        raise ChangeOutsidePeriod(day=day, starts_on=running.period.start, ends_on=running.period.end)
    if timing is Timing.CO_TERM:
        if common_date is None:
            raise CommonDateMissing(field="co_term_on")
        return _co_term(running, wanted, day, common_date)
    return _WORK[timing](running, wanted, day)


def only_adds_seats(running: Running, wanted: Wanted) -> bool:
    """Whether it asks for more seats at the running price and nothing else: with `keep` that credits nothing."""
    same = (wanted.price, wanted.discount) == (running.price, running.discount)
    return same and running.price.model is PriceModel.PER_SEAT and wanted.seats > running.seats


def default_timing(*, seats_before: int, seats_after: int, rank_before: int, rank_after: int) -> Timing:
    """`renewal` if seats or plan rank fall and nothing rises; otherwise `reset`."""
    falls = seats_after < seats_before or rank_after < rank_before
    rises = seats_after > seats_before or rank_after > rank_before
    return Timing.RENEWAL if falls and not rises else Timing.RESET


def _credits(running: Running, day: date) -> tuple[DueLine, ...]:
    return tuple(credit_unused(line, day) for line in running.lines if line.period.left_on(day) and line.seats_on(day))


def _reset(running: Running, wanted: Wanted, day: date) -> Change:
    period = period_at(day, wanted.price.interval, 0)
    line = charge(wanted.price, seats=wanted.seats, period=period, discount=wanted.discount)
    return Change(Timing.RESET, day, (*_credits(running, day), line), period, day)


def _keep(running: Running, wanted: Wanted, day: date) -> Change:
    interval, old = wanted.price.interval, running.period
    if interval is not running.price.interval:
        return _keep_another_interval(running, wanted, day)
    full = full_interval_ending(interval, old.end, running.anchor_on.day)
    left = Period(day, old.end)
    by_seats = (
        wanted.price == running.price
        and wanted.discount == running.discount
        and running.price.model is PriceModel.PER_SEAT
    )
    added = wanted.seats - running.seats
    if only_adds_seats(running, wanted):
        line = charge(
            wanted.price,
            seats=added,
            period=left,
            full=full,
            discount=wanted.discount,
            operation=Operation.ADDED_SEATS,
        )
        return Change(Timing.KEEP, day, (line,), old, running.anchor_on)
    if by_seats:
        open_lines = [line for line in running.lines if line.period.left_on(day) and line.seats_on(day)]
        held = sum(line.seats_on(day) for line in open_lines)  # fewer where a period at 0.00 has no document
        given_back = min(-added, held)
        lines = (credit_seats(open_lines, day, seats=given_back, period=full),) if given_back else ()
        return Change(Timing.KEEP, day, lines, old, running.anchor_on)
    line = charge(wanted.price, seats=wanted.seats, period=left, full=full, discount=wanted.discount)
    return Change(Timing.KEEP, day, (*_credits(running, day), line), old, running.anchor_on)


def _keep_another_interval(running: Running, wanted: Wanted, day: date) -> Change:
    # The anchor's day of month stays; the full interval that is running says in which month the new one begins,
    # whatever cut its period short before.
    interval, anchor_day = wanted.price.interval, running.anchor_on.day
    began = full_interval_ending(running.price.interval, running.period.end, anchor_day).start
    n = next(n for n in count(1) if boundary_from(began, interval, n, anchor_day) > day)
    full = Period(boundary_from(began, interval, n - 1, anchor_day), boundary_from(began, interval, n, anchor_day))
    return _until(Timing.KEEP, running, wanted, Period(day, full.end), full, running.anchor_on)


def _co_term(running: Running, wanted: Wanted, day: date, common_date: CommonDate) -> Change:
    interval = wanted.price.interval
    end = common_date.next_after(day, interval)
    full = full_interval_ending(interval, end, common_date.day)
    anchor_on = anchor_on_or_before(end, common_date.day)
    return _until(Timing.CO_TERM, running, wanted, Period(day, end), full, anchor_on)


def _until(timing: Timing, running: Running, wanted: Wanted, period: Period, full: Period, anchor_on: date) -> Change:
    line = charge(wanted.price, seats=wanted.seats, period=period, full=full, discount=wanted.discount)
    return Change(timing, period.start, (*_credits(running, period.start), line), period, anchor_on)


def _renewal(running: Running, wanted: Wanted, day: date) -> Change:
    return Change(Timing.RENEWAL, running.period.end, (), running.period, running.anchor_on)


_WORK: Mapping[Timing, Callable[[Running, Wanted, date], Change]] = {
    Timing.RESET: _reset,
    Timing.KEEP: _keep,
    Timing.RENEWAL: _renewal,
}
