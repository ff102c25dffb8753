"""Figures: grains, and payments split over the plans of an invoice."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.figures import FIGURE_DIMENSIONS, FULL, grain, split_by_plan


def test_each_set_of_dimensions_is_a_grain_of_its_own() -> None:
    assert grain(FIGURE_DIMENSIONS, ()) == 0
    assert grain(FIGURE_DIMENSIONS, ("rep_id", "plan")) == 0b0101
    assert FULL == 0b1111


@pytest.mark.parametrize(
    ("minor", "paid_before", "parts"),
    [
        (100, 0, [("a", 67), ("b", 33)]),  # of 300: 2/3 and 1/3
        (100, 100, [("a", 66), ("b", 34)]),  # 133.33 and 66.67 so far, less 67 and 33
        (100, 200, [("a", 67), ("b", 33)]),  # paid in full: each its total
        (-100, 100, [("a", -67), ("b", -33)]),  # what comes back takes what it brought
    ],
)
def test_a_payment_falls_on_the_plans_of_its_invoice(
    minor: int, paid_before: int, parts: list[tuple[str, int]]
) -> None:
    assert split_by_plan(minor, [("a", 200), ("b", 100)], paid_before=paid_before) == parts


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=5).filter(any), st.data())
def test_parts_add_up_and_a_full_payment_pays_each_plan(gross: list[int], data: st.DataObject) -> None:
    total = sum(gross)
    cuts = sorted({0, total, *data.draw(st.lists(st.integers(0, total), max_size=4))})
    plans = [(f"plan{place}", minor) for place, minor in enumerate(gross)]
    paid = dict.fromkeys((plan for plan, _ in plans), 0)
    for before, after in itertools.pairwise(cuts):
        parts = split_by_plan(after - before, plans, paid_before=before)
        assert sum(minor for _, minor in parts) == after - before
        for plan, minor in parts:
            paid[plan] += minor
    assert paid == dict(plans)
