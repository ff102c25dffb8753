"""Recognition: earned by days, in the months after the issue, nothing lost (billing rules §10)."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.money import round_half_away
from data.period import Period, months_after
from services.rules.recognition import by_month, month_of
from tests.services.rules.makers import day, span

YEAR = span("2026-01-01", "2027-01-01")


def earned_until(minor: int, period: Period, until: date) -> int:
    """The rule word for word: round(amount × days elapsed / days)."""
    if not period.days:
        return minor if until > period.start else 0
    return round_half_away(Fraction(minor * (period.days - period.left_on(until)), period.days))


def test_a_month_earns_its_days() -> None:
    months = by_month(36500, YEAR, day("2026-01-01"))  # 1.00 a day
    assert months[:3] == [(202601, 3100), (202602, 2800), (202603, 3100)]
    assert len(months) == 12


def test_days_before_the_month_of_issue_count_in_it() -> None:
    months = by_month(36500, YEAR, day("2026-03-20"))
    assert months[:2] == [(202603, 9000), (202604, 3000)]  # January to March, then April
    assert sum(minor for month, minor in months if month > 202603) == 27500  # deferred at the end of March


def test_a_period_without_days_is_earned_at_once() -> None:
    over = span("2026-04-01", "2026-04-01")  # a line's rest, credited after its end
    assert by_month(-5000, over, day("2026-06-10")) == [(202606, -5000)]


@pytest.mark.parametrize("minor", [0, 1, -1, 36500, -36501])
def test_a_credit_mirrors_its_charge(minor: int) -> None:
    mirrored = [(month, -part) for month, part in by_month(minor, YEAR, YEAR.start)]
    assert by_month(-minor, YEAR, YEAR.start) == mirrored


@given(
    st.integers(-(10**9), 10**9),
    st.dates(day("2020-01-01"), day("2030-01-01")),
    st.integers(0, 800),
    st.integers(-400, 400),
)
def test_what_is_earned_by_a_months_end_follows_the_rule(minor: int, start: date, days: int, shift: int) -> None:
    period = Period(start, start + timedelta(days=days))
    issued_on = start + timedelta(days=shift)
    months = dict(by_month(minor, period, issued_on))
    month, total = issued_on.replace(day=1), 0
    assert min(months, default=month_of(month)) >= month_of(month)
    for _ in range(45):
        total += months.pop(month_of(month), 0)
        month = months_after(month, 1)
        assert total == earned_until(minor, period, month)
    assert total == minor and not months
