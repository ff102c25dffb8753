"""Prices: three models, discounts, the price of a day (billing rules §3)."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.money import CurrencyMismatch
from data.period import Interval
from services.errors import NoPrice, TooFewSeats, TooManySeats
from services.rules.pricing import (
    Discount,
    Price,
    PriceModel,
    Tier,
    amount,
    annual_saving,
    check_seats,
    exact_amount,
    percent_off,
    price_on,
    yearly_amount,
)
from tests.services.rules.makers import MONTHLY, YEARLY, day, euro, make_price, make_tiered

VOLUME = make_tiered(PriceModel.VOLUME, (100, "2", "10"), (200, "1", "0"), (None, "0.5", "50"))
GRADUATED = make_tiered(PriceModel.GRADUATED, (10, "10", "2"), (20, "5", "3"), (None, "5", "3"))


@pytest.mark.parametrize(
    ("price", "seats", "total"),
    [
        (MONTHLY, 10, "160.00"),  # 10 x 16.00
        (VOLUME, 100, "210.00"),  # 100 x 2 + 10: the bound is inclusive
        (VOLUME, 101, "101.00"),  # all seats at 1, that tier's flat only
        (VOLUME, 201, "150.50"),  # 201 x 0.5 + 50
        (GRADUATED, 10, "102.00"),  # 10 x 10 + 2
        (GRADUATED, 11, "110.00"),  # 102 + 5 + 3: the flat of every tier entered
        (GRADUATED, 21, "163.00"),  # 102 + 10 x 5 + 3 + 5 + 3
    ],
)
def test_each_model_prices_its_seats(price: Price, seats: int, total: str) -> None:
    assert amount(price, seats=seats) == euro(total)


@pytest.mark.parametrize(
    ("price", "seats", "discount", "total"),
    [
        (MONTHLY, 10, Discount(percent=Decimal("12.5")), "140.00"),  # 160 x 0.875
        (MONTHLY, 1, Discount(percent=Decimal("33.333")), "10.67"),  # 16 x 0.66667 = 10.66672
        (MONTHLY, 10, Discount(percent=Decimal(100)), "0.00"),
        (MONTHLY, 10, Discount(unit_amount=Decimal("12.345")), "123.45"),
        (GRADUATED, 11, Discount(percent=Decimal(50)), "55.00"),  # flats are discounted with the line
        (GRADUATED, 11, Discount(unit_amount=Decimal(7)), "77.00"),  # replaces tiers and flats
    ],
)
def test_a_discount_is_part_of_the_line(price: Price, seats: int, discount: Discount, total: str) -> None:
    assert amount(price, seats=seats, discount=discount) == euro(total)


def test_a_unit_price_may_be_finer_than_a_cent_and_is_rounded_once() -> None:
    price = make_price("0.004999999999")
    assert amount(price, seats=3) == euro("0.01")  # 0.014999999997; per seat it would be 0.00
    assert exact_amount(price, 3) == Fraction("1.4999999997")


def test_a_share_is_rounded_with_the_line() -> None:
    assert amount(MONTHLY, seats=5, share=Fraction(17, 31)) == euro("43.87")  # 80.00 x 17/31


@pytest.mark.parametrize("seats", [0, -5])
def test_no_seats_have_no_price(seats: int) -> None:
    with pytest.raises(TooFewSeats):
        amount(MONTHLY, seats=seats)


def test_seats_are_checked_against_minimum_and_limit() -> None:
    price = make_price(minimum=5)
    check_seats(price, 5)
    check_seats(price, 1_000_000)
    with pytest.raises(TooFewSeats) as few:
        check_seats(price, 4)
    assert few.value.values == {"minimum": 5, "seats": 4} and few.value.field == "seats"
    with pytest.raises(TooManySeats):
        check_seats(price, 10**9)


@pytest.mark.parametrize(
    ("price", "seats", "yearly"),
    [
        (MONTHLY, 10, "1920.00"),
        (YEARLY, 10, "1440.00"),
        (make_price("45.00", interval=Interval.QUARTER), 2, "360.00"),
        (make_price("0.333"), 1, "3.96"),  # 12 x the line of 0.33, not 12 x 0.333
    ],
)
def test_the_yearly_amount_is_that_of_the_full_period_line(price: Price, seats: int, yearly: str) -> None:
    assert yearly_amount(price, seats=seats) == euro(yearly)


def test_annual_saves_against_monthly() -> None:
    assert annual_saving(MONTHLY, YEARLY, 10) == euro("480.00")  # 1920 - 1440
    assert annual_saving(make_price("10"), YEARLY, 1) == euro("-24.00")
    with pytest.raises(CurrencyMismatch):
        annual_saving(make_price(currency="USD"), YEARLY, 1)


@pytest.mark.parametrize(
    ("discount", "percent"),
    [
        (None, 0),
        (Discount(percent=Decimal("12.5")), Fraction("12.5")),
        (Discount(unit_amount=Decimal("12.00")), 25),
        (Discount(unit_amount=Decimal("20.00")), -25),
    ],
)
def test_a_negotiated_price_counts_as_percent_off(discount: Discount | None, percent: Fraction) -> None:
    assert percent_off(MONTHLY, 10, discount) == percent
    assert percent_off(make_price("0"), 10, Discount(unit_amount=Decimal(0))) == 0


def test_the_price_of_a_day_is_the_latest_that_is_valid() -> None:
    old, new = make_price("16", valid_from="2025-01-01"), make_price("18", valid_from="2026-07-01")
    prices = [new, old, make_price("1", plan="free"), make_price("17", currency="USD"), YEARLY]

    def on(text: str) -> Price:
        return price_on(prices, plan="pro", currency="EUR", interval=Interval.MONTH, day=day(text))

    assert on("2026-06-30") == old
    assert on("2026-07-01") == new
    with pytest.raises(NoPrice) as refused:
        on("2024-12-31")
    assert refused.value.values == {"plan": "pro", "currency": "EUR", "interval": "month"}


@pytest.mark.parametrize(
    "tiers",
    [
        (),
        ((10, "1", "0"),),  # no open end
        ((None, "1", "0"), (10, "1", "0")),
        ((20, "1", "0"), (10, "1", "0"), (None, "1", "0")),
        ((10, "1", "0"), (10, "1", "0"), (None, "1", "0")),
        ((0, "1", "0"), (None, "1", "0")),
    ],
)
def test_tiers_rise_to_an_open_end(tiers: tuple[tuple[int | None, str, str], ...]) -> None:
    with pytest.raises(ValueError):
        make_tiered(PriceModel.VOLUME, *tiers)


def test_impossible_prices_and_discounts_cannot_be_made() -> None:
    for make in (
        lambda: make_price("-1"),
        lambda: make_price("0.0000000000001"),  # 13 places
        lambda: make_price("NaN"),
        lambda: make_tiered(PriceModel.PER_SEAT, (None, "1", "5")),
        lambda: Tier(None, Decimal(1), Decimal(-1)),
        lambda: Discount(),
        lambda: Discount(percent=Decimal(1), unit_amount=Decimal(1)),
        lambda: Discount(percent=Decimal(101)),
        lambda: Discount(percent=Decimal(-1)),
    ):
        with pytest.raises((ValueError, ArithmeticError)):
            make()


@given(st.integers(1, 500))
def test_graduated_seats_cost_the_sum_of_their_steps(seats: int) -> None:
    by_seat = sum(10 if n <= 10 else 5 for n in range(1, seats + 1))
    flats = 2 + (3 if seats > 10 else 0) + (3 if seats > 20 else 0)
    assert amount(GRADUATED, seats=seats) == euro(str(by_seat + flats))
