"""Changes of a running subscription: the worked figures of billing rules §5, and what holds for all."""

from dataclasses import replace
from decimal import Decimal

import pytest

from data.money import CurrencyMismatch
from data.period import Interval
from services.rules.changes import (
    Change,
    ChangeOutsidePeriod,
    CommonDate,
    CommonDateMissing,
    NothingChanges,
    Running,
    Timing,
    Wanted,
    change,
    default_timing,
)
from services.rules.derivations import Operation
from services.rules.new_lines import next_period, renewal_line
from services.rules.pricing import Discount, Price, PriceModel
from services.rules.proration import OpenLine, PeriodCredit
from tests.services.rules.makers import (
    MONTHLY,
    YEARLY,
    day,
    euro,
    make_price,
    make_running,
    make_tiered,
    opened,
    span,
)


def seats_to(running: Running, seats: int, timing: Timing, on: str, common: str | None = None) -> Change:
    wanted = Wanted(running.price, seats, running.discount)
    common_date = CommonDate.parse(common) if common else None
    return change(running, wanted, timing=timing, day=day(on), common_date=common_date)


def amounts(done: Change) -> list[str]:
    return [str(line.amount.major) for line in done.lines]


@pytest.mark.parametrize(
    ("price", "start", "seats", "after", "on", "reset", "keep"),
    [
        # 1440.00 x 265/365 = 1045.479; 15 x 144.00; added 720.00 x 265/365 = 522.739
        (YEARLY, "2026-01-01", 10, 15, "2026-04-11", ["-1045.48", "2160.00"], ["522.74"]),
        # 160.00 x 17/31 = 87.741; 15 x 16.00; added 80.00 x 17/31 = 43.870
        (MONTHLY, "2026-03-01", 10, 15, "2026-03-15", ["-87.74", "240.00"], ["43.87"]),
        # 1440.00 x 184/365 = 725.917; 6 x 144.00; given back 4/10 of 725.917 = 290.367
        (YEARLY, "2026-01-01", 10, 6, "2026-07-01", ["-725.92", "864.00"], ["-290.37"]),
        # 1440.00 x 306/365 = 1207.232; given back 4/10 = 482.893
        (YEARLY, "2026-01-01", 10, 6, "2026-03-01", ["-1207.23", "864.00"], ["-482.89"]),
    ],
)
def test_the_worked_figures(
    price: Price, start: str, seats: int, after: int, on: str, reset: list[str], keep: list[str]
) -> None:
    running = make_running(price, seats=seats, starts_on=start)
    done = seats_to(running, after, Timing.RESET, on)
    assert amounts(done) == reset
    assert done.anchor_on == done.period.start == day(on)
    assert done.net("EUR") == euro(reset[0]) + euro(reset[1])
    kept = seats_to(running, after, Timing.KEEP, on)
    assert amounts(kept) == keep
    assert (kept.period, kept.anchor_on) == (running.period, running.anchor_on)


def test_reset_starts_a_new_period_to_the_same_day() -> None:
    done = seats_to(make_running(YEARLY, starts_on="2026-01-01"), 15, Timing.RESET, "2026-04-11")
    assert done.period == span("2026-04-11", "2027-04-11")
    assert [line.corrects for line in done.lines] == [1, None]
    assert [line.period for line in done.lines] == [span("2026-04-11", "2027-01-01"), done.period]
    assert (done.credits, done.charges) == (done.lines[:1], done.lines[1:])


def test_keep_with_another_interval_keeps_the_anchor_day() -> None:
    # monthly 249.95 from 2012-05-01, yearly 2399.95 from 2012-05-12: 249.95 x 20/31 and 2399.95 x 354/365
    running = make_running(make_price("249.95"), seats=1, starts_on="2012-05-01")
    yearly = make_price("2399.95", interval=Interval.YEAR)
    done = change(running, Wanted(yearly, 1, None), timing=Timing.KEEP, day=day("2012-05-12"))
    assert amounts(done) == ["-161.26", "2327.62"]
    assert done.period == span("2012-05-12", "2013-05-01")
    assert done.charges[0].derivation.days == 354 and done.charges[0].derivation.total_days == 365
    assert next_period(done.anchor_on, Interval.YEAR, done.period.end) == span("2013-05-01", "2014-05-01")


def test_the_new_interval_begins_with_the_running_period() -> None:
    # monthly since 2011-11-01: only the anchor's day of month stays, so the year runs from the running month on
    line = renewal_line(make_price("249.95"), seats=1, anchor_on=day("2011-11-01"), ended_on=day("2012-05-01"))
    running = Running(line.period, day("2011-11-01"), make_price("249.95"), 1, None, (opened(line),))
    yearly = make_price("2399.95", interval=Interval.YEAR)
    done = change(running, Wanted(yearly, 1, None), timing=Timing.KEEP, day=day("2012-05-12"))
    assert (amounts(done), done.period.end) == (["-161.26", "2327.62"], day("2013-05-01"))


