"""Stories of tax, currencies, discounts and payments, over months."""

from decimal import Decimal

import pytest

from tests import databases
from tests.stories import (
    charges,
    codes,
    documents,
    event,
    ledger,
    order,
    plan,
    plans,
    play,
    price,
    story,
    subscription,
    told,
)

FRENCH = {"country": "FR", "vat_number": "FR40303265045"}


def test_reverse_charge_with_a_credit_note() -> None:
    """A French business pays no Spanish VAT, and gets none back.

    2026-03-01 INV-1 s 2026-03-01..2026-04-01 10 160.00
    2026-03-11 CN-1 s 2026-03-11..2026-04-01 0 -40.00
    2026-03-16 INV-2 s 2026-03-16..2026-04-01 2 16.52     # 2 × 16.00 × 16/31
    2026-04-01 INV-3 s 2026-04-01..2026-05-01 12 192.00
    """
    found = play(
        story(
            order("2026-03-01"),
            event("2026-03-11", "credit_note", invoice_of="s", amount="40.00", reason="Outage"),
            event("2026-03-16", "change", "s", seats=12, timing="keep"),
            until="2026-04-01",
            seller="ES",
            currency="EUR",
            accounts=[FRENCH],
        )
    )
    assert ledger(found) == told(test_reverse_charge_with_a_credit_note.__doc__)
    treatments = {line["tax"]["treatment"] for paper in documents(found) for line in paper["lines"]}
    assert treatments == {"reverse_charge"}
    assert {paper["tax"] for paper in documents(found)} <= {"0.00"}


def test_a_rate_that_changes_between_periods() -> None:
    """Germany, second half of 2020: 16 %. The first day of a line's period decides, also for a night that comes late.

    2020-06-15 INV-1 s 2020-06-15..2020-07-15 10 160.00 19%
    2020-07-05 INV-2 s 2020-07-05..2020-07-15 2 10.67 16%  # 2 × 16.00 × 10/30, bought when 16 % was the rate
    2020-07-15 INV-3 s 2020-07-15..2020-08-15 12 192.00 16%
    2021-01-20 INV-1 s 2020-08-15..2020-09-15 12 192.00 16%
    2021-01-20 INV-2 s 2020-09-15..2020-10-15 12 192.00 16%
    2021-01-20 INV-3 s 2020-10-15..2020-11-15 12 192.00 16%
    2021-01-20 INV-4 s 2020-11-15..2020-12-15 12 192.00 16%
    2021-01-20 INV-5 s 2020-12-15..2021-01-15 12 192.00 16%
    2021-01-20 INV-6 s 2021-01-15..2021-02-15 12 192.00 19%
    """
    found = play(
        story(
            order("2020-06-15"),
            event("2020-07-05", "change", "s", seats=12, timing="keep"),
            event("2020-07-31", "skip_nights", nights=172),
            until="2021-01-20",
            seller="DE",
            currency="EUR",
            accounts=[{"country": "DE"}],
        )
    )
    assert ledger(found) == told(test_a_rate_that_changes_between_periods.__doc__)
    assert [paper["tax"] for paper in found["invoices"]] == ["30.40", "1.71"] + ["30.72"] * 6 + ["36.48"]


def test_a_credit_has_the_tax_of_what_it_corrects() -> None:
    """Charged at 19 % in June, given back at 19 % in July, charged anew at 16 %.

    2020-06-20 INV-1 s 2020-06-20..2020-07-20 10 160.00 19%
    2020-07-05 CN-1 s 2020-07-05..2020-07-20 10 -80.00 19%
    2020-07-05 INV-2 s 2020-07-05..2020-08-05 20 320.00 16%
    """
    found = play(
        story(
            order("2020-06-20"),
            event("2020-07-05", "change", "s", seats=20, timing="reset"),
            until="2020-07-05",
            seller="DE",
            currency="EUR",
            accounts=[{"country": "DE"}],
        )
    )
    assert ledger(found) == told(test_a_credit_has_the_tax_of_what_it_corrects.__doc__)
    assert [paper["tax"] for paper in documents(found)] == ["30.40", "-15.20", "51.20"]


