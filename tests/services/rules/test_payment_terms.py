"""Payment terms: due days, and what the law allows at most (billing rules §8)."""

import pytest

from services.rules.payment_terms import Terms, due_on
from tests.services.rules.makers import day


@pytest.mark.parametrize(
    ("issued", "terms", "due"),
    [
        ("2026-01-15", Terms(30), "2026-02-14"),
        ("2026-01-15", Terms(0), "2026-01-15"),
        ("2026-01-15", Terms(30, end_of_month=True), "2026-02-28"),
        ("2026-01-31", Terms(0, end_of_month=True), "2026-01-31"),
        ("2026-01-15", Terms(30, fixed_days=(10, 25)), "2026-02-25"),  # 14 February, then the 25th
        ("2026-01-15", Terms(30, fixed_days=(14,)), "2026-02-14"),  # the day itself
        ("2026-01-15", Terms(30, fixed_days=(10,)), "2026-03-10"),
        ("2026-01-15", Terms(30, fixed_days=(31,)), "2026-02-28"),  # clamped to the month
        ("2026-12-10", Terms(30, end_of_month=True, fixed_days=(5,)), "2027-02-05"),
    ],
)
def test_the_due_day_follows_the_terms(issued: str, terms: Terms, due: str) -> None:
    assert due_on(day(issued), terms) == day(due)