def test_the_new_interval_begins_with_the_full_interval_that_is_running() -> None:
    # a year from 2026-04-11, monthly from 05-02 (to 05-11), yearly again from 05-05: the month runs from 04-11 on
    yearly, monthly = make_price("144.00", interval=Interval.YEAR), make_price("12.00")
    first = change(
        make_running(yearly, starts_on="2026-04-11"),
        Wanted(monthly, 10, None),
        timing=Timing.KEEP,
        day=day("2026-05-02"),
    )
    assert first.period == span("2026-05-02", "2026-05-11")
    running = Running(first.period, first.anchor_on, monthly, 10, None, (opened(first.charges[0]),))
    done = change(running, Wanted(yearly, 10, None), timing=Timing.KEEP, day=day("2026-05-05"))
    assert done.period == span("2026-05-05", "2027-04-11")
    assert amounts(done) == ["-24.00", "1345.32"]  # 36.00 x 6/9; 1440.00 x 341/365


def test_seats_added_to_a_period_cut_short_are_charged_by_the_full_interval() -> None:
    # after the change above: 5 x 100.00 from 2012-07-01 to 2013-05-01 are 304 of 365 days, not of 354
    yearly = make_price("100.00", interval=Interval.YEAR)
    first = change(
        make_running(starts_on="2012-05-01"), Wanted(yearly, 10, None), timing=Timing.KEEP, day=day("2012-05-12")
    )
    running = Running(first.period, first.anchor_on, yearly, 10, None, (opened(first.charges[0]),))
    assert amounts(seats_to(running, 15, Timing.KEEP, "2012-07-01")) == ["416.44"]  # 500.00 x 304/365


def test_co_term_ends_on_the_common_date() -> None:
    running = make_running(YEARLY, starts_on="2026-01-01")
    done = seats_to(running, 15, Timing.CO_TERM, "2026-04-11", common="06-30")
    # 15 x 144.00 x 80/365 = 473.424, the year being 2025-06-30 .. 2026-06-30
    assert amounts(done) == ["-1045.48", "473.42"]
    assert done.period == span("2026-04-11", "2026-06-30")
    assert next_period(done.anchor_on, Interval.YEAR, done.period.end) == span("2026-06-30", "2027-06-30")


@pytest.mark.parametrize(
    ("common", "interval", "on", "end"),
    [
        ("06-30", Interval.YEAR, "2026-06-30", "2027-06-30"),  # the next one after the day
        ("06-30", Interval.YEAR, "2026-06-29", "2026-06-30"),
        ("02-29", Interval.YEAR, "2026-01-05", "2026-02-28"),
        ("02-29", Interval.YEAR, "2028-01-05", "2028-02-29"),
        ("06-30", Interval.MONTH, "2026-04-11", "2026-04-30"),  # shorter intervals take its day of month
        ("06-30", Interval.QUARTER, "2026-02-11", "2026-02-28"),
    ],
)
def test_the_common_date_is_the_next_one(common: str, interval: Interval, on: str, end: str) -> None:
    assert CommonDate.parse(common).next_after(day(on), interval) == day(end)


def test_renewal_bills_nothing_today() -> None:
    running = make_running(YEARLY, starts_on="2026-01-01")
    done = seats_to(running, 6, Timing.RENEWAL, "2026-07-01")
    assert (done.lines, done.effective_on, done.period) == ((), day("2027-01-01"), running.period)


@pytest.mark.parametrize(
    ("seats", "ranks", "timing"),
    [
        ((10, 6), (2, 2), Timing.RENEWAL),
        ((10, 10), (2, 1), Timing.RENEWAL),
        ((10, 15), (2, 2), Timing.RESET),
        ((10, 6), (1, 2), Timing.RESET),  # fewer seats of a higher plan: something rises
        ((10, 10), (2, 2), Timing.RESET),  # another interval
    ],
)
def test_only_a_fall_waits_for_the_renewal(seats: tuple[int, int], ranks: tuple[int, int], timing: Timing) -> None:
    found = default_timing(seats_before=seats[0], seats_after=seats[1], rank_before=ranks[0], rank_after=ranks[1])
    assert found is timing


def test_another_plan_credits_each_open_line_by_itself() -> None:
    first = make_running(starts_on="2026-03-01")
    added = seats_to(first, 15, Timing.KEEP, "2026-03-10").lines[0]  # 80.00 x 22/31 = 56.774
    running = Running(first.period, first.anchor_on, MONTHLY, 15, None, (*first.lines, opened(added, 2, 2)))
    dearer = make_price("20.00", plan="max")
    done = change(running, Wanted(dearer, 15, None), timing=Timing.KEEP, day=day("2026-03-15"))
    # 160.00 x 17/31 = 87.741 · 56.77 x 17/22 = 43.867 · 300.00 x 17/31 = 164.516
    assert amounts(done) == ["-87.74", "-43.87", "164.52"]
    assert [line.corrects for line in done.lines] == [1, 2, None]