def test_from_dunning_to_payment() -> None:
    """Due on 31 January: reminded after 1, 7 and 14 days; paid with 60.00 too much, which the next invoice uses."""
    found = play(
        story(
            order("2026-01-01", interval="year"),
            event("2026-02-16", "pay", account="a", amount="1500.00"),
            event("2026-03-01", "change", "s", seats=11, timing="keep"),
            until="2026-04-30",
        )
    )
    reminders = [mail["on"] for mail in found["mails"] if mail["kind"] == "payment_reminder"]
    assert reminders == ["2026-02-01", "2026-02-07", "2026-02-14", "2026-04-01", "2026-04-07", "2026-04-14"]
    first, second = found["invoices"]
    assert (first["due_on"], first["open"]) == ("2026-01-31", "0.00")
    assert (second["total"], second["open"]) == ("120.72", "60.72")  # 144.00 × 306/365, less the balance
    assert found["balances"] == {"a": "0.00"}
    assert found["aging"][0]["1-30"] == "60.72"


def test_a_payment_for_a_chosen_invoice() -> None:
    """Without a number the oldest by due day is paid, with one that one first; a number nobody knows is refused."""
    found = play(
        story(
            order("2026-01-01"),
            event("2026-02-10", "pay", account="a", amount="30.00", invoice="INV-2026-000002"),
            event("2026-02-11", "pay", account="a", amount="50.00"),
            event("2026-02-12", "pay", account="a", amount="1.00", invoice="INV-2026-000009"),
            until="2026-02-28",
        )
    )
    assert [paper["open"] for paper in found["invoices"]] == ["110.00", "130.00"]
    assert codes(found["refusals"]) == ["not_found"]


def test_a_hundred_percent_off() -> None:
    """Nothing is due and no document is made, yet the periods go on; without the discount the other plan is billed.

    2026-03-15 INV-1 s 2026-03-15..2026-04-15 10 300.00
    2026-04-15 INV-2 s 2026-04-15..2026-05-15 10 300.00
    """
    found = play(
        story(
            order("2026-01-31"),
            event("2026-03-15", "change", "s", plan="top", timing="reset"),
            until="2026-05-01",
            accounts=[{"discounts": [{"plan": "pro", "percent": "100"}]}],
        )
    )
    assert ledger(found) == told(test_a_hundred_percent_off.__doc__)
    assert found["credit_notes"] == []
    assert [(row["month"], row["new"]) for row in found["mrr"] if row["new"] != "0.00"] == [("2026-03", "300.00")]


def test_yen_have_no_decimals() -> None:
    """Everything in whole yen, rounded once a line.

    2026-03-01 INV-1 s 2026-03-01..2026-04-01 10 16000
    2026-03-15 INV-2 s 2026-03-15..2026-04-01 5 4387      # 5 × 1600 × 17/31 = 4387.1
    """
    found = play(
        story(
            order("2026-03-01"),
            event("2026-03-15", "change", "s", seats=15, timing="keep"),
            until="2026-03-15",
            currency="JPY",
            catalog=[plan("pro", 1, price("month", "1600", "JPY"))],
        )
    )
    assert ledger(found) == told(test_yen_have_no_decimals.__doc__)
    assert found["invoices"][1]["total"] == "4387" and found["mrr"][0]["closing"] == "24000"


def test_dinars_have_three_decimals() -> None:
    """Fils to the last one.

    2026-03-01 INV-1 s 2026-03-01..2026-04-01 10 16.250
    2026-03-15 CN-1 s 2026-03-15..2026-04-01 10 -8.911    # 16.250 × 17/31 = 8.91129
    2026-03-15 INV-2 s 2026-03-15..2026-04-15 3 4.875
    """
    found = play(
        story(
            order("2026-03-01"),
            event("2026-03-15", "change", "s", seats=3, timing="reset"),
            until="2026-03-15",
            currency="KWD",
            catalog=[plan("pro", 1, price("month", "1.625", "KWD"))],
        )
    )
    assert ledger(found) == told(test_dinars_have_three_decimals.__doc__)
    assert found["balances"] == {"a": "0.000"}


