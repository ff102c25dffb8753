"""What holds a night's document for a look by finance."""

from datetime import date

import pytest

from data.money import Money
from services.rules.guards import Guarded, guard_of

NIGHT = date(2026, 4, 11)


def guarded(*, lines: int = 1, before: str = "100.00", after: str = "100.00", ends_on: date = date(2026, 5, 11)) -> str:
    document = Guarded(ends_on, lines, Money.of(before, "EUR"), Money.of(after, "EUR"))
    return guard_of(document, NIGHT)


@pytest.mark.parametrize(("lines", "guard"), [(1, ""), (15, ""), (16, "many_lines")])
def test_more_than_fifteen_lines_for_one_subscription_are_held(lines: int, guard: str) -> None:
    assert guarded(lines=lines) == guard


@pytest.mark.parametrize(("after", "guard"), [("250.00", ""), ("250.01", "steep_rise"), ("99.00", "")])
def test_more_than_two_and_a_half_times_the_last_is_held(after: str, guard: str) -> None:
    assert guarded(after=after) == guard


def test_nothing_to_compare_with_is_no_rise() -> None:
    assert guarded(before="0.00", after="100.00") == ""


@pytest.mark.parametrize(("ends_on", "guard"), [(date(2029, 4, 11), ""), (date(2029, 4, 12), "far_ahead")])
def test_a_period_that_ends_too_far_ahead_is_held(ends_on: date, guard: str) -> None:
    assert guarded(ends_on=ends_on) == guard
