"""Stories over months, each told as the ledger it leaves: day, document, subscription, days billed, seats, net."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from data.period import months_after
from services.scenario import nights
from tests.stories import charges, documents, event, ledger, order, plan, play, price, story, subscription, told


def test_a_month_end_anchor_over_four_years() -> None:
    """From 31 January 2024 every boundary is the month's end, 29 February included, for 48 months."""
    until = "2028-01-30"
    found = play(story(order("2024-01-31"), until=until))
    start = date(2024, 1, 31)
    bounds = [months_after(start, n).isoformat() for n in range(49)]
    assert charges(found) == [(one, then, "160.00") for one, then in pairwise(bounds)]
    assert [paper["issued_on"] for paper in documents(found)] == bounds[:-1]
    assert subscription(found)["anchor_day"] == 31


def test_one_late_night_bills_what_daily_nights_bill() -> None:
    """48 months without a night, then one: the same lines and revenue a month, but all documents of the one day."""
    until, nights_missed = "2028-01-31", (date(2028, 1, 31) - date(2024, 2, 1)).days
    daily = play(story(order("2024-01-31"), until=until))
    late = play(story(order("2024-01-31"), event("2024-01-31", "skip_nights", nights=nights_missed), until=until))
    assert charges(late) == charges(daily)
    assert late["mrr"] == daily["mrr"] and late["subscriptions"] == daily["subscriptions"]
    assert {paper["issued_on"] for paper in documents(late)[1:]} == {until}
    assert [refusal["code"] for refusal in late["refusals"]] == ["held"] * 48  # more than 15 lines: looked at first
    assert [paper["lines"][0]["period"][0] for paper in documents(late)] == [start for start, _, _ in charges(late)]


def test_a_night_every_day_is_no_other_than_one_when_something_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    """The player jumps from due day to due day; a story played through every single night ends the same."""
    told_story = story(
        order("2026-01-31", seats=3),
        event("2026-03-05", "change", "s", seats=5, timing="keep"),
        event("2026-04-01", "pay", account="a", amount="20.00"),
        until="2026-06-15",
    )
    jumped = play(told_story)
    monkeypatch.setattr(nights, "next_due", lambda stage, day: day + timedelta(days=1))
    assert play(told_story) == jumped


def test_years_from_a_clamped_day_keep_the_anchor_day() -> None:
    """Monthly from 31 January, yearly from the renewal of 30 April on, monthly again a year later."""
    found = play(
        story(
            order("2026-01-31"),
            event("2026-04-10", "change", "s", interval="year", timing="renewal"),
            event("2027-04-10", "change", "s", interval="month", timing="renewal"),
            until="2027-05-31",
        )
    )
    assert [start for start, _, _ in charges(found)[3:]] == ["2026-04-30", "2027-04-30", "2027-05-31"]
    assert subscription(found)["anchor_day"] == 31


def test_leap_years() -> None:
    """A year from 29 February ends on the 28th, and on the 29th again when there is one.

    2024-02-29 INV-1 s 2024-02-29..2025-02-28 1 144.00
    2025-02-28 INV-1 s 2025-02-28..2026-02-28 1 144.00
    2026-02-28 INV-1 s 2026-02-28..2027-02-28 1 144.00
    2027-02-28 INV-1 s 2027-02-28..2028-02-29 1 144.00
    2028-02-29 INV-1 s 2028-02-29..2029-02-28 1 144.00
    """
    found = play(story(order("2024-02-29", seats=1, interval="year"), until="2028-02-29"))
    assert ledger(found) == told(test_leap_years.__doc__)


def test_a_day_of_the_leap_year_is_a_366th() -> None:
    """Ten seats for a year that holds 29 February; five more with 306 of its 366 days left.

    2024-01-01 INV-1 s 2024-01-01..2025-01-01 10 1440.00
    2024-03-01 INV-2 s 2024-03-01..2025-01-01 5 601.97    # 5 × 144.00 × 306/366
    """
    found = play(
        story(
            order("2024-01-01", interval="year"),
            event("2024-03-01", "change", "s", seats=15, timing="keep"),
            until="2024-03-01",
        )
    )
    assert ledger(found) == told(test_a_day_of_the_leap_year_is_a_366th.__doc__)


