"""Trials: length, end, extension, conversion and the right to one (billing rules §6)."""

import pytest

from services.rules.trials import (
    EndAction,
    ExtensionOverLimit,
    TrialPolicy,
    extended,
    next_trial_on,
    trial_period,
    with_policy,
)
from tests.services.rules.makers import day, span


def test_a_trial_ends_exclusively() -> None:
    assert trial_period(day("2015-05-20"), TrialPolicy()) == span("2015-05-20", "2015-06-03")


def test_another_plans_length_counts_from_the_first_day() -> None:
    assert with_policy(span("2025-01-01", "2025-01-08"), TrialPolicy(days=14)) == span("2025-01-01", "2025-01-15")


def test_a_product_may_be_tried_again_after_twelve_months() -> None:
    assert next_trial_on(day("2025-03-02")) == day("2026-03-02")
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
