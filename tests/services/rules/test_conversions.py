"""What a trial becomes by itself at its end (billing rules §6)."""

from decimal import Decimal

import pytest

from data.money import Money
from data.period import Interval
from services.errors import NoPrice, TooFewSeats
from services.rules.conversions import Conversion, conversion
from services.rules.pricing import Discount
from services.rules.trials import EndAction, TrialPolicy, plan_after, suggested_seats
from tests.services.rules.makers import day, make_price, span

MONTH = make_price("16.00")
DEARER = make_price("20.00", price_id=2, valid_from="2026-05-01")
FREE = make_price("0", plan="free", price_id=3)


def converted(
    plan: str = "pro", *, seats: int = 5, interval: Interval = Interval.MONTH, on: str = "2026-04-30"
) -> Conversion:
    prices = (MONTH, DEARER, FREE)
    off = {"pro": Discount(percent=Decimal(10))}
    return conversion(prices, off, plan=plan, currency=MONTH.currency, interval=interval, seats=seats, on=day(on))


def test_it_takes_the_price_of_its_day_and_anchors_on_it() -> None:
    """5 × 16.00 less 10 % = 72.00; a day later the price list says 20.00: 90.00."""
    first, later = converted(), converted(on="2026-05-01")
    assert (first.line.amount, first.period) == (Money.of("72.00", MONTH.currency), span("2026-04-30", "2026-05-30"))
    assert later.line.amount == Money.of("90.00", MONTH.currency)


def test_a_free_plan_that_has_months_only_takes_them() -> None:
    done = converted("free", interval=Interval.YEAR)
    assert (done.price.interval, done.line.amount.minor, done.discount) == (Interval.MONTH, 0, None)


def test_nobody_is_charged_for_seats_that_were_not_asked_for() -> None:
    few = make_price("16.00", minimum=10)
    with pytest.raises(TooFewSeats):
        conversion(
            (few,), {}, plan="pro", currency=few.currency, interval=Interval.MONTH, seats=5, on=day("2026-04-30")
        )
    with pytest.raises(NoPrice):
        converted("unknown")


def test_the_end_action_decides_the_plan() -> None:
    assert plan_after(TrialPolicy(), "pro") is None
    assert plan_after(None, "pro") is None  # the product has no trial any more
    assert plan_after(TrialPolicy(end_action=EndAction.CONVERT), "pro") == "pro"
    free = TrialPolicy(end_action=EndAction.DOWNGRADE_TO_FREE, to_plan="free")
    assert plan_after(free, "pro") == "free"


@pytest.mark.parametrize(
    ("in_use", "tried", "minimum", "suggested"), [(3, 10, 1, 3), (0, 10, 1, 10), (3, 10, 5, 5), (0, 2, 5, 5)]
)
def test_the_quantity_that_is_suggested(in_use: int, tried: int, minimum: int, suggested: int) -> None:
    assert suggested_seats(in_use=in_use, tried=tried, minimum=minimum) == suggested
