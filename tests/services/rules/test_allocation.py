"""Allocation: money to the oldest invoice, credits to what they correct (billing rules §5, §8)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.money import CurrencyMismatch, Money
from services.rules.allocation import Allocation, BalancePart, OpenItem, allocate, set_off, use_balance
from tests.services.rules.makers import day, euro


def item(document_id: int, due: str, number: str, left: str) -> OpenItem:
    return OpenItem(document_id, day(due), number, euro(left))


NEWER = item(1, "2026-03-01", "INV-2026-000003", "50.00")
OLD = item(2, "2026-02-01", "INV-2026-000002", "30.00")
OLDEST = item(3, "2026-02-01", "INV-2026-000001", "20.00")


@pytest.mark.parametrize(
    ("paid", "parts", "rest"),
    [
        ("20.00", [(3, "20.00")], "0.00"),
        ("45.00", [(3, "20.00"), (2, "25.00")], "0.00"),
        ("130.00", [(3, "20.00"), (2, "30.00"), (1, "50.00")], "30.00"),  # the rest becomes balance
        ("0.00", [], "0.00"),
    ],
)
def test_the_oldest_is_paid_first(paid: str, parts: list[tuple[int, str]], rest: str) -> None:
    found, left = allocate(euro(paid), [NEWER, OLD, OLDEST])
    assert found == tuple(Allocation(document, euro(part)) for document, part in parts)
    assert left == euro(rest)


def test_a_credit_goes_to_what_it_corrects_then_to_its_own_order() -> None:
    found, left = set_off(euro("90.00"), corrected=[NEWER], own_order=[OLDEST])
    assert found == (Allocation(1, euro("50.00")), Allocation(3, euro("20.00")))
    assert left == euro("20.00")
    once, _ = set_off(euro("90.00"), corrected=[NEWER], own_order=[NEWER])
    assert once == (Allocation(1, euro("50.00")),)


def test_only_money_of_one_currency_is_given() -> None:
    with pytest.raises(ValueError):
        allocate(euro("-1.00"), [OLD])
    with pytest.raises(CurrencyMismatch):
        allocate(Money(1, "USD"), [OLD])


@given(st.integers(0, 10**6), st.lists(st.integers(0, 10**5), max_size=12))
def test_nothing_is_lost_and_no_invoice_overpaid(paid: int, left: list[int]) -> None:
    items = [OpenItem(n, day("2026-01-01"), f"{n:04}", Money(amount, "EUR")) for n, amount in enumerate(left)]
    found, rest = allocate(Money(paid, "EUR"), items)
    assert sum(part.amount.minor for part in found) + rest.minor == paid
    assert all(0 < part.amount.minor <= left[part.document_id] for part in found)
    assert rest.minor == max(0, paid - sum(left))


def test_a_chosen_invoice_is_paid_before_the_oldest() -> None:
    found, left = allocate(euro("60.00"), [NEWER, OLD, OLDEST], chosen=[1])
    assert found == (Allocation(1, euro("50.00")), Allocation(3, euro("10.00")))
    found, left = allocate(euro("60.00"), [NEWER, OLD, OLDEST], chosen=[2, 1])
    assert found == (Allocation(2, euro("30.00")), Allocation(1, euro("30.00")))
    assert left == euro("0.00")


def part(source_id: int, since: str, left: str) -> BalancePart:
    return BalancePart("payment", source_id, day(since), euro(left))


def test_the_oldest_balance_is_used_first() -> None:
    parts = [part(3, "2026-02-01", "50.00"), part(2, "2026-01-01", "10.00"), part(1, "2026-02-01", "5.00")]
    uses = use_balance(euro("40.00"), parts)
    assert [(use.source_id, use.amount) for use in uses] == [(2, euro("10.00")), (1, euro("5.00")), (3, euro("25.00"))]
    assert use_balance(euro("0.00"), parts) == ()
    assert use_balance(euro("1000.00"), parts)[-1].amount == euro("50.00")


@given(st.integers(0, 10**6), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 10**5)), max_size=12))
def test_balance_is_never_used_twice_nor_beyond_what_is_owed(owed: int, left: list[tuple[int, int]]) -> None:
    parts = [
        BalancePart("payment", n, date(2026, 1, 1) + timedelta(days=age), Money(minor, "EUR"))
        for n, (age, minor) in enumerate(left)
    ]
    uses = use_balance(Money(owed, "EUR"), parts)
    assert sum(use.amount.minor for use in uses) == min(owed, sum(minor for _, minor in left))
    assert all(0 < use.amount.minor <= left[use.source_id][1] for use in uses)
    ages = [left[use.source_id][0] for use in uses]
    assert ages == sorted(ages)
