"""Waste in money: the price really paid per seat and day, what idleness cost, and the split that ties to the lines."""

import random
from datetime import date, timedelta
from fractions import Fraction

import pytest

from data.money import Money
from data.period import Interval, Period
from services.rules.usage import SeatUse, Use, Why
from services.rules.waste import (
    Paid,
    SeatCosts,
    SeatRate,
    Share,
    idle_days,
    in_cents,
    seat_rate,
    shares_of,
    split_period,
)

YEAR = Period(date(2026, 1, 1), date(2027, 1, 1))
ADDED = Period(date(2026, 4, 11), date(2027, 1, 1))  # 265 of 365 days
TODAY = date(2026, 7, 1)


def rate(*paid: Paid, seats: int = 10, contracted: int | None = None, day: date = TODAY) -> SeatRate:
    return seat_rate(
        paid,
        currency="EUR",
        day=day,
        seats=seats,
        interval=Interval.YEAR,
        anchor_day=1,
        period_end=YEAR.end,
        contracted_minor=contracted,
    )


def test_a_seat_costs_its_part_of_the_line_and_not_the_list_price() -> None:
    """10 seats at 144.00 a year, 10 % off: 1296.00 / 365 / 10 = 35.5068… cents a day; a twelfth of the year: 10.80."""
    found = rate(Paid(129_600, YEAR))
    assert found.a_day == Fraction(129_600, 365 * 10)
    assert (found.daily(10), found.monthly(1), found.monthly(3)) == (
        Money(355, "EUR"), Money(1080, "EUR"), Money(3240, "EUR"),
    )  # fmt: skip


def test_seats_added_and_given_back_count_by_their_own_lines() -> None:
    """+5 seats for 265 days cost 522.74 (billing rules §5); with 1440.00 for 10, each of 15 costs 144/365 a day."""
    both = rate(Paid(144_000, YEAR), Paid(52_274, ADDED), seats=15)
    assert both.a_day == (Fraction(144_000, 365) + Fraction(52_274, 265)) / 15
    assert both.monthly(15) == Money(18_000, "EUR")  # 15 × 12.00
    # 10 → 6 on 1 July: the credit of 290.37 for 184 days leaves 1440/365 − 290.37/184 = 2.36712… a day for 6 seats
    less = rate(Paid(144_000, YEAR), Paid(-29_037, Period(date(2026, 7, 1), YEAR.end)), seats=6)
    assert less.monthly(6) == Money(7_200, "EUR")  # 6 × 12.00
    assert rate(Paid(144_000, YEAR), Paid(52_274, ADDED), day=date(2026, 4, 10)).a_day == Fraction(144_000, 3_650)


def test_trials_and_free_lines_cost_nothing_and_what_is_billed_elsewhere_its_contract() -> None:
    assert rate().a_day == 0 and not rate().is_contract
    assert rate(contracted=0).a_day == 0
    assert rate(Paid(0, YEAR), contracted=144_000).a_day == 0  # 100 % off: the line says so
    assert rate(Paid(144_000, YEAR), Paid(-144_000, YEAR), contracted=144_000).a_day == 0  # credited in full
    elsewhere = rate(contracted=144_000)
    assert elsewhere.is_contract and elsewhere.monthly(1) == Money(1200, "EUR")


def test_what_idleness_cost_so_far_counts_the_days_that_are_over_and_today() -> None:
    never = Use(SeatUse.IDLE, Why.NOT_SEEN, date(2026, 3, 1))
    assert idle_days(never, None, TODAY) == Period(date(2026, 3, 1), date(2026, 7, 2))
    assert idle_days(never, date(2026, 3, 1), TODAY).start == date(2026, 3, 2)  # the day it was used is no waste
    assert not idle_days(Use(SeatUse.USED, Why.IN_USE), TODAY, TODAY).days
    costs = SeatCosts((Paid(144_000, YEAR), Paid(52_274, ADDED)), [(date(2026, 1, 1), 10), (date(2026, 4, 11), 15)])
    # 41 days of March and April at 144/365 a seat, then 82 days at (1440/365 + 522.74/265) / 15
    assert costs.within(Period(date(2026, 3, 1), date(2026, 7, 2))) == 41 * Fraction(144_000, 3_650) + 82 * (
        (Fraction(144_000, 365) + Fraction(52_274, 265)) / 15
    )
    assert costs.within(Period(date(2020, 1, 1), date(2030, 1, 1))) == Fraction(14_400) * 100 / 365 + Fraction(
        144_000 * 265, 365
    ) / 15 + Fraction(52_274, 15)
    assert costs.within(Period(date(2025, 1, 1), date(2026, 1, 1))) == 0
    assert SeatCosts((), []).within(YEAR) == 0


def test_the_parts_of_a_period_add_up_to_its_lines_to_the_cent() -> None:
    """100.00 over 3 used, 2 idle and 1 free of 6 seats: 50.00, 33.33 and 16.67, the cent to the largest remainder."""
    seats = shares_of({SeatUse.USED: 3, SeatUse.IDLE: 2}, 6)
    assert seats == {
        Share.USED: 3, Share.IDLE: 2, Share.EXCLUDED: 0, Share.NO_EVIDENCE: 0, Share.FREE: 1,
    }  # fmt: skip
    parts = split_period(Money(10_000, "EUR"), seats)
    assert [parts[share].minor for share in (Share.USED, Share.IDLE, Share.FREE)] == [5_000, 3_333, 1_667]


@pytest.mark.parametrize("seed", range(200))
def test_whatever_the_seats_and_lines_money_is_the_sum_of_seats(seed: int) -> None:
    chance = random.Random(seed)
    counts = {use: chance.randrange(0, 40) for use in SeatUse}
    bought = sum(counts.values()) + chance.randrange(1, 10)
    paid = Money(chance.randrange(-5, 10_000_000), chance.choice(["EUR", "JPY", "KWD"]))
    parts = split_period(paid, shares_of(counts, bought))
    assert Money.total(parts.values(), paid.currency) == paid
    exact = {share: Fraction(paid.minor * n, bought) for share, n in shares_of(counts, bought).items()}
    assert all(abs(parts[share].minor - exact[share]) < 1 for share in Share)
    seats = [Fraction(chance.randrange(0, 10_000), chance.randrange(1, 400)) for _ in range(chance.randrange(0, 60))]
    owners = [chance.choice("abc") for _ in seats]
    cents = in_cents(seats, owners, "EUR")
    assert Money.total(cents, "EUR") == Money.rounded(sum(seats, Fraction(0)), "EUR")
    for owner in "abc":
        mine = [(part, one) for part, one, whose in zip(seats, cents, owners, strict=True) if whose == owner]
        exactly = sum((part for part, _ in mine), Fraction(0))
        assert abs(sum(one.minor for _, one in mine) - exactly) < 1
    assert all(abs(one.minor - part) < 2 for part, one in zip(seats, cents, strict=True))


def test_seats_alike_share_what_they_come_to_together() -> None:
    """Three seats at 33⅓ and two at 12½ cents: 125 in all; 100 for the three, 25 for the two, the earlier one more."""
    exact = [Fraction(100, 3)] * 3 + [Fraction(25, 2)] * 2
    assert [one.minor for one in in_cents(exact, ["a", "a", "a", "b", "b"], "EUR")] == [34, 33, 33, 13, 12]


def test_days_without_a_seat_bought_cost_nothing() -> None:
    costs = SeatCosts((Paid(36_500, YEAR),), [(date(2026, 1, 1), 1), (date(2026, 1, 11), 0)])
    assert costs.within(Period(YEAR.start, YEAR.start + timedelta(days=30))) == 1_000
