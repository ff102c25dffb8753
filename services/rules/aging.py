"""Aging of open invoices by due day (billing rules §12)."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from data.money import Money


class Bucket(StrEnum):
    """How long an invoice is past its due day."""

    NOT_DUE = "not_due"
    TO_30 = "1-30"
    TO_60 = "31-60"
    TO_90 = "61-90"
    TO_120 = "91-120"
    OVER_120 = "over_120"


_LIMITS = ((0, Bucket.NOT_DUE), (30, Bucket.TO_30), (60, Bucket.TO_60), (90, Bucket.TO_90), (120, Bucket.TO_120))


def days_overdue(due_on: date, as_of: date) -> int:
    """Days past the due day; 0 up to and including it."""
    return max(0, (as_of - due_on).days)


def bucket_of(due_on: date, as_of: date) -> Bucket:
    """The bucket as of the end of that day; due today is not due."""
    late = days_overdue(due_on, as_of)
    return next((bucket for limit, bucket in _LIMITS if late <= limit), Bucket.OVER_120)


def due_days(bucket: Bucket, as_of: date) -> tuple[date | None, date | None]:
    """The first and the last due day of a bucket as of the day; None where it has no bound."""
    place = list(Bucket).index(bucket)
    last = None if place == 0 else as_of - timedelta(days=_LIMITS[place - 1][0] + 1)
    first = None if bucket is Bucket.OVER_120 else as_of - timedelta(days=_LIMITS[place][0])
    return first, last


def buckets(items: Iterable[tuple[date, Money]], *, as_of: date, currency: str) -> dict[Bucket, Money]:
    """The sum of (due day, open amount) per bucket, all buckets present. Raises CurrencyMismatch."""
    sums = {bucket: Money.zero(currency) for bucket in Bucket}
    for due_on, amount in items:
        sums[bucket_of(due_on, as_of)] += amount
    return sums
