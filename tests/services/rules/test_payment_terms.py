"""Payment terms: due days, and what the law allows at most (billing rules §8)."""

import pytest

from services.rules.payment_terms import Terms, due_on, exceeds_legal_maximum, legal_maximum
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


@pytest.mark.parametrize(
    ("country", "terms", "exceeds"),
    [
        ("ES", Terms(60), False),
        ("ES", Terms(61), True),
        ("ES", Terms(30, end_of_month=True), False),  # 30 + 30 at most
        ("ES", Terms(45, end_of_month=True), True),
        ("ES", Terms(60, fixed_days=(25,)), True),  # payment days may not pass it either
        ("ES", Terms(30, fixed_days=(5, 20)), False),
        ("FR", Terms(60), False),
        ("FR", Terms(45, end_of_month=True), False),  # the other form the law allows
        ("FR", Terms(46, end_of_month=True), True),
        ("FR", Terms(61), True),
        ("DE", Terms(180), False),
        ("US", Terms(365, end_of_month=True), False),
    ],
)
def test_terms_above_the_legal_maximum_are_known(country: str, terms: Terms, exceeds: bool) -> None:
    assert exceeds_legal_maximum(terms, country) is exceeds


def test_only_known_maxima_are_stated() -> None:
    assert [legal_maximum(country) for country in ("ES", "FR", "DE")] == [60, 60, None]


@pytest.mark.parametrize("wrong", [{"net_days": -1}, {"fixed_days": (0,)}, {"fixed_days": (32,)}])
def test_impossible_terms_cannot_be_made(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError):
        Terms(**wrong)  # type: ignore[arg-type]
