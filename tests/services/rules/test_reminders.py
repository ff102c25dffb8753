"""When something is announced or reminded of: each count once, the latest only after missed nights."""

from datetime import date, timedelta

import pytest

from services.rules.reminders import PAYMENT_DAYS, RENEWAL_DAYS, TRIAL_DAYS, latest_after, latest_before

END = date(2026, 6, 30)


def told_before(counts: tuple[int, ...], nights: list[date], first: date) -> list[tuple[date, int]]:
    """What is told, night by night."""
    told, since = [], first
    for night in nights:
        days = latest_before(counts, END, since=since, day=night)
        if days is not None:
            told.append((night, days))
        since = night
    return told


def every_day(first: date, last: date) -> list[date]:
    return [first + timedelta(n) for n in range((last - first).days + 1)]


def test_a_trials_end_is_announced_seven_three_and_one_day_before() -> None:
    nights = every_day(END - timedelta(20), END + timedelta(5))
    told = told_before(TRIAL_DAYS, nights, END - timedelta(21))
    assert told == [(END - timedelta(n), n) for n in (7, 3, 1)]


def test_a_renewal_is_announced_sixty_thirty_and_seven_days_before() -> None:
    nights = every_day(END - timedelta(70), END)
    assert [days for _, days in told_before(RENEWAL_DAYS, nights, END - timedelta(71))] == [60, 30, 7]


@pytest.mark.parametrize(
    ("last", "night", "days"),
    [
        (10, 7, 7),  # on its day
        (10, 6, 7),  # a night late
        (10, 2, 3),  # 7 and 3 were missed: only 3 is told
        (7, 3, 3),
        (10, 0, None),  # the end has come: nothing to announce any more
        (7, 6, None),  # told before
    ],
)
def test_missed_announcements_go_out_once_the_latest_only(last: int, night: int, days: int | None) -> None:
    since, day = END - timedelta(last), END - timedelta(night)
    assert latest_before(TRIAL_DAYS, END, since=since, day=day) == days


@pytest.mark.parametrize(
    ("last", "night", "days"),
    [(0, 1, 1), (1, 6, None), (1, 7, 7), (0, 13, 7), (0, 40, 14), (14, 40, None)],
)
def test_a_payment_is_reminded_of_one_seven_and_fourteen_days_past_due(last: int, night: int, days: int | None) -> None:
    since, day = END + timedelta(last), END + timedelta(night)
    assert latest_after(PAYMENT_DAYS, END, since=since, day=day) == days