def test_a_life() -> None:
    """Trial, bought, three more seats, a better plan, fewer seats from the renewal on, cancelled and taken back.

    2026-01-20 INV-1 s 2026-01-20..2026-02-20 5 80.00
    2026-02-01 INV-2 s 2026-02-01..2026-02-20 3 29.42     # 3 × 16.00 × 19/31
    2026-02-10 CN-1 s 2026-02-10..2026-02-20 5 -25.81     # 80.00 × 10/31
    2026-02-10 CN-1 s 2026-02-10..2026-02-20 3 -15.48     # 29.42 × 10/19
    2026-02-10 INV-3 s 2026-02-10..2026-03-10 8 240.00
    2026-03-10 INV-4 s 2026-03-10..2026-04-10 4 120.00    # what was scheduled survives cancelling
    2026-04-10 INV-5 s 2026-04-10..2026-05-10 4 120.00
    """
    found = play(
        story(
            order("2026-01-10", seats=5, trial=True),
            event("2026-01-20", "convert_trial", "s", interval="month", seats=5),
            event("2026-02-01", "change", "s", seats=8, timing="keep"),
            event("2026-02-10", "change", "s", plan="top", timing="reset"),
            event("2026-02-20", "change", "s", seats=4),
            event("2026-03-05", "cancel", "s"),
            event("2026-03-08", "reactivate", "s"),
            until="2026-04-10",
            trial={"days": 14, "seats": 10, "end": "expire"},
        )
    )
    assert found["refusals"] == []
    assert ledger(found) == told(test_a_life.__doc__)
    movements = {
        row["month"]: {kind: row[kind] for kind in ("new", "expansion", "contraction", "churn") if row[kind] != "0.00"}
        for row in found["mrr"]
    }
    assert movements == {
        "2026-01": {"new": "80.00"},
        "2026-02": {"expansion": "160.00"},  # 80 → 128 → 240
        "2026-03": {"contraction": "-120.00"},
        "2026-04": {},
    }
    usual = ("invoice", "order_confirmation", "payment_reminder")
    kinds = [mail["kind"] for mail in found["mails"] if mail["kind"] not in usual]
    assert kinds == ["trial_welcome", "trial_ending", "credit_note", "cancellation_confirmed", "reactivated"]


def test_months_to_a_year_and_back() -> None:
    """A month paid ahead becomes a year on the same day of month, and a month again from the day it is asked for.

    2026-01-15 INV-1 s 2026-01-15..2026-02-15 10 160.00
    2026-02-15 INV-2 s 2026-02-15..2026-03-15 10 160.00
    2026-02-20 CN-1 s 2026-02-20..2026-03-15 10 -131.43   # 160.00 × 23/28
    2026-02-20 INV-3 s 2026-02-20..2027-02-15 10 1420.27  # 10 × 144.00 × 360/365
    2026-04-11 CN-2 s 2026-04-11..2027-02-15 10 -1223.01  # 1420.27 × 310/360
    2026-04-11 INV-4 s 2026-04-11..2026-05-11 10 160.00
    2026-05-11 INV-5 s 2026-05-11..2026-06-11 10 160.00
    """
    found = play(
        story(
            order("2026-01-15"),
            event("2026-02-20", "change", "s", interval="year", timing="keep"),
            event("2026-04-11", "change", "s", interval="month", timing="reset"),
            until="2026-05-11",
        )
    )
    assert ledger(found) == told(test_months_to_a_year_and_back.__doc__)
    # what the last credit did not pay of its invoice and of the new one is the customer's
    assert found["balances"] == {"a": "0.00"}