def test_tiered_seats_credit_the_old_and_charge_the_new_quantity() -> None:
    price = make_tiered(PriceModel.VOLUME, (10, "10", "0"), (None, "8", "0"))
    done = seats_to(make_running(price, seats=10, starts_on="2026-03-01"), 11, Timing.KEEP, "2026-03-16")
    assert amounts(done) == ["-51.61", "45.42"]  # 100 x 16/31 · 88 x 16/31


def test_the_credit_is_of_what_was_invoiced_not_of_list_price() -> None:
    running = make_running(discount=Discount(percent=Decimal(50)), starts_on="2026-03-01")
    assert amounts(seats_to(running, 15, Timing.RESET, "2026-03-15")) == ["-43.87", "120.00"]  # 80.00 x 17/31


def test_seats_given_back_are_one_line_over_all_open_lines() -> None:
    first = make_running(starts_on="2026-03-01")
    added = seats_to(first, 15, Timing.KEEP, "2026-03-15").lines[0]
    running = Running(first.period, first.anchor_on, MONTHLY, 15, None, (*first.lines, opened(added, 2, 2)))
    (line,) = seats_to(running, 8, Timing.KEEP, "2026-03-20").lines
    # the newest line first: 43.87 x 12/17 = 30.967 for its five seats, 160.00 x 12/31 x 2/10 = 12.387 for two of ten
    assert (line.amount, line.seats, line.corrects) == (euro("-43.35"), 7, None)
    assert line.derivation.operation is Operation.CREDIT_SEATS and line.derivation.of_seats == 15
    assert [(c.line_id, c.amount, c.seats) for c in line.corrections] == [
        (2, euro("-30.96"), 5),  # 30.9670 and 12.3870: the cent that is left goes to the larger fraction
        (1, euro("-12.39"), 2),
    ]


def test_seats_given_back_before_are_not_credited_again() -> None:
    # 10 -> 6 on 1 July credits 290.37 for 184 days; on 1 October 92 days are left of both
    back = PeriodCredit(euro("290.37"), span("2026-07-01", "2027-01-01"), 4)
    first = make_running(YEARLY, starts_on="2026-01-01")
    line = OpenLine(1, 1, first.period, euro("1440.00"), euro("0"), 10, (back,))
    running = Running(first.period, first.anchor_on, YEARLY, 6, None, (line,))
    done = seats_to(running, 8, Timing.RESET, "2026-10-01")
    assert amounts(done)[0] == "-217.77"  # 1440.00 x 92/365 - 290.37 x 92/184 = 362.958 - 145.185
    assert done.lines[0].seats == 6


def test_a_line_already_credited_gives_no_more_than_is_left() -> None:
    first = make_running(YEARLY, starts_on="2026-01-01")
    for credited, back in (("0", "-1440.00"), ("440.00", "-1000.00"), ("1440.00", "0.00")):
        line = OpenLine(1, 1, first.period, euro("1440.00"), euro(credited), 10)
        running = Running(first.period, first.anchor_on, YEARLY, 10, None, (line,))
        assert amounts(seats_to(running, 15, Timing.RESET, "2026-01-01"))[0] == back


def test_earlier_credits_cap_what_the_unused_days_are_worth() -> None:
    # 155.00 of 160.00 went back for the first days: the 17 days left are worth 87.74, but 5.00 are left
    first = make_running(starts_on="2026-03-01")
    line = replace(first.lines[0], credits=(PeriodCredit(euro("155.00"), span("2026-03-01", "2026-03-15"), 0),))
    done = seats_to(replace(first, lines=(line,)), 15, Timing.RESET, "2026-03-15")
    assert amounts(done)[0] == "-5.00"


def test_seats_at_a_newer_price_are_no_mere_seat_change() -> None:
    newer = make_price("18.00", price_id=9, valid_from="2026-03-01")
    done = change(make_running(), Wanted(newer, 15, None), timing=Timing.KEEP, day=day("2026-03-15"))
    assert amounts(done) == ["-87.74", "148.06"]  # 160.00 x 17/31 · 270.00 x 17/31


@pytest.mark.parametrize("on", ["2026-02-28", "2026-04-01"])
def test_a_day_outside_the_period_is_refused(on: str) -> None:
    with pytest.raises(ChangeOutsidePeriod):
        seats_to(make_running(starts_on="2026-03-01"), 15, Timing.RESET, on)


def test_what_changes_nothing_or_lacks_a_date_is_refused() -> None:
    running = make_running()
    with pytest.raises(NothingChanges):
        seats_to(running, 10, Timing.RESET, "2026-03-15")
    with pytest.raises(CommonDateMissing):
        seats_to(running, 15, Timing.CO_TERM, "2026-03-15")
    with pytest.raises(CurrencyMismatch):
        wanted = Wanted(make_price(currency="USD"), 10, None)
        change(running, wanted, timing=Timing.RESET, day=day("2026-03-15")).net("EUR")
