"""Stories of trials that are changed before they end."""

from tests.stories import charges, codes, event, order, play, story, subscription

CONVERTS = {"days": 14, "seats": 10, "end": "convert"}


def test_a_trial_is_changed_and_converts_as_it_was_changed() -> None:
    """Seats and interval of a running trial change without a line; more seats than its product allows are refused."""
    found = play(
        story(
            order("2026-01-31", seats=5, trial=True),
            event("2026-02-05", "change", "s", seats=8),
            event("2026-02-06", "change", "s", interval="year", timing="keep"),
            event("2026-02-07", "change", "s", seats=11),
            until="2026-02-14",
            trial=CONVERTS,
        )
    )
    assert codes(found["refusals"]) == ["too_many_seats"]
    assert charges(found) == [("2026-02-14", "2027-02-14", "1152.00")]
    assert subscription(found)["interval"] == "year"