def test_a_common_end() -> None:
    """Fifteen seats from 11 April share the account's common end of June with whatever else there is.

    2026-01-01 INV-1 s 2026-01-01..2027-01-01 10 1440.00
    2026-04-11 CN-1 s 2026-04-11..2027-01-01 10 -1045.48  # 1440.00 × 265/365
    2026-04-11 INV-2 s 2026-04-11..2026-06-30 15 473.42   # 15 × 144.00 × 80/365
    2026-06-30 INV-3 s 2026-06-30..2027-06-30 15 2160.00
    2027-06-30 INV-1 s 2027-06-30..2028-06-30 15 2160.00
    """
    found = play(
        story(
            order("2026-01-01", interval="year"),
            event("2026-04-11", "change", "s", seats=15, timing="co_term"),
            until="2027-06-30",
            accounts=[{"co_term_on": "06-30"}],
        )
    )
    assert ledger(found) == told(test_a_common_end.__doc__)


def test_two_purchase_orders_side_by_side() -> None:
    """Each purchase order has invoices of its own, and its credits go back to it; nothing carries two.

    2026-01-10 INV-1 s 2026-01-10..2026-02-10 10 160.00
    2026-01-10 INV-2 t 2026-01-10..2026-02-10 5 50.00
    2026-01-20 CN-1 t 2026-01-20..2026-02-10 5 -33.87     # 50.00 × 21/31
    2026-01-20 INV-3 t 2026-01-20..2026-02-20 4 40.00
    2026-02-10 INV-4 s 2026-02-10..2026-03-10 10 160.00
    2026-02-20 INV-5 t 2026-02-20..2026-03-20 4 40.00
    """
    found = play(
        story(
            order("2026-01-10", po="PO-A"),
            order("2026-01-10", "t", plan="basic", seats=5, po="PO-B"),
            event("2026-01-20", "change", "t", seats=4, timing="reset"),
            until="2026-02-20",
        )
    )
    assert ledger(found) == told(test_two_purchase_orders_side_by_side.__doc__)
    assert found["credit_notes"][0]["invoices"] == ["INV-2026-000002"]


def test_two_of_one_purchase_order_share_a_renewal() -> None:
    """Two subscriptions that renew on one day under one purchase order stand on one invoice, a third beside it."""
    found = play(
        story(
            order("2026-01-10", po="PO-A"),
            order("2026-01-10", "t", plan="basic", seats=5, po="PO-A"),
            order("2026-01-10", "u", plan="top", seats=1, po="PO-B"),
            until="2026-02-10",
        )
    )
    renewals = [
        [line["subscription"] for line in paper["lines"]]
        for paper in found["invoices"]
        if paper["issued_on"] == "2026-02-10"
    ]
    assert sorted(renewals) == [["s", "t"], ["u"]]


def test_tiers_over_a_renewal() -> None:
    """Volume: all seats at the price of the tier they fall in; graduated: each tier's seats at its own.

    2026-01-01 INV-1 v 2026-01-01..2026-02-01 10 160.00
    2026-01-01 INV-2 g 2026-01-01..2026-02-01 12 189.00   # 10 × 16.00 + 2 × 12.00 + 5.00
    2026-02-01 INV-3 v 2026-02-01..2026-03-01 11 132.00   # 11 × 12.00
    2026-02-01 INV-3 g 2026-02-01..2026-03-01 12 189.00
    """
    volume = [{"up_to": 10, "unit_amount": "16.00"}, {"up_to": None, "unit_amount": "12.00"}]
    graduated = [volume[0], volume[1] | {"flat_amount": "5.00"}]
    catalog = [
        plan("volume", 1, price("month", "", model="volume", tiers=volume)),
        plan("graduated", 2, price("month", "", model="graduated", tiers=graduated)),
    ]
    found = play(
        story(
            order("2026-01-01", "v", plan="volume", seats=10),
            order("2026-01-01", "g", plan="graduated", seats=12),
            event("2026-01-15", "change", "v", seats=11, timing="renewal"),
            until="2026-02-01",
            catalog=catalog,
        )
    )
    assert sorted(ledger(found)) == sorted(told(test_tiers_over_a_renewal.__doc__))
