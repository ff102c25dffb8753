"""What is ordered, and what it was worked out to: items, quoted items and the quote of an order."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from data.money import Money
from data.period import Interval, Period
from services.errors import Refusal
from services.rules import pricing
from services.rules.changes import Running, Timing
from services.rules.order_facts import PlanFacts
from services.rules.pricing import Discount, Price
from services.rules.proration import DueLine, LineKind
from services.rules.scheduled import ScheduledFields


class ItemKind(StrEnum):
    """What is ordered."""

    PURCHASE = "purchase"
    TRIAL = "trial"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class OrderItem:
    """One item: a purchase, a trial, or what an owned subscription shall be: plan, seats and interval, all absolute.

    `subscription_id`: what is changed, or the trial that a purchase converts. `starts_on` None: today; for a purchase
    only. `discount` None: the account's standing one; of a change: the present one, or with another plan or interval
    the standing one of the new plan; 0 percent takes a change's discount away. `timing` of a change, None: the default.
    `replaces_scheduled`: knowingly instead of what waits for the renewal.
    """

    kind: ItemKind
    plan: str
    seats: int
    interval: Interval = Interval.MONTH
    starts_on: date | None = None
    discount: Discount | None = None
    discount_reason: str = ""
    subscription_id: int | None = None
    timing: Timing | None = None
    replaces_scheduled: bool = False
    cart_line_id: int | None = None


@dataclass(frozen=True, slots=True)
class Before:
    """An owned subscription before its change: as it runs, its plan, and what waits for its renewal already."""

    plan: PlanFacts
    running: Running
    scheduled: ScheduledFields | None = None


@dataclass(frozen=True, slots=True)
class QuotedItem:
    """An item worked out: its lines (none for a trial), the period it opens, what a full period costs at list and net.

    `effective_on`: the day it begins to hold; a change at the renewal has the running period and no lines.
    `converts`: the running trial that a purchase turns into a paid subscription, its seats kept. `timing`, `before`: of
    a change; `schedules`: the fields that one at the renewal stores. `opens_period`: whether a new period begins.
    """

    item: OrderItem
    plan: PlanFacts
    price: Price
    discount: Discount | None
    period: Period
    anchor_on: date
    lines: tuple[DueLine, ...]
    full_price: Money
    list_price: Money
    effective_on: date
    reference: str = ""
    converts: int | None = None
    timing: Timing | None = None
    is_default_timing: bool = False
    before: Before | None = None
    schedules: ScheduledFields | None = None
    opens_period: bool = True

    @property
    def renews_on(self) -> date | None:
        """The day of the next charge; None for a trial."""
        return None if self.item.kind is ItemKind.TRIAL else self.period.end

    @property
    def trial_ends_on(self) -> date | None:
        """The first day after the trial; None for anything else."""
        return self.period.end if self.item.kind is ItemKind.TRIAL else None

    @property
    def net(self) -> Money:
        """Charges less credits, before tax."""
        return Money.total((line.amount for line in self.lines), self.price.currency)

    @property
    def seats_before(self) -> int:
        """Seats before a change; 0 for anything else."""
        return self.before.running.seats if self.before else 0

    @property
    def yearly_before(self) -> Money:
        """The yearly amount of the full-period line before a change; 0 for anything else."""
        if self.before is None:
            return Money.zero(self.price.currency)
        now = self.before.running
        return pricing.yearly_amount(now.price, seats=now.seats, discount=now.discount)

    @property
    def yearly_after(self) -> Money:
        """The yearly amount from `effective_on` on; 0 for a trial."""
        if self.item.kind is ItemKind.TRIAL:
            return Money.zero(self.price.currency)
        return pricing.yearly_amount(self.price, seats=self.item.seats, discount=self.discount)

    @property
    def undone_at_renewal(self) -> ScheduledFields | None:
        """What waits for the renewal, where it would take back a plan or interval that is changed today."""
        waiting = self.before.scheduled if self.before else None
        if waiting is None or self.before is None or self.schedules is not None:
            return None
        now = self.before.running.price
        plan_undone = waiting.plan not in (None, self.price.plan) and now.plan != self.price.plan
        interval_undone = waiting.interval not in (None, self.price.interval) and now.interval != self.price.interval
        return waiting if plan_undone or interval_undone else None


@dataclass(frozen=True, slots=True)
class Quote:
    """The items that could be worked out, and why the others could not: (position, refusal)."""

    items: tuple[QuotedItem, ...]
    refusals: tuple[tuple[int, Refusal], ...]
    currency: str

    def lines(self, kind: LineKind) -> tuple[tuple[QuotedItem, DueLine], ...]:
        """All lines of a kind, each with its item, in the order of the items."""
        return tuple((item, line) for item in self.items for line in item.lines if line.kind is kind)

    @property
    def bills(self) -> bool:
        """Whether an invoice will be issued."""
        return bool(self.lines(LineKind.CHARGE))
