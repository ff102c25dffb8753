"""What a night does to a subscription: starts, ends, conversions, scheduled changes, renewals (billing rules §7)."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from data.money import Money
from data.period import Period
from services.rules import pricing
from services.rules.conversions import Conversion, conversion
from services.rules.lifecycle import Status
from services.rules.pricing import Discount, Price, check_seats
from services.rules.proration import DueLine, charge
from services.rules.scheduled import ScheduledFields, Terms, renewed
from services.rules.trials import TrialPolicy, plan_after


class StepKind(StrEnum):
    """What happened at a boundary; also the kind of the subscription's event."""

    STARTED = "started"
    RENEWED = "renewed"
    CHANGED = "renewed_changed"
    CONVERTED = "trial_converted"
    DOWNGRADED = "trial_downgraded"
    EXPIRED = "trial_expired"
    ENDED = "ended"
    CANCELLED = "cancelled"


class Standing(NamedTuple):
    """A subscription as it stands; `trial`: the product's policy, for a trial."""

    subscription_id: int
    status: Status
    is_trial: bool
    price: Price
    seats: int
    seats_assigned: int
    discount: Discount | None
    anchor_on: date
    period: Period
    sequence: int
    is_auto_renewed: bool = True
    scheduled: ScheduledFields | None = None
    trial: TrialPolicy | None = None

    @property
    def yearly(self) -> Money:
        """Recurring revenue of a year, exact; nothing for a trial or one that ended."""
        if self.is_trial or not self.status.is_live:
            return Money.zero(self.price.currency)
        return pricing.yearly_amount(self.price, seats=self.seats, discount=self.discount)


class Offers(NamedTuple):
    """What is sold to the account: all prices of all days in its currency, its standing discounts by plan."""

    currency: str
    prices: Collection[Price]
    standing: Mapping[str, Discount]


class Step(NamedTuple):
    """One boundary: the subscription before and after it, and what is charged for the period that begins there.

    `applied`: what of a scheduled change took effect; `left`: what of it waits on, with its reason.
    """

    day: date
    kind: StepKind
    before: Standing
    after: Standing
    line: DueLine | None = None
    applied: ScheduledFields | None = None
    left: ScheduledFields | None = None
    conversion: Conversion | None = None


def steps(standing: Standing, offers: Offers, day: date) -> Iterator[Step]:
    """Every boundary up to and including the day, in order. Raises NoPrice, TooFewSeats."""
    while True:
        step = _step(standing, offers, day)
        if step is None:
            return
        yield step
        standing = step.after


def _step(now: Standing, offers: Offers, day: date) -> Step | None:
    if now.status is Status.SCHEDULED:
        return _start(now) if now.period.start <= day else None
    ended_on = now.period.end
    if ended_on > day or not now.status.is_live:
        return None
    if now.status is Status.PENDING_CANCELLATION:
        return _moved(now, ended_on, StepKind.CANCELLED, Status.CANCELLED)
    if now.is_trial:
        return _trial_end(now, offers, ended_on)
    if not now.is_auto_renewed:
        return _moved(now, ended_on, StepKind.ENDED, Status.EXPIRED)
    return _renewal(now, offers, ended_on)


def _start(now: Standing) -> Step:
    """Begin on the first day. An order has billed the first period; of what was imported ahead nobody has."""
    started = _moved(now, now.period.start, StepKind.STARTED, Status.ACTIVE)
    if now.sequence:
        return started
    line = charge(now.price, seats=now.seats, period=now.period, discount=now.discount)
    return started._replace(after=started.after._replace(sequence=1), line=line)


def _moved(now: Standing, day: date, kind: StepKind, to: Status) -> Step:
    return Step(day, kind, now, now._replace(status=to))


def _trial_end(now: Standing, offers: Offers, day: date) -> Step:
    plan = plan_after(now.trial, now.price.plan)
    if plan is None:
        return _moved(now, day, StepKind.EXPIRED, Status.EXPIRED)
    kind = StepKind.CONVERTED if plan == now.price.plan else StepKind.DOWNGRADED
    done = conversion(
        offers.prices,
        offers.standing,
        plan=plan,
        currency=offers.currency,
        interval=now.price.interval,
        seats=now.seats,
        on=day,
    )
    after = now._replace(
        status=Status.ACTIVE,
        is_trial=False,
        price=done.price,
        seats=done.seats,
        discount=done.discount,
        anchor_on=day,
        period=done.period,
        sequence=now.sequence + 1,
    )
    return Step(day, kind, now, after, done.line, conversion=done)


def _renewal(now: Standing, offers: Offers, day: date) -> Step:
    done = renewed(
        Terms(now.price, now.seats, now.discount),
        now.scheduled,
        anchor_on=now.anchor_on,
        ended_on=day,
        seats_assigned=now.seats_assigned,
        prices=offers.prices,
        standing=offers.standing,
    )
    terms, applied, left = done.terms, done.applied, done.left
    if (terms.price, terms.seats) != (now.price, now.seats):  # what runs below a minimum was agreed so
        check_seats(terms.price, terms.seats)
    after = now._replace(
        price=terms.price,
        seats=terms.seats,
        discount=terms.discount,
        anchor_on=done.anchor_on,
        period=done.period,
        sequence=now.sequence + 1,
        scheduled=left,
    )
    changes = applied is not None and (applied.names_terms or applied.takes_new_price)
    kind = StepKind.CHANGED if changes else StepKind.RENEWED
    return Step(day, kind, now, after, done.line, applied=applied if changes else None, left=left)
