"""Recognition: earned by days, in the months after the issue, nothing lost (billing rules §10)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.money import Money
from data.period import Period, months_after
from services.rules.recognition import (
    Schedule,
    by_month,
    deferred_after,
    month_of,
    recognised_in,
    recognised_until,
    rest_of,
)
from tests.services.rules.makers import day, euro, span

YEAR = Schedule(euro("365.00"), span("2026-01-01", "2027-01-01"), day("2026-01-01"))


@pytest.mark.parametrize(
    ("until", "earned"),
    [
        ("2025-12-31", "0"),
        ("2026-01-01", "0"),
        ("2026-01-02", "1.00"),
        ("2026-02-01", "31.00"),
        ("2027-06-01", "365.00"),
    ],
)
def test_a_day_earns_its_share(until: str, earned: str) -> None:
    assert recognised_until(YEAR, day(until)) == euro(earned)


def test_days_before_the_month_of_issue_count_in_it() -> None:
    late = Schedule(euro("365.00"), span("2026-01-01", "2027-01-01"), day("2026-03-20"))
    assert recognised_in(late, day("2026-02-01")) == euro("0")
    assert recognised_in(late, day("2026-03-01")) == euro("90.00")  # January to March
    assert recognised_in(late, day("2026-04-01")) == euro("30.00")
    assert deferred_after(late, day("2026-02-01")) == euro("0")
    assert deferred_after(late, day("2026-03-01")) == euro("275.00")


def test_a_credit_reverses_over_the_rest_of_the_line() -> None:
    rest = rest_of(span("2026-03-01", "2026-04-01"), day("2026-03-15"))
    assert rest == span("2026-03-15", "2026-04-01")
    over = rest_of(span("2026-03-01", "2026-04-01"), day("2026-06-10"))
    assert over.days == 0
    credit = Schedule(euro("-50.00"), over, day("2026-06-10"))  # nothing left to spread over: at once
    assert recognised_in(credit, day("2026-06-01")) == euro("-50.00")


@given(
    st.integers(-(10**9), 10**9),
    st.dates(day("2020-01-01"), day("2030-01-01")),
    st.integers(0, 800),
    st.integers(-400, 400),
)
def test_invoiced_is_recognised_and_deferred_in_every_month(minor: int, start: date, days: int, shift: int) -> None:
    period = Period(start, start + timedelta(days=days))
    schedule = Schedule(Money(minor, "EUR"), period, period.start + timedelta(days=shift))
    month, total = schedule.issued_on.replace(day=1), 0
    for _ in range(45):
        total += recognised_in(schedule, month).minor
        assert total + deferred_after(schedule, month).minor == minor
        month = months_after(month, 1)
    assert total == minor


@given(
    st.integers(-(10**9), 10**9),
    st.dates(day("2020-01-01"), day("2030-01-01")),
    st.integers(0, 800),
    st.integers(-400, 400),
)
def test_all_months_at_once_are_the_months_one_by_one(minor: int, start: date, days: int, shift: int) -> None:
    period = Period(start, start + timedelta(days=days))
    schedule = Schedule(Money(minor, "EUR"), period, period.start + timedelta(days=shift))
    month, wanted = schedule.issued_on.replace(day=1), {}
    for _ in range(45):
        if earned := recognised_in(schedule, month).minor:
            wanted[month_of(month)] = earned
        month = months_after(month, 1)
    assert {month: part for month, part in by_month(minor, period, schedule.issued_on) if part} == wanted
