"""Recurring revenue: rounded figures whose movements add up (billing rules §10)."""

from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.money import CurrencyMismatch, Money
from services.rules.recurring import MovementKind, YearlyChange, kind_of, monthly, movements
from tests.services.rules.makers import euro

NEW, BACK = MovementKind.NEW, MovementKind.REACTIVATION
RISE, FALL, CHURN = MovementKind.EXPANSION, MovementKind.CONTRACTION, MovementKind.CHURN


@pytest.mark.parametrize(
    ("before", "after", "had", "kind"),
    [
        ("0", "12", False, NEW),
        ("0", "12", True, BACK),
        ("12", "24", True, RISE),
        ("24", "12", True, FALL),
        ("12", "0", True, CHURN),
        ("12", "12", True, None),
        ("0", "0", False, None),
    ],
)
def test_the_kind_follows_from_the_account(before: str, after: str, had: bool, kind: MovementKind | None) -> None:
    assert kind_of(before=euro(before), after=euro(after), had_before=had) is kind


@pytest.mark.parametrize(
    ("yearly", "shown"), [("18.29", "1.52"), ("29.95", "2.50"), ("0.06", "0.01"), ("0.05", "0.00")]
)
def test_a_month_is_a_rounded_twelfth(yearly: str, shown: str) -> None:
    assert monthly(euro(yearly)) == euro(shown)


@pytest.mark.parametrize(
    ("before", "had", "changes", "kinds"),
    [
        ("0", False, [("0", "12")], [NEW]),
        ("0", False, [("0", "12"), ("0", "24")], [NEW, RISE]),  # the first paid revenue ever is one
        ("0", True, [("0", "12"), ("0", "24")], [BACK, RISE]),
        ("36", True, [("12", "0")], [FALL]),  # one of several ends
        ("36", True, [("12", "0"), ("24", "0")], [FALL, CHURN]),
        ("12", True, [("12", "0"), ("0", "24")], [FALL, RISE]),  # swapped: neither churn nor a return
        ("12", True, [("12", "12"), ("0", "24")], [RISE]),
    ],
)
def test_one_movement_a_subscription(
    before: str, had: bool, changes: list[tuple[str, str]], kinds: list[MovementKind]
) -> None:
    asked = [YearlyChange(n, euro(old), euro(new)) for n, (old, new) in enumerate(changes)]
    assert [m.kind for m in movements(asked, account_before=euro(before), had_before=had)] == kinds


def test_the_rounded_parts_add_up_to_the_rounded_difference() -> None:
    # three times 10.00 a year: 0.8333 a month each, 2.50 together
    asked = [YearlyChange(n, euro("0"), euro("10.00")) for n in range(3)]
    found = movements(asked, account_before=euro("0"), had_before=False)
    assert [m.monthly for m in found] == [euro("0.84"), euro("0.83"), euro("0.83")]
    assert [m.yearly for m in found] == [euro("10.00")] * 3


def test_one_currency_an_account() -> None:
    with pytest.raises(CurrencyMismatch):
        movements([YearlyChange(1, Money.zero("USD"), Money(1, "USD"))], account_before=euro("0"), had_before=False)


@given(st.lists(st.lists(st.integers(0, 10**6), min_size=3, max_size=3), min_size=1, max_size=12))
def test_opening_and_movements_come_to_closing(days: list[list[int]]) -> None:
    state, had, shown = [0, 0, 0], False, 0
    for after in days:
        changes = [YearlyChange(n, Money(state[n], "EUR"), Money(after[n], "EUR")) for n in range(3)]
        found = movements(changes, account_before=Money(sum(state), "EUR"), had_before=had)
        shown += sum(m.monthly.minor for m in found)
        assert shown == monthly(Money(sum(after), "EUR")).minor
        assert not found or sum(after) or CHURN in [m.kind for m in found]
        assert [m.kind for m in found].count(NEW) == (0 if had or not found else 1)
        had, state = had or bool(found), after


def test_movements_accumulate_month_by_month() -> None:
    levels = [0, 8500, 7500, 0]
    steps = [
        movements(
            [YearlyChange(1, Money(a * 12, "EUR"), Money(b * 12, "EUR"))],
            account_before=Money(a * 12, "EUR"),
            had_before=a > 0,
        )[0]
        for a, b in pairwise(levels)
    ]
    assert [(m.kind, m.monthly.minor) for m in steps] == [(NEW, 8500), (FALL, -1000), (CHURN, -7500)]
    assert list(accumulate(m.monthly.minor for m in steps)) == levels[1:]
