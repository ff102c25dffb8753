"""Seats counted by product, plan and place; the day on which time alone changes a figure; tenths of what is in use."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.money import round_half_away
from services.rules.usage import Feed, SeatFacts, UsePolicy
from services.rules.use_figures import MEASURES, PEOPLE, Held, Key, Pool, band_of, count

TODAY = date(2026, 4, 11)
SUPPORT, MEETINGS = Fraction(1000, 3), Fraction(999, 12)
POOLS = {
    1: Pool("support", "support-pro", 30, SUPPORT, TODAY + timedelta(days=17)),
    2: Pool("meetings", "meetings-team", 0, MEETINGS),
}
POLICIES = {"support": UsePolicy(), "meetings": UsePolicy(in_use_days=14, idle_days=45)}
ago = st.integers(0, 130).map(lambda days: TODAY - timedelta(days=days))
later = st.one_of(st.none(), st.integers(-5, 60).map(lambda days: TODAY + timedelta(days=days)))
places = st.sampled_from(["", "North", "South"])


@st.composite
def held(draw: st.DrawFn) -> tuple[int, str, str, str, date, date | None, bool, date | None]:
    seen = draw(st.one_of(st.none(), ago))
    return (
        draw(st.sampled_from([1, 2])),
        draw(places),
        draw(places),
        draw(places),
        draw(ago),
        seen,
        draw(st.booleans()),
        draw(later),
    )


feeds = st.dictionaries(
    st.sampled_from(["support", "meetings"]),
    st.tuples(st.integers(60, 200), st.integers(0, 20)).map(
        lambda days: Feed(TODAY - timedelta(days=days[0]), TODAY - timedelta(days=days[1]))
    ),
)


def seats_on(drawn: list[tuple[int, str, str, str, date, date | None, bool, date | None]], day: date) -> list[Held]:
    return [
        Held(*row[:4], SeatFacts(row[4], row[5], row[6], row[7] is not None and row[7] > day), row[7]) for row in drawn
    ]


@settings(max_examples=150, deadline=None)
@given(st.lists(held(), max_size=6), feeds)
def test_nothing_changes_before_the_day_it_says(drawn: list, known: dict[str, Feed]) -> None:
    day = TODAY
    while day < TODAY + timedelta(days=140):
        now = count(POOLS, seats_on(drawn, day), known, POLICIES, day)
        until = now.next_change_on or TODAY + timedelta(days=140)
        assert until > day
        while (day := day + timedelta(days=1)) < until:
            assert count(POOLS, seats_on(drawn, day), known, POLICIES, day).rows == now.rows


@settings(max_examples=150, deadline=None)
@given(st.lists(held(), max_size=8), feeds)
def test_the_four_kinds_are_all_seats_and_every_split_is_the_whole(drawn: list, known: dict[str, Feed]) -> None:
    rows = count(POOLS, seats_on(drawn, TODAY), known, POLICIES, TODAY).rows
    named = {key: dict(zip(MEASURES, row, strict=True)) for key, row in rows.items()}
    for row in named.values():
        assert row["used"] + row["idle"] + row["excluded"] + row["no_evidence"] == row["assigned"]
        assert row["active_7"] <= row["active_30"] <= row["active_90"] <= row["assigned"]
    for split in PEOPLE:
        for product in ("", "support", "meetings"):
            parts = [row for key, row in named.items() if key.split == split and key.product == product]
            whole = named.get(Key("", "", product), {})
            for name in ("assigned", "pending", "idle", "idle_minor", "no_evidence"):
                assert sum(part[name] for part in parts) == whole.get(name, 0)
    idle = {product: named.get(Key("", "", product), {}).get("idle", 0) for product in ("support", "meetings")}
    exact = SUPPORT * idle["support"] + MEETINGS * idle["meetings"]
    assert named.get(Key("", "", ""), {}).get("idle_minor", 0) == round_half_away(exact)


def test_what_is_bought_and_not_told_of_is_counted_apart() -> None:
    rows = count(POOLS, [], {}, POLICIES, TODAY).rows
    assert dict(zip(MEASURES, rows[Key("", "", "support")], strict=True))["bought_unseen"] == 30
    fed = count(POOLS, [], {"support": Feed(TODAY - timedelta(days=100), TODAY)}, POLICIES, TODAY).rows
    assert dict(zip(MEASURES, fed[Key("plan", "support-pro", "support")], strict=True))["bought_unseen"] == 0


@pytest.mark.parametrize(
    ("bought", "unseen", "in_use", "band"),
    [
        (0, 0, 0, "none"), (10, 10, 0, "unseen"), (10, 0, 0, "0"), (100, 0, 1, "1"), (100, 0, 10, "1"),
        (100, 0, 11, "2"), (100, 50, 50, "10"), (100, 0, 100, "10"), (10, 0, 12, "10"),
    ],
)  # fmt: skip
def test_tenths_of_what_is_in_use(bought: int, unseen: int, in_use: int, band: str) -> None:
    assert band_of(bought, unseen, in_use) == band
