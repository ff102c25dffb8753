"""The use of seats: what makes one used, idle, excluded or unknown, and that it is always one of the four."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.usage import Feed, SeatFacts, SeatUse, Use, UsePolicy, Why, use_of

TODAY = date(2026, 11, 24)
POLICY = UsePolicy()
OLD = SeatFacts(date(2025, 1, 1))
FRESH = Feed(date(2024, 11, 1), date(2026, 11, 23))


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (0, Use(SeatUse.USED, Why.IN_USE)),
        (29, Use(SeatUse.USED, Why.IN_USE)),  # the last 30 days: today and the 29 before
        (30, Use(SeatUse.USED, Why.SEEN)),
        (90, Use(SeatUse.USED, Why.SEEN)),  # 89 quiet days up to the feed's newest, yesterday
        (91, Use(SeatUse.IDLE, Why.NOT_SEEN, date(2026, 8, 25))),
    ],
)
def test_thirty_days_are_use_and_ninety_without_idleness(seen: int, expected: Use) -> None:
    assert use_of(replace(OLD, last_seen_on=ago(seen)), FRESH, POLICY, TODAY) == expected


def test_a_seat_never_seen_is_idle_since_it_was_assigned() -> None:
    assert use_of(OLD, FRESH, POLICY, TODAY) == Use(SeatUse.IDLE, Why.NOT_SEEN, date(2025, 1, 1))


@pytest.mark.parametrize(
    ("seat", "why"),
    [
        (SeatFacts(ago(29)), Why.YOUNG),
        (replace(OLD, is_pending=True), Why.PENDING),
        (replace(OLD, is_excluded=True), Why.EXCLUDED_USER),
    ],
)
def test_some_are_never_called_idle(seat: SeatFacts, why: Why) -> None:
    assert use_of(seat, FRESH, POLICY, TODAY) == Use(SeatUse.EXCLUDED, why)
    used = use_of(replace(seat, last_seen_on=ago(1)), FRESH, POLICY, TODAY)
    assert used == Use(SeatUse.USED, Why.IN_USE)  # but used they may be


def test_a_seat_of_thirty_days_is_young_no_more() -> None:
    assert use_of(SeatFacts(ago(30)), FRESH, POLICY, TODAY).use is SeatUse.IDLE


def test_without_a_feed_that_names_users_nothing_is_said() -> None:
    for seat in (OLD, replace(OLD, is_pending=True), SeatFacts(ago(1))):
        assert use_of(seat, None, POLICY, TODAY) == Use(SeatUse.NO_EVIDENCE, Why.NO_FEED)


def test_an_old_feed_claims_no_idleness_but_what_it_saw_was_seen() -> None:
    for days, use in ((7, SeatUse.IDLE), (8, SeatUse.NO_EVIDENCE)):
        assert use_of(OLD, Feed(FRESH.since, ago(days)), POLICY, TODAY).use is use
    seen = replace(OLD, last_seen_on=ago(20))
    assert use_of(seen, Feed(FRESH.since, ago(20)), POLICY, TODAY) == Use(SeatUse.USED, Why.IN_USE)


def test_a_feed_must_cover_the_idle_days_or_the_seats_whole_life() -> None:
    short = Feed(ago(60), ago(1))
    assert use_of(OLD, short, POLICY, TODAY) == Use(SeatUse.NO_EVIDENCE, Why.SHORT)
    assert use_of(SeatFacts(ago(60)), short, POLICY, TODAY).use is SeatUse.IDLE
    assert use_of(SeatFacts(ago(61)), short, POLICY, TODAY).use is SeatUse.NO_EVIDENCE
    assert use_of(OLD, Feed(ago(90), ago(1)), POLICY, TODAY).use is SeatUse.IDLE


def test_deliveries_join_where_they_touch() -> None:
    gap = timedelta(days=7)
    january, february = Feed(date(2026, 1, 1), date(2026, 1, 31)), Feed(date(2026, 2, 1), date(2026, 2, 28))
    assert january.joined(february, gap) == february.joined(january, gap) == Feed(january.since, february.until)
    may = Feed(date(2026, 5, 1), date(2026, 5, 31))
    assert january.joined(may, gap) == may.joined(january, gap) == may
    assert may.joined(Feed(date(2026, 5, 3), date(2026, 5, 4)), gap) == may


days = st.integers(-5, 400).map(ago)
policies = st.builds(
    UsePolicy,
    in_use_days=st.integers(1, 60),
    idle_days=st.integers(1, 200),
    young_days=st.integers(0, 60),
    stale_days=st.integers(0, 30),
)
feeds = st.tuples(days, days).map(lambda pair: Feed(min(pair), max(pair)))
seats = st.builds(SeatFacts, days, st.none() | days, st.booleans(), st.booleans())


@given(st.lists(seats, max_size=30), st.none() | feeds, policies)
def test_excluded_and_idle_and_used_and_no_evidence_are_all(
    assigned: list[SeatFacts], feed: Feed | None, policy: UsePolicy
) -> None:
    counts = Counter(use_of(seat, feed, policy, TODAY).use for seat in assigned)
    assert sum(counts[use] for use in SeatUse) == len(assigned)
    if feed is None:
        assert counts[SeatUse.NO_EVIDENCE] == len(assigned)
    elif feed.is_stale(policy, TODAY):
        assert not counts[SeatUse.IDLE]


@given(seats, st.none() | feeds, policies)
def test_nobody_is_called_idle_who_may_not_be(seat: SeatFacts, feed: Feed | None, policy: UsePolicy) -> None:
    found = use_of(seat, feed, policy, TODAY)
    if found.use is SeatUse.IDLE:
        assert feed and not feed.is_stale(policy, TODAY)
        assert not seat.is_pending and not seat.is_excluded
        assert (TODAY - seat.held_since).days >= policy.young_days
        assert found.idle_since and found.idle_since >= seat.held_since
    assert (found.idle_since is not None) == (found.use is SeatUse.IDLE)


@given(seats, feeds, policies, st.integers(1, 100))
def test_more_activity_never_makes_a_seat_idle(seat: SeatFacts, feed: Feed, policy: UsePolicy, more: int) -> None:
    before = use_of(seat, feed, policy, TODAY).use
    later = (seat.last_seen_on or ago(400)) + timedelta(days=more)
    if before is SeatUse.USED:
        assert use_of(replace(seat, last_seen_on=later), feed, policy, TODAY).use is SeatUse.USED


@given(feeds, feeds, st.integers(0, 20))
def test_the_order_of_deliveries_does_not_matter(one: Feed, other: Feed, days: int) -> None:
    gap = timedelta(days=days)
    assert one.joined(other, gap) == other.joined(one, gap)
    assert one.joined(one, gap) == one
