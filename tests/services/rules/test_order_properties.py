"""What holds whatever the order and the cut: changes of one day, a period in two parts, tiers that rise."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.period import Interval, Period
from services.rules.changes import NothingChanges, Running, Timing, Wanted, change
from services.rules.pricing import Price, PriceModel, amount, exact_amount
from services.rules.proration import DueLine, OpenLine, PeriodCredit, charge, credit_unused
from services.rules.recognition import by_month
from tests.services.rules.makers import MONTHLY, YEARLY, make_price, make_running, make_tiered, opened

PRICES = st.sampled_from(
    [MONTHLY, YEARLY, make_price("9.99"), make_price("0.0333"), make_price("7", currency="JPY"), make_price("1.2345")]
)


def _after(
    running: Running, lines: list[OpenLine], seats: int, days: tuple[DueLine, ...]
) -> tuple[Running, list[OpenLine]]:
    """The subscription once the day's lines are invoiced and credited."""
    now = lines
    for line in days:
        if line.corrections:
            given_back = {c.line_id: c for c in line.corrections}
            now = [
                replace(one, credits=(*one.credits, PeriodCredit(-c.amount, line.period, c.seats)))
                if (c := given_back.get(one.line_id))
                else one
                for one in now
            ]
        else:
            number = len(now) + 1
            now = [*now, opened(line, number, number)]
    return replace(running, seats=seats, lines=tuple(now)), now


def day_net(running: Running, changes: tuple[int, ...], timing: Timing, on: date) -> int:
    """What a day's seat changes come to together, in minor units."""
    lines, net = list(running.lines), 0
    for delta in changes:
        wanted = Wanted(running.price, running.seats + delta, running.discount)
        done = change(running, wanted, timing=timing, day=on)
        net += done.net(running.price.currency).minor
        if timing is Timing.RESET:
            running = replace(running, period=done.period, anchor_on=done.anchor_on)
            lines = []  # all of the lines before are credited in full for the days ahead
        running, lines = _after(running, lines, wanted.seats, done.charges if timing is Timing.RESET else done.lines)
    return net


@given(PRICES, st.integers(1, 60), st.lists(st.integers(1, 40), min_size=2, max_size=3), st.integers(0, 27))
def test_the_order_in_which_seats_are_added_on_a_day_does_not_matter(
    price: Price, seats: int, added: list[int], days: int
) -> None:
    running = make_running(price, seats=seats)
    on = running.period.start + timedelta(days=days)
    assert len({day_net(running, order, Timing.KEEP, on) for order in permutations(added)}) == 1


@given(PRICES, st.integers(1, 60), st.lists(st.integers(1, 40), min_size=2, max_size=3), st.integers(0, 27))
def test_a_day_of_resets_comes_to_its_last_state_whatever_the_way_there(
    price: Price, seats: int, added: list[int], days: int
) -> None:
    running = make_running(price, seats=seats)
    on = running.period.start + timedelta(days=days)
    straight = day_net(running, (sum(added),), Timing.RESET, on)
    assert {day_net(running, order, Timing.RESET, on) for order in permutations(added)} == {straight}


@given(PRICES, st.integers(5, 60), st.integers(1, 40), st.integers(1, 4), st.integers(0, 27))
def test_up_then_down_and_down_then_up_differ_by_roundings_only(
    price: Price, seats: int, up: int, down: int, days: int
) -> None:
    """Each of the four lines is rounded once, so the two ways lie at most two minor units apart."""
    running = make_running(price, seats=seats)
    on = running.period.start + timedelta(days=days)
    one, other = day_net(running, (up, -down), Timing.KEEP, on), day_net(running, (-down, up), Timing.KEEP, on)
    assert abs(one - other) <= 2


@given(PRICES, st.integers(1, 500), st.integers(1, 300))
def test_two_parts_of_a_period_are_the_period(price: Price, seats: int, cut: int) -> None:
    """Exactly before rounding; a credit of the one part leaves the other, to the minor unit."""
    period = make_running(price).period
    day = period.start + timedelta(days=min(cut, period.days - 1))
    first = charge(price, seats=seats, period=Period(period.start, day), full=period)
    rest = charge(price, seats=seats, period=Period(day, period.end), full=period)
    whole = charge(price, seats=seats, period=period)
    exact = [exact_amount(price, seats) * Fraction(line.period.days, period.days) for line in (first, rest)]
    assert sum(exact) == exact_amount(price, seats)
    assert abs((first.amount + rest.amount - whole.amount).minor) <= 1
    given_back = credit_unused(opened(whole), day)
    assert abs((whole.amount + given_back.amount - first.amount).minor) <= 1


@given(PRICES, st.integers(1, 500), st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.sampled_from(list(Interval)))
def test_the_months_of_a_line_add_up_to_it(price: Price, seats: int, start: date, interval: Interval) -> None:
    line = charge(price, seats=seats, period=Period(start, start + timedelta(days=interval.months * 31)))
    assert sum(minor for _, minor in by_month(line.amount.minor, line.period, start)) == line.amount.minor


@pytest.mark.parametrize("timing", [Timing.RESET, Timing.KEEP, Timing.RENEWAL])
def test_no_change_is_refused_not_billed(timing: Timing) -> None:
    running = make_running(MONTHLY)
    with pytest.raises(NothingChanges):
        change(running, Wanted(MONTHLY, running.seats, None), timing=timing, day=running.period.start)


GRADUATED = make_tiered(PriceModel.GRADUATED, (10, "5.00", "3.00"), (50, "4.00", "2.00"), (None, "3.00", "0"))
VOLUME = make_tiered(PriceModel.VOLUME, (10, "5.00", "0"), (50, "4.00", "0"), (None, "3.00", "0"))


@given(st.sampled_from([MONTHLY, GRADUATED]), st.integers(1, 2_000), st.integers(1, 200))
def test_more_seats_never_cost_less_per_seat_or_graduated(price: Price, seats: int, more: int) -> None:
    assert amount(price, seats=seats + more) >= amount(price, seats=seats)


@given(st.integers(1, 2_000), st.integers(1, 200))
def test_a_seat_never_costs_more_in_a_higher_volume(seats: int, more: int) -> None:
    one, other = exact_amount(VOLUME, seats) / seats, exact_amount(VOLUME, seats + more) / (seats + more)
    assert other <= one
