"""Periods: half-open days, boundaries counted from the anchor."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.period import (
    Interval,
    Period,
    anchor_on_or_before,
    boundary,
    boundary_from,
    full_interval_ending,
    next_boundary_after,
    period_at,
    period_containing,
)

days = st.dates(date(2000, 1, 1), date(2080, 1, 1))
intervals = st.sampled_from(Interval)


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("anchor", "interval", "boundaries"),
    [
        ("2026-01-31", Interval.MONTH, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        ("2024-02-29", Interval.YEAR, ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]),
        ("2021-01-31", Interval.QUARTER, ["2021-01-31", "2021-04-30", "2021-07-31", "2021-10-31", "2022-01-31"]),
        ("2023-12-15", Interval.MONTH, ["2023-12-15", "2024-01-15", "2024-02-15"]),
    ],
)
def test_a_month_end_anchor_survives_february(anchor: str, interval: Interval, boundaries: list[str]) -> None:
    assert [boundary(day(anchor), interval, n).isoformat() for n in range(len(boundaries))] == boundaries


@given(days, intervals, st.integers(-30, 30))
def test_each_period_starts_where_the_last_one_ends(anchor_on: date, interval: Interval, n: int) -> None:
    here, following = period_at(anchor_on, interval, n), period_at(anchor_on, interval, n + 1)
    assert here.end == following.start
    assert here.days > 27
    # the anchor's day, or the last of a month too short for it
    assert here.end.day == anchor_on.day or ((here.end + timedelta(days=1)).day == 1 and here.end.day < anchor_on.day)


@given(days, intervals, days)
def test_every_day_lies_in_one_period_of_the_grid(anchor_on: date, interval: Interval, on: date) -> None:
    period = period_containing(anchor_on, interval, on)
    assert period.contains(on)
    assert next_boundary_after(anchor_on, interval, on) == period.end > on
    assert full_interval_ending(interval, period.end, anchor_on.day) == period


@pytest.mark.parametrize(
    ("on", "left"),
    [
        ("2026-02-28", 31),  # before it starts all is unused
        ("2026-03-01", 31),
        ("2026-03-15", 17),  # the day itself counts as unused: 15..31 March
        ("2026-03-31", 1),
        ("2026-04-01", 0),
        ("2027-01-01", 0),
    ],
)
def test_days_left_include_the_day(on: str, left: int) -> None:
    march = Period(day("2026-03-01"), day("2026-04-01"))
    assert march.left_on(day(on)) == left


def test_a_period_is_half_open() -> None:
    march = Period(day("2026-03-01"), day("2026-04-01"))
    assert march.days == 31
    assert march.contains(day("2026-03-01")) and march.contains(day("2026-03-31"))
    assert not march.contains(day("2026-04-01")) and not march.contains(day("2026-02-28"))
    assert march.last_day == day("2026-03-31")


def test_a_period_may_be_empty_but_never_runs_backwards() -> None:
    assert Period(day("2026-03-01"), day("2026-03-01")).days == 0
    with pytest.raises(ValueError):
        Period(day("2026-03-02"), day("2026-03-01"))


def test_the_overlap_counts_common_days() -> None:
    march = Period(day("2026-03-01"), day("2026-04-01"))
    assert march.overlap(Period(day("2026-03-15"), day("2026-05-01"))) == 17
    assert march.overlap(Period(day("2026-04-01"), day("2026-05-01"))) == 0


@pytest.mark.parametrize(
    ("through", "interval", "anchor_day", "then"),
    [
        ("2012-05-01", Interval.YEAR, 1, ["2012-05-01", "2013-05-01"]),
        ("2012-04-30", Interval.MONTH, 31, ["2012-04-30", "2012-05-31"]),  # a clamped boundary keeps the day 31
        ("2026-02-28", Interval.QUARTER, 31, ["2026-02-28", "2026-05-31"]),
        ("2026-02-28", Interval.YEAR, 31, ["2026-02-28", "2027-02-28", "2028-02-29"]),
        ("2026-04-30", Interval.YEAR, 31, ["2026-04-30", "2027-04-30"]),
    ],
)
def test_boundaries_go_on_from_a_known_one(through: str, interval: Interval, anchor_day: int, then: list[str]) -> None:
    seen = [boundary_from(day(through), interval, n, anchor_day) for n in range(len(then))]
    assert [on.isoformat() for on in seen] == then
    assert full_interval_ending(interval, seen[-1], anchor_day) == Period(seen[-2], seen[-1])


@pytest.mark.parametrize(
    ("on", "anchor_day", "anchor"), [("2026-02-28", 29, "2026-01-29"), ("2026-06-30", 30, "2026-06-30")]
)
def test_an_anchor_is_a_day_that_there_is(on: str, anchor_day: int, anchor: str) -> None:
    assert anchor_on_or_before(day(on), anchor_day) == day(anchor)


def test_intervals_know_their_months() -> None:
    assert [(interval.months, interval.per_year) for interval in Interval] == [(1, 12), (3, 4), (12, 1)]
