"""Trials: how long, for how many, what follows, and who may have one (billing rules §6)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from data.period import Period, months_after
from services.errors import Unlawful

EXTENSION_LIMIT = 30  # days in all; beyond them somebody approves
MONTHS_BETWEEN = 12
REMINDER_DAYS = (7, 3, 1)


class ExtensionOverLimit(Unlawful):
    """More days than a trial may be extended by in all: `limit`, `asked`."""


class NotATrial(Unlawful):
    """The subscription is no trial, or not any more: `product`."""


class TrialOver(Unlawful):
    """The trial has ended; it can still be converted: `product`, `ended_on`."""


class EndAction(StrEnum):
    """What happens when a trial ends."""

    EXPIRE = "expire"
    CONVERT = "convert"
    DOWNGRADE_TO_FREE = "downgrade_to_free"


@dataclass(frozen=True, slots=True)
class TrialPolicy:
    """A product's trial. `to_plan`: where `downgrade_to_free` goes."""

    days: int = 14
    seats: int = 10
    end_action: EndAction = EndAction.EXPIRE
    to_plan: str | None = None

    def __post_init__(self) -> None:
        if self.days < 1 or self.seats < 1:
            raise ValueError("a trial has days and seats")
        if (self.end_action is EndAction.DOWNGRADE_TO_FREE) != (self.to_plan is not None):
            raise ValueError("a downgrade, and only it, names a plan")


def trial_period(starts_on: date, policy: TrialPolicy) -> Period:
    """The trial's days; the end is exclusive, so it is the first paid day of a conversion."""
    return Period(starts_on, starts_on + timedelta(days=policy.days))


def with_policy(period: Period, policy: TrialPolicy) -> Period:
    """The trial under another plan's policy: counted from its own start, never a second trial."""
    return trial_period(period.start, policy)


def extended(period: Period, policy: TrialPolicy, *, days: int, limit: int = EXTENSION_LIMIT) -> Period:
    """The trial so many days longer. Raises ExtensionOverLimit when all extensions together pass the limit."""
    asked = period.days - policy.days + days
    if days < 1 or asked > limit:
        raise ExtensionOverLimit(field="days", limit=limit, asked=asked)
    return Period(period.start, period.end + timedelta(days=days))


def plan_after(policy: TrialPolicy | None, plan: str) -> str | None:
    """The plan a trial of `plan` goes on with by itself when it ends; None when it expires."""
    if policy is None or policy.end_action is EndAction.EXPIRE:
        return None
    return plan if policy.end_action is EndAction.CONVERT else policy.to_plan


def suggested_seats(*, in_use: int, tried: int, minimum: int) -> int:
    """The quantity a conversion begins with: the seats in use, those tried where none is, at least the minimum."""
    return max(in_use or tried, minimum)


def next_trial_on(began_on: date) -> date:
    """The first day on which the product may be tried again."""
    return months_after(began_on, MONTHS_BETWEEN)
