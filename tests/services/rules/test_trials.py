"""Trials: length, end, extension, conversion and the right to one (billing rules §6)."""

import pytest

from data.period import Interval
from services.rules.trials import (
    EndAction,
    ExtensionOverLimit,
    TrialPolicy,
    extended,
    may_try,
    next_trial_on,
    paid_period,
    reminder_days,
    trial_period,
    with_policy,
)
from tests.services.rules.makers import day, span


def test_a_trial_ends_exclusively() -> None:
    assert trial_period(day("2015-05-20"), TrialPolicy()) == span("2015-05-20", "2015-06-03")


def test_another_plans_length_counts_from_the_first_day() -> None:
    assert with_policy(span("2025-01-01", "2025-01-08"), TrialPolicy(days=14)) == span("2025-01-01", "2025-01-15")


def test_the_paid_period_anchors_on_the_day_of_conversion() -> None:
    assert paid_period(day("2024-05-05"), Interval.MONTH) == span("2024-05-05", "2024-06-05")


@pytest.mark.parametrize(
    ("previous", "today", "code"),
    [
        ([], "2026-03-01", None),
        (["2025-03-02"], "2026-03-01", "trial_used_up"),
        (["2025-03-01"], "2026-03-01", None),  # twelve months on
        (["2020-01-01", "2025-12-01"], "2026-03-01", "trial_used_up"),
        (["2026-06-01"], "2026-03-01", "trial_used_up"),  # one that is still to start
    ],
)
def test_one_trial_in_twelve_months(previous: list[str], today: str, code: str | None) -> None:
    assert may_try([day(text) for text in previous], day(today)) == code
    assert next_trial_on(day("2024-02-29")) == day("2025-02-28")


def test_extensions_come_to_thirty_days_at_most() -> None:
    policy = TrialPolicy(days=14)
    longer = extended(trial_period(day("2026-03-01"), policy), policy, days=20)
    assert longer == span("2026-03-01", "2026-04-04")
    assert extended(longer, policy, days=10).end == day("2026-04-14")
    for days in (11, 0, -1):
        with pytest.raises(ExtensionOverLimit):
            extended(longer, policy, days=days)
    assert extended(longer, policy, days=40, limit=60).days == 74  # approved


def test_the_end_is_announced_three_times() -> None:
    assert reminder_days(span("2026-03-01", "2026-03-15")) == (day("2026-03-08"), day("2026-03-12"), day("2026-03-14"))
    assert reminder_days(span("2026-03-01", "2026-03-06")) == (day("2026-03-03"), day("2026-03-05"))


def test_impossible_policies_cannot_be_made() -> None:
    assert TrialPolicy(end_action=EndAction.DOWNGRADE_TO_FREE, to_plan="free").to_plan == "free"
    for wrong in (
        {"days": 0},
        {"seats": 0},
        {"end_action": EndAction.DOWNGRADE_TO_FREE},
        {"end_action": EndAction.EXPIRE, "to_plan": "free"},
    ):
        with pytest.raises(ValueError):
            TrialPolicy(**wrong)  # type: ignore[arg-type]
