"""Lines of full periods: the first, the next, and one with another interval (billing rules §2, §4)."""

from data.period import Interval
from services.rules.derivations import Operation
from services.rules.new_lines import first_line, next_period, renewal_line
from tests.services.rules.makers import MONTHLY, day, euro, span


def test_a_new_subscription_and_its_renewals_are_billed_in_full() -> None:
    line = first_line(MONTHLY, seats=10, starts_on=day("2026-01-31"))
    assert (line.period, line.amount) == (span("2026-01-31", "2026-02-28"), euro("160.00"))
    line = renewal_line(MONTHLY, seats=6, anchor_on=day("2026-01-31"), ended_on=day("2026-02-28"))
    assert (line.period, line.amount) == (span("2026-02-28", "2026-03-31"), euro("96.00"))
    assert line.derivation.operation is Operation.FULL


def test_an_interval_new_at_the_renewal_counts_from_the_day_it_falls_on() -> None:
    assert next_period(day("2025-11-15"), Interval.YEAR, day("2026-03-15")) == span("2026-03-15", "2027-03-15")
    assert next_period(day("2025-11-15"), Interval.MONTH, day("2026-03-15")) == span("2026-03-15", "2026-04-15")


def test_a_year_that_begins_on_a_clamped_day_keeps_the_anchor_day() -> None:
    assert next_period(day("2026-01-31"), Interval.YEAR, day("2026-04-30")) == span("2026-04-30", "2027-04-30")
    assert next_period(day("2026-01-31"), Interval.MONTH, day("2027-04-30")) == span("2027-04-30", "2027-05-31")
