"""When customers are told ahead, and reminded after: trials, renewals, payments (billing rules §6, §7, §8)."""

from collections.abc import Iterable
from datetime import date, timedelta

from services.rules.trials import REMINDER_DAYS as TRIAL_DAYS

RENEWAL_DAYS = (60, 30, 7)  # before the renewal of an annual term
PAYMENT_DAYS = (1, 7, 14)  # past the due day

__all__ = ["PAYMENT_DAYS", "RENEWAL_DAYS", "TRIAL_DAYS", "latest_after", "latest_before"]


def latest_before(counts: Iterable[int], ends_on: date, *, since: date, day: date) -> int | None:
    """Of the days before the end, the one to tell on `day`: the latest that fell after `since`; None when none did.

    Missed ones go out once, the latest only; nothing is announced on or after its day.
    """
    told = [n for n in counts if since < ends_on - timedelta(days=n) <= day]
    return min(told) if told and ends_on > day else None


def latest_after(counts: Iterable[int], due_on: date, *, since: date, day: date) -> int | None:
    """Of the days past due, the latest that fell after `since`, up to `day`."""
    told = [n for n in counts if since < due_on + timedelta(days=n) <= day]
    return max(told) if told else None
