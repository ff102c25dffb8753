"""Stories of the smallest amounts: lines that round to 0.00, lines credited to their last cent, what a credit pays."""

import pytest

from tests.stories import documents, event, order, plan, play, price, story

TINY = [plan("tiny", 1, price("month", "0.05")), plan("other", 2, price("month", "3.00"))]


@pytest.mark.parametrize("seats", [(11,), (9,), (11, 9)])
def test_seats_of_a_day_that_are_worth_less_than_a_cent_leave_the_books_in_order(seats: tuple[int, ...]) -> None:
    """0.05 x 1/31 comes to 0.00: no document, and the seats change all the same."""
    changes = [event("2026-01-31", "change", "s", seats=wanted, timing="keep") for wanted in seats]
    found = play(story(order("2026-01-01", plan="tiny"), *changes, until="2026-01-31", catalog=TINY))
    assert [(paper["number"], paper["subtotal"]) for paper in documents(found)] == [("INV-2026-000001", "0.50")]
    assert found["subscriptions"][0]["seats"] == seats[-1]


def test_lines_at_nothing_beside_others_count_for_nothing() -> None:
    """A whole discount in a larger order is a line of 0.00; the change of it has no document."""
    account = {"discounts": [{"plan": "pro", "percent": "100"}], "co_term_on": "09-15"}
    items = [{"ref": ref, "plan": plan, "seats": 25, "interval": "month"} for ref, plan in (("s", "pro"), ("t", "top"))]
    placed = {"on": "2026-01-01", "do": "order", "account": "a", "items": items}
    change = event("2026-01-20", "change", "s", seats=21, timing="co_term")
    found = play(story(placed, change, event("2026-01-25", "cancel", "s"), until="2026-03-20", accounts=[account]))
    assert {line["amount"] for paper in found["invoices"] for line in paper["lines"]} == {"0.00", "750.00"}


def test_a_line_credited_but_for_a_cent_is_credited_no_further_by_a_change() -> None:
    """Of 160.00 one cent is left: 4 of 10 seats for 17 of 31 days of it are worth nothing."""
    goodwill = event("2026-01-10", "credit_note", invoice_of="s", amount="159.99", reason="goodwill")
    found = play(
        story(
            order("2026-01-01"),
            goodwill,
            event("2026-01-15", "change", "s", seats=6, timing="keep"),
            until="2026-01-20",
        )
    )
    assert [paper["subtotal"] for paper in documents(found)] == ["160.00", "-159.99"]


def test_a_credit_note_is_set_off_against_the_oldest_invoice_it_corrects() -> None:
    """Fifteen seats fall to two: the five newest are credited first, the money still pays the oldest invoice first."""
    found = play(
        story(
            order("2026-01-01"),
            event("2026-01-15", "change", "s", seats=15, timing="keep"),
            event("2026-01-20", "change", "s", seats=2, timing="keep"),
            until="2026-01-20",
        )
    )
    (note,) = found["credit_notes"]
    assert note["total"] == "-80.52"  # 5 seats: 43.87 x 12/17; 8 of 10 seats: 160.00 x 8/10 x 12/31
    assert note["invoices"] == ["INV-2026-000001", "INV-2026-000002"]
    assert [(paper["total"], paper["open"]) for paper in found["invoices"]] == [("160.00", "79.48"), ("43.87", "43.87")]
