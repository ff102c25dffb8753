"""What a subscription is from its renewal on: scheduled fields put in, prices kept, a fall that is undercut waits."""

from decimal import Decimal

import pytest

from data.period import Interval
from services.errors import NoPrice
from services.rules.pricing import Discount
from services.rules.scheduled import SEATS_IN_USE, Renewed, ScheduledFields, Terms, renewed
from tests.services.rules.makers import YEARLY, day, euro, make_price, span

NEWER = make_price("150.00", interval=Interval.YEAR, price_id=4, valid_from="2026-06-01")
TEAM = make_price("8.00", plan="team", price_id=5)
TEN = Discount(percent=Decimal(10))
PRICES = (YEARLY, NEWER, TEAM)


def at_renewal(
    scheduled: ScheduledFields | None = None, *, assigned: int = 0, discount: Discount | None = None
) -> Renewed:
    """Ten seats at 144.00 a year, renewed on 2027-01-01."""
    return renewed(
        Terms(YEARLY, 10, discount, "Loyal" if discount else ""),
        scheduled,
        anchor_on=day("2026-01-01"),
        ended_on=day("2027-01-01"),
        seats_assigned=assigned,
        prices=PRICES,
        standing={"team": TEN},
    )


def test_without_a_change_price_seats_and_discount_stay() -> None:
    done = at_renewal(discount=TEN)
    assert (done.terms.price, done.terms.seats, done.terms.discount) == (YEARLY, 10, TEN)
    assert (done.period, done.line.amount, done.applied) == (span("2027-01-01", "2028-01-01"), euro("1296.00"), None)


def test_seats_keep_the_price_row_though_a_newer_one_is_valid() -> None:
    done = at_renewal(ScheduledFields(seats=6))
    assert (done.terms.price, done.line.amount) == (YEARLY, euro("864.00"))


def test_a_new_price_keeps_the_discount() -> None:
    done = at_renewal(ScheduledFields(takes_new_price=True), discount=TEN)
    assert (done.terms.price, done.line.amount) == (NEWER, euro("1350.00"))


def test_another_plan_and_interval_take_the_price_of_the_day_and_the_standing_discount() -> None:
    done = at_renewal(ScheduledFields(plan="team", interval=Interval.MONTH))
    assert (done.terms.price, done.terms.discount) == (TEAM, TEN)
    assert (done.period, done.line.amount) == (span("2027-01-01", "2027-02-01"), euro("72.00"))


def test_a_discount_that_is_named_replaces_what_there_is_nothing_included() -> None:
    assert at_renewal(ScheduledFields(changes_discount=True), discount=TEN).terms.discount is None
    named = ScheduledFields(plan="team", interval=Interval.MONTH, changes_discount=True, discount=None)
    assert at_renewal(named).terms.discount is None


def test_a_fall_that_is_undercut_waits_and_the_rest_takes_effect() -> None:
    done = at_renewal(ScheduledFields(seats=6, takes_new_price=True), assigned=7)
    assert (done.terms.seats, done.terms.price) == (10, NEWER)
    assert done.left == ScheduledFields(seats=6, waits_for=SEATS_IN_USE)
    assert at_renewal(ScheduledFields(seats=6), assigned=6).left is None


def test_a_plan_without_a_price_is_refused() -> None:
    with pytest.raises(NoPrice):
        at_renewal(ScheduledFields(plan="team"))
