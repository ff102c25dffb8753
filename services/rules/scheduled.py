"""Changes scheduled for a renewal: what is stored of them, and what a subscription is from its boundary on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from data.period import Interval, Period
from services.errors import Conflict, Unlawful
from services.rules.new_lines import renewal_line
from services.rules.pricing import Discount, Price, price_on
from services.rules.proration import DueLine

SEATS_IN_USE = "seats_in_use"


class ChangeScheduledAlready(Conflict):
    """Another change waits, to be replaced only knowingly: `renews_on`, `scheduled` (ScheduledFields)."""


class NothingScheduled(Unlawful):
    """No change of the subscription waits for its renewal."""


@dataclass(frozen=True, slots=True)
class ScheduledFields:
    """The fields that a scheduled change names, as absolute values; None: as it runs by then.

    `takes_new_price`: the price valid on the day of the renewal. `changes_discount`: `discount` replaces what there is
    (None: no discount). `waits_for`: why it could not be applied when it was due.
    """

    plan: str | None = None
    interval: Interval | None = None
    seats: int | None = None
    takes_new_price: bool = False
    changes_discount: bool = False
    discount: Discount | None = None
    discount_reason: str = ""
    waits_for: str = ""

    @property
    def names_terms(self) -> bool:
        """Whether it names more than a new price: what another change would undo."""
        return self.plan is not None or self.interval is not None or self.seats is not None or self.changes_discount


class Terms(NamedTuple):
    """What a subscription runs at: price row (and with it plan and interval), seats and discount."""

    price: Price
    seats: int
    discount: Discount | None
    discount_reason: str = ""


class Renewed(NamedTuple):
    """A subscription from its boundary on: terms, period, anchor and the line of the period in full.

    `applied`: the fields that took effect (None: nothing was scheduled). `left`: what waits on, with its reason.
    """

    terms: Terms
    period: Period
    anchor_on: date
    line: DueLine
    applied: ScheduledFields | None = None
    left: ScheduledFields | None = None


def renewed(
    running: Terms,
    scheduled: ScheduledFields | None,
    *,
    anchor_on: date,
    ended_on: date,
    seats_assigned: int,
    prices: Iterable[Price],
    standing: Mapping[str, Discount],
) -> Renewed:
    """What the subscription is from the boundary on, scheduled changes applied (billing rules §3, §5, §7).

    A plan or interval change takes the price valid on the day and the account's standing discount of the plan unless
    the change names one; a price change keeps the discount; a seat change keeps both. A fall below the seats assigned
    waits, alone: what else was scheduled takes effect. `prices`: of the plans concerned, in the account's currency.
    Raises NoPrice.
    """
    if scheduled is None:
        return _from(running, anchor_on, ended_on)
    left = None
    if scheduled.seats is not None and scheduled.seats < seats_assigned:
        left = ScheduledFields(seats=scheduled.seats, waits_for=SEATS_IN_USE)
        scheduled = replace(scheduled, seats=None)
    terms = applied(running, scheduled, day=ended_on, prices=prices, standing=standing)
    return _from(terms, anchor_on, ended_on)._replace(applied=scheduled, left=left)


def applied(
    running: Terms, fields: ScheduledFields, *, day: date, prices: Iterable[Price], standing: Mapping[str, Discount]
) -> Terms:
    """The terms with the fields named put in, on a day. Raises NoPrice."""
    price, discount, reason = running.price, running.discount, running.discount_reason
    plan, interval = fields.plan or price.plan, fields.interval or price.interval
    if (plan, interval) != (price.plan, price.interval):
        discount, reason = standing.get(plan), ""
        price = price_on(prices, plan=plan, currency=price.currency, interval=interval, day=day)
    elif fields.takes_new_price:
        price = price_on(prices, plan=plan, currency=price.currency, interval=interval, day=day)
    if fields.changes_discount:
        discount, reason = fields.discount, fields.discount_reason
    return Terms(price, fields.seats or running.seats, discount, reason)


def _from(terms: Terms, anchor_on: date, ended_on: date) -> Renewed:
    line = renewal_line(terms.price, seats=terms.seats, anchor_on=anchor_on, ended_on=ended_on, discount=terms.discount)
    return Renewed(terms, line.period, anchor_on, line)
