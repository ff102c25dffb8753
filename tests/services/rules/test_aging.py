"""Aging: buckets by due day, that day included (billing rules §12)."""

from datetime import timedelta

import pytest

from data.money import CurrencyMismatch, Money
from services.rules.aging import Bucket, bucket_of, buckets, days_overdue, due_days
from tests.services.rules.makers import day, euro


@pytest.mark.parametrize(
    ("due", "bucket", "late"),
    [
        ("2025-07-01", Bucket.NOT_DUE, 0),
        ("2025-06-30", Bucket.NOT_DUE, 0),  # due today
        ("2025-06-29", Bucket.TO_30, 1),
        ("2025-05-31", Bucket.TO_30, 30),
        ("2025-05-30", Bucket.TO_60, 31),
        ("2025-05-01", Bucket.TO_60, 60),
        ("2025-04-30", Bucket.TO_90, 61),
        ("2025-04-01", Bucket.TO_90, 90),
        ("2025-03-31", Bucket.TO_120, 91),
        ("2025-03-02", Bucket.TO_120, 120),
        ("2025-03-01", Bucket.OVER_120, 121),
    ],
)
def test_bounds_are_inclusive(due: str, bucket: Bucket, late: int) -> None:
    assert bucket_of(day(due), day("2025-06-30")) is bucket
    assert days_overdue(day(due), day("2025-06-30")) == late


def test_the_buckets_add_up() -> None:
    items = [(day("2025-07-10"), euro("1000.00")), (day("2025-06-10"), euro("250.50")), (day("2025-06-01"), euro("1"))]
    sums = buckets(items, as_of=day("2025-06-30"), currency="EUR")
    assert list(sums) == list(Bucket)
    assert sums[Bucket.TO_30] == euro("251.50")
    assert Money.total(sums.values(), "EUR") == euro("1251.50")
    with pytest.raises(CurrencyMismatch):
        buckets([(day("2025-07-10"), Money(1, "USD"))], as_of=day("2025-06-30"), currency="EUR")


def test_the_due_days_of_a_bucket_are_those_that_fall_into_it() -> None:
    as_of = day("2025-06-30")
    for bucket in Bucket:
        first, last = due_days(bucket, as_of)
        for distance in range(-10, 200):
            due = as_of - timedelta(days=distance)
            is_within = (first is None or first <= due) and (last is None or due <= last)
            assert is_within == (bucket_of(due, as_of) is bucket)
    assert due_days(Bucket.NOT_DUE, as_of) == (as_of, None)
    assert due_days(Bucket.OVER_120, as_of) == (None, day("2025-03-01"))