def test_unit_prices_finer_than_a_cent() -> None:
    """1,234 seats at 0.0375 a month: 46.275, rounded once, away from zero."""
    found = play(
        story(
            order("2026-01-01", plan="x", seats=1234),
            until="2026-01-01",
            catalog=[plan("x", 1, price("month", "0.0375"))],
        )
    )
    assert [amount for *_, amount in charges(found)] == ["46.28"]


def test_a_price_that_was_superseded_takes_effect_where_it_was_scheduled() -> None:
    """The new price of March is for new customers; an old one keeps the old until its change is scheduled.

    2026-02-10 INV-1 s 2026-02-10..2026-03-10 10 160.00
    2026-03-10 INV-2 s 2026-03-10..2026-04-10 10 160.00
    2026-03-20 INV-3 n 2026-03-20..2026-04-20 10 180.00
    2026-04-10 INV-4 s 2026-04-10..2026-05-10 10 180.00
    2026-04-20 INV-5 n 2026-04-20..2026-05-20 10 180.00
    """
    prices = (price("month", "16.00"), price("month", "18.00", valid_from="2026-03-01"))
    found = play(
        story(
            order("2026-02-10"),
            event("2026-03-15", "price_change", "s"),
            order("2026-03-20", "n"),
            until="2026-04-20",
            catalog=[plan("pro", 1, *prices)],
        )
    )
    assert ledger(found) == told(test_a_price_that_was_superseded_takes_effect_where_it_was_scheduled.__doc__)


def test_revenue_is_recognised_day_by_day() -> None:
    """A year of 3,650.00 from 1 February: 280.00, 310.00, … ; what is invoiced is earned or deferred, to the cent."""
    found = play(
        story(
            order("2026-02-01", plan="x", seats=1, interval="year"),
            until="2027-01-31",
            catalog=[plan("x", 1, price("year", "3650.00"))],
        )
    )
    rows = found["revenue"]
    assert [row["recognised"] for row in rows[:3]] == ["280.00", "310.00", "300.00"]
    assert rows[-1]["deferred"] == "0.00"
    invoiced, recognised = Decimal(0), Decimal(0)
    for row in rows:
        invoiced, recognised = invoiced + Decimal(row["invoiced"]), recognised + Decimal(row["recognised"])
        assert invoiced == recognised + Decimal(row["deferred"])


@pytest.mark.postgresql
def test_both_databases_tell_the_same(db: databases.TestDatabase) -> None:
    """One story with everything in it, on SQLite and on an empty PostgreSQL database: not a letter differs."""
    told_story = story(
        order("2026-01-31", interval="year"),
        order("2026-01-31", "t", plan="basic", seats=3, trial=True),
        event("2026-02-05", "convert_trial", "t", interval="month", seats=4),
        event("2026-04-11", "change", "s", seats=15, timing="reset"),
        event("2026-05-02", "change", "s", plan="top", interval="month", timing="keep"),
        event("2026-06-01", "assign_seats", "s", users=["ana@a.example", "Ivo <ivo@a.example>"]),
        event("2026-06-02", "release_seats", "s", users=["ana@a.example"]),
        event("2026-06-03", "cancel", "t"),
        event("2026-06-15", "pay", account="a", amount="2000.00"),
        event("2026-06-16", "credit_note", invoice_of="s", amount="50.00", reason="goodwill"),
        event("2026-07-01", "skip_nights", nights=40),
        until="2026-12-31",
        seller="ES",
        zone="Europe/Madrid",
        currency="EUR",
        accounts=[{"country": "ES", "discounts": [{"plan": "pro", "percent": "12.5"}]}],
        trial={"days": 14, "seats": 10, "end": "expire"},
        catalog=plans("EUR"),
    )
    on_sqlite = play(told_story)
    assert play(told_story, databases.empty_postgresql()) == on_sqlite
    assert subscription(on_sqlite, "t")["status"] == "cancelled"
