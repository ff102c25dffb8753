"""Derived ids: the same for the same key, sorted by day, positive 63-bit numbers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.identity import account_id, derive_id, part_id


@given(st.dates(date(2000, 1, 1), date(2089, 9, 17)), st.text(), st.integers())
def test_an_id_is_a_positive_bigint_and_repeats(day: date, text: str, number: int) -> None:
    found = derive_id(day, text, number)
    assert 0 <= found < 2**63
    assert found == derive_id(day, text, number)
    assert found >> 48 == (day - date(2000, 1, 1)).days


def test_ids_are_stable_for_ever() -> None:
    # stored ids were derived like this: a change here orphans every row
    assert derive_id(date(2026, 1, 1), "order", "key-1") == 2673315864282614632
    assert account_id("ACME") == 3856899992129166206


def test_keys_differ_by_their_parts() -> None:
    day = date(2026, 1, 1)
    keys = [("ab", "c"), ("a", "bc"), ("abc",), ("a", "b", "c"), ("1:a",), ("1", "a"), ("\ud800",)]
    assert len({derive_id(day, *key) for key in keys}) == len(keys)


def test_later_days_sort_later() -> None:
    assert derive_id(date(2026, 1, 1), "z") < derive_id(date(2026, 1, 2), "a")


def test_an_id_needs_a_key_and_a_day_in_range() -> None:
    with pytest.raises(ValueError):
        derive_id(date(2026, 1, 1))
    with pytest.raises(ValueError):
        derive_id(date(1999, 12, 31), "a")
    with pytest.raises(ValueError):
        derive_id(date(2089, 9, 18), "a")


def test_an_account_has_the_id_of_its_code() -> None:
    assert 0 <= account_id("ACME") < 2**63
    assert account_id("ACME") != account_id("acme")


def test_parts_of_a_whole_stand_together_and_differ() -> None:
    whole = derive_id(date(2026, 1, 1), "document", 1)
    parts = [part_id(whole, position) for position in range(1, 4096)]
    assert parts == sorted(set(parts)) and all(part >> 12 == whole >> 12 for part in parts)
    for position in (0, 4096, -1):
        with pytest.raises(ValueError):
            part_id(whole, position)
