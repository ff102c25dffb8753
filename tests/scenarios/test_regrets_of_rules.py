"""Regrets of other billing systems, of the seventeen those about money over time: each shows here if we repeat it."""

from decimal import Decimal

import pytest

from tests.stories import (
    charges,
    codes,
    documents,
    event,
    net,
    order,
    plan,
    play,
    price,
    story,
    subscription,
)

TRIAL = {"days": 14, "seats": 10, "end": "convert"}


def test_04_month_end_drift() -> None:
    """31 January, 28 February, 31 March: the clamped day never becomes the anchor, nor does a change that keeps it."""
    found = play(
        story(
            order("2026-01-31"),
            event("2026-02-28", "change", "s", seats=12, timing="keep"),
            until="2026-05-31",
        )
    )
    ends = [end for _, end, _ in charges(found)]
    assert ends == ["2026-02-28", "2026-03-31", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30"]


def test_05_repair_over_an_adjusted_line() -> None:
    """40.00 of 160.00 were given back; a change credits half of what is left, and no night repairs the rest."""
    found = play(
        story(
            order("2026-04-01"),
            event("2026-04-05", "credit_note", invoice_of="s", amount="40.00", reason="Outage"),
            event("2026-04-16", "change", "s", seats=20, timing="reset"),
            until="2026-05-16",
        )
    )
    credited = [paper["subtotal"] for paper in found["credit_notes"]]
    assert credited == ["-40.00", "-60.00"]  # (160.00 - 40.00) × 15/30
    assert [paper["subtotal"] for paper in found["invoices"]] == ["160.00", "320.00", "320.00"]


def test_06_a_second_upgrade_credited_from_the_small_increment() -> None:
    """10 seats for a year, five more, then twenty: the second change credits both lines, not the last one alone."""
    found = play(
        story(
            order("2026-01-01", interval="year"),
            event("2026-04-11", "change", "s", seats=15, timing="keep"),
            event("2026-07-01", "change", "s", seats=20, timing="reset"),
            until="2026-07-01",
        )
    )
    lines = [line["amount"] for line in found["credit_notes"][0]["lines"]]
    assert lines == ["-725.92", "-362.96"]  # 1440.00 × 184/365, and 522.74 × 184/265


def test_07_upgrade_use_downgrade_farms_credits() -> None:
    """A better plan for ten days of April and back: those ten days are paid for, and the days are paid once."""
    found = play(
        story(
            order("2026-04-01", seats=1),
            event("2026-04-11", "change", "s", plan="top", timing="keep"),
            event("2026-04-21", "change", "s", plan="pro", timing="keep"),
            until="2026-04-21",
        )
    )
    # twenty days at 16.00, ten at 30.00, rounded line by line: 16.00 - 10.67 + 20.00 - 10.00 + 5.33
    assert net(found) == Decimal("20.66")
    ten_times = [
        event("2026-04-11", "change", "s", seats=seats, timing="keep") for _ in range(10) for seats in (15, 10)
    ]
    farmed = play(story(order("2026-04-01"), *ten_times, until="2026-04-11"))
    assert net(farmed) == Decimal("160.00") and farmed["balances"] == {"a": "0.00"}


def test_09_a_trial_converted_twice() -> None:
    """By a rep on its last day, once more the same day, and by the night that converts by itself: billed once."""
    found = play(
        story(
            order("2026-03-01", seats=5, trial=True),
            event("2026-03-14", "convert_trial", "s", interval="month", seats=5),
            event("2026-03-14", "convert_trial", "s", interval="month", seats=5),
            until="2026-03-31",
            trial=TRIAL,
        )
    )
    assert charges(found) == [("2026-03-14", "2026-04-14", "80.00")]
    assert codes(found["refusals"]) == ["not_a_trial"]
    by_itself = play(
        story(
            order("2026-03-01", seats=5, trial=True),
            event("2026-03-15", "convert_trial", "s", interval="month", seats=5),
            until="2026-03-31",
            trial=TRIAL,
        )
    )
    assert charges(by_itself) == [("2026-03-15", "2026-04-15", "80.00")]


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("Pacific/Auckland", "2026-03-05"),  # back to standard time on 5 April
        ("Pacific/Auckland", "2026-08-27"),  # summer time from 27 September
        ("Pacific/Honolulu", "2026-03-08"),
        ("Europe/Madrid", "2026-02-28"),  # summer time from 29 March
        ("America/New_York", "2026-10-01"),
    ],
)
def test_10_double_billing_on_the_nights_the_clocks_change(
    zone: str, start: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the zones of seller and server: the same periods, one invoice each, its mail on the seller's day."""
    here = story(order(start), until="2026-11-30", zone=zone)
    utc = play(here | {"seller": here["seller"] | {"time_zone": "UTC"}})
    for server in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        monkeypatch.setenv("TZ", server)
        found = play(here)
        assert charges(found) == charges(utc)
        issued = [paper["issued_on"] for paper in found["invoices"]]
        assert len(issued) == len(set(issued))
        assert [mail["on"] for mail in found["mails"] if mail["kind"] == "invoice"] == issued


def test_11_a_seat_change_drops_the_scheduled_plan_change() -> None:
    """The plan changes at the renewal all the same; and 10 → 6 scheduled, +5 today: 15 now, 6 at the renewal."""
    found = play(
        story(
            order("2026-04-01"),
            event("2026-04-05", "change", "s", plan="basic", timing="renewal"),
            event("2026-04-16", "change", "s", seats=15, timing="keep"),
            until="2026-05-01",
        )
    )
    assert [(sub["plan"], sub["seats"]) for sub in found["subscriptions"]] == [("basic", 15)]
    assert charges(found)[-1] == ("2026-05-01", "2026-06-01", "150.00")
    fall = story(
        order("2026-04-01"),
        event("2026-04-05", "change", "s", seats=6),
        event("2026-04-16", "change", "s", seats=15, timing="keep"),
        until="2026-04-30",
    )
    assert subscription(play(fall))["seats"] == 15
    assert subscription(play(fall | {"until": "2026-05-01"}))["seats"] == 6


def test_12_a_free_plan_gets_stuck() -> None:
    """A plan at 0.00 renews month by month without a document, and is billed as soon as it is worth something."""
    free = plan("free", 1, price("month", "0.00"))
    pro = plan("pro", 2, price("month", "16.00"))
    found = play(
        story(
            order("2026-01-31", plan="free"),
            event("2026-06-10", "change", "s", plan="pro", timing="keep"),
            until="2026-07-31",
            catalog=[free, pro],
        )
    )
    assert charges(found) == [
        ("2026-06-10", "2026-06-30", "106.67"),  # 10 × 16.00 × 20/30
        ("2026-06-30", "2026-07-31", "160.00"),
        ("2026-07-31", "2026-08-31", "160.00"),
    ]
    assert subscription(found)["period"] == ["2026-07-31", "2026-08-31"]


def test_13_cancelled_while_the_renewal_is_queued() -> None:
    """Cancelled the day before: no renewal. On the day, after its night: the new term is the last. Late: refused."""
    before = play(story(order("2026-01-31"), event("2026-02-27", "cancel", "s"), until="2026-04-30"))
    assert [end for _, end, _ in charges(before)] == ["2026-02-28"]
    assert subscription(before)["status"] == "cancelled"
    on_the_day = play(story(order("2026-01-31"), event("2026-02-28", "cancel", "s"), until="2026-04-30"))
    assert [end for _, end, _ in charges(on_the_day)] == ["2026-02-28", "2026-03-31"]
    assert subscription(on_the_day)["status"] == "cancelled"
    queued = play(
        story(
            order("2026-01-31"),
            event("2026-02-27", "skip_nights", nights=1),
            event("2026-02-28", "cancel", "s"),
            until="2026-03-01",
        )
    )
    assert codes(queued["refusals"]) == ["renewal_due"]
    assert [end for _, end, _ in charges(queued)] == ["2026-02-28", "2026-03-31"]


def test_16_a_run_forty_days_late() -> None:
    """Two boundaries were missed: an invoice for each, dated the day of the run, each with its own days."""
    found = play(
        story(
            order("2026-01-31"),
            event("2026-02-20", "skip_nights", nights=40),
            until="2026-04-15",
        )
    )
    late = found["invoices"][1:]
    assert [paper["issued_on"] for paper in late] == ["2026-04-02", "2026-04-02"]
    assert [paper["due_on"] for paper in late] == ["2026-05-02", "2026-05-02"]
    assert [end for _, end, _ in charges(found)] == ["2026-02-28", "2026-03-31", "2026-04-30"]
    assert found["refusals"] == []


def test_17_credit_notes_that_do_not_add_up_to_the_invoice() -> None:
    """Thirds of 33.34 with 21 % of tax, one after the other, come to the invoice to the cent; one more is refused."""
    thirds = [
        event(f"2026-03-1{n}", "credit_note", invoice_of="s", amount=amount, reason="In parts")
        for n, amount in enumerate(("11.11", "11.11", "11.12", "0.01"))
    ]
    found = play(
        story(
            order("2026-03-05", plan="x", seats=1),
            *thirds,
            until="2026-03-31",
            seller="ES",
            currency="EUR",
            catalog=[plan("x", 1, price("month", "33.34", "EUR"))],
            accounts=[{"country": "ES"}],
        )
    )
    invoice, notes = found["invoices"][0], found["credit_notes"]
    for part in ("subtotal", "tax", "total"):
        assert sum(Decimal(note[part]) for note in notes) == -Decimal(invoice[part])
    assert invoice["open"] == "0.00"
    assert codes(found["refusals"]) == ["invoice_not_creditable"]
    assert len(documents(found)) == 4
