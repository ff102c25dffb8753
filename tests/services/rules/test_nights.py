"""What a night makes of one subscription, boundary by boundary."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from data.money import Money
from data.period import Interval, Period
from services.errors import NoPrice, TooFewSeats
from services.rules.lifecycle import Status
from services.rules.nights import Offers, Standing, Step, StepKind, steps
from services.rules.pricing import Discount, Price, PriceModel, Tier
from services.rules.scheduled import ScheduledFields
from services.rules.trials import EndAction, TrialPolicy


def price(plan: str, amount: str, interval: Interval = Interval.MONTH, since: date = date(2025, 1, 1)) -> Price:
    key = hash((plan, interval, since)) & 0xFFFF
    return Price(
        key, plan, "USD", interval, PriceModel.PER_SEAT, (Tier(None, Decimal(amount)),), 1, since, f"{since:%Y-%m}"
    )


PRO, PRO_YEAR = price("pro", "16.00"), price("pro", "144.00", Interval.YEAR)
PRO_DEARER = price("pro", "18.00", since=date(2026, 2, 1))
TEAM, FREE = price("team", "10.00"), price("free", "0.00")
OFFERS = Offers("USD", (PRO, PRO_YEAR, PRO_DEARER, TEAM, FREE), {"team": Discount(percent=Decimal(10))})
NOW = Standing(
    subscription_id=1,
    status=Status.ACTIVE,
    is_trial=False,
    price=PRO,
    seats=10,
    seats_assigned=4,
    discount=None,
    anchor_on=date(2026, 1, 31),
    period=Period(date(2026, 1, 31), date(2026, 2, 28)),
    sequence=1,
)
CONVERTS = TrialPolicy(end_action=EndAction.CONVERT)
BECOMES_FREE = TrialPolicy(end_action=EndAction.DOWNGRADE_TO_FREE, to_plan="free")
TRIAL = NOW._replace(status=Status.TRIALING, is_trial=True, sequence=0)


def told(found: list[Step]) -> list[tuple[str, str, str]]:
    """Day, kind and what is charged."""
    return [(step.day.isoformat(), step.kind.value, str(step.line.amount if step.line else "")) for step in found]


def night(standing: Standing, day: date) -> list[Step]:
    return list(steps(standing, OFFERS, day))


def test_nothing_is_due_before_the_boundary() -> None:
    assert night(NOW, date(2026, 2, 27)) == []


def test_a_month_end_anchor_renews_on_the_last_of_february_and_returns() -> None:
    (step,) = night(NOW, date(2026, 2, 28))
    assert told([step]) == [("2026-02-28", "renewed", "160.00 USD")]
    assert (step.after.period, step.after.anchor_on) == (Period(date(2026, 2, 28), date(2026, 3, 31)), NOW.anchor_on)


def test_missed_boundaries_are_caught_up_one_by_one() -> None:
    found = night(NOW, date(2026, 5, 30))
    assert [step.day.isoformat() for step in found] == ["2026-02-28", "2026-03-31", "2026-04-30"]
    assert [step.after.sequence for step in found] == [2, 3, 4]


def test_a_cancelled_one_ends_with_its_term_and_a_night_later_stays_ended() -> None:
    (step,) = night(NOW._replace(status=Status.PENDING_CANCELLATION), date(2026, 12, 31))
    assert (step.kind, step.after.status, step.day) == (StepKind.CANCELLED, Status.CANCELLED, date(2026, 2, 28))
    assert step.before.yearly == Money.of("1920", "USD") and not step.after.yearly
    assert night(step.after, date(2026, 12, 31)) == []


def test_one_that_is_not_renewed_expires() -> None:
    (step,) = night(NOW._replace(is_auto_renewed=False), date(2026, 2, 28))
    assert (step.kind, step.after.status) == (StepKind.ENDED, Status.EXPIRED)


def test_a_scheduled_start_begins_and_is_not_charged_again() -> None:
    (step,) = night(NOW._replace(status=Status.SCHEDULED), date(2026, 2, 1))
    assert told([step]) == [("2026-01-31", "started", "")]
    assert step.after.status is Status.ACTIVE


def test_a_renewal_keeps_its_price_unless_the_new_one_was_scheduled() -> None:
    assert told(night(NOW, date(2026, 2, 28))) == [("2026-02-28", "renewed", "160.00 USD")]
    scheduled = NOW._replace(scheduled=ScheduledFields(takes_new_price=True))
    (step,) = night(scheduled, date(2026, 2, 28))
    assert told([step]) == [("2026-02-28", "renewed_changed", "180.00 USD")]
    assert step.applied == scheduled.scheduled and step.after.scheduled is None


def test_a_scheduled_plan_takes_the_accounts_discount_for_it() -> None:
    """6 seats × 10.00 less 10 % = 54.00."""
    scheduled = NOW._replace(scheduled=ScheduledFields(plan="team", seats=6))
    assert told(night(scheduled, date(2026, 2, 28))) == [("2026-02-28", "renewed_changed", "54.00 USD")]


def test_a_scheduled_year_begins_where_the_month_ended() -> None:
    scheduled = NOW._replace(scheduled=ScheduledFields(interval=Interval.YEAR))
    (step,) = night(scheduled, date(2026, 2, 28))
    assert told([step]) == [("2026-02-28", "renewed_changed", "1440.00 USD")]
    assert step.after.period.start == date(2026, 2, 28) and step.after.period.end.year == 2027


def test_a_fall_below_the_assigned_seats_waits_alone_and_is_said() -> None:
    """What else was scheduled takes effect: 10 seats × 10.00 less 10 % = 90.00."""
    scheduled = NOW._replace(scheduled=ScheduledFields(plan="team", seats=3))
    (step,) = night(scheduled, date(2026, 2, 28))
    assert told([step]) == [("2026-02-28", "renewed_changed", "90.00 USD")]
    assert step.left == step.after.scheduled == ScheduledFields(seats=3, waits_for="seats_in_use")


def test_a_fall_that_only_waits_is_a_plain_renewal() -> None:
    (step,) = night(NOW._replace(scheduled=ScheduledFields(seats=3)), date(2026, 2, 28))
    assert told([step]) == [("2026-02-28", "renewed", "160.00 USD")]
    assert step.applied is None and step.left is not None


def test_a_plan_that_is_not_sold_any_more_is_refused() -> None:
    with pytest.raises(NoPrice):
        night(NOW._replace(scheduled=ScheduledFields(plan="gone")), date(2026, 2, 28))


def test_a_trial_expires_without_a_charge() -> None:
    (step,) = night(TRIAL, date(2026, 3, 1))
    assert told([step]) == [("2026-02-28", "trial_expired", "")]


def test_a_trial_converts_on_its_end_and_counts_from_there() -> None:
    found = night(TRIAL._replace(trial=CONVERTS), date(2026, 3, 28))
    assert told(found) == [
        ("2026-02-28", "trial_converted", "180.00 USD"),  # the price of that day
        ("2026-03-28", "renewed", "180.00 USD"),
    ]
    assert found[0].after.anchor_on == date(2026, 2, 28)


def test_a_trial_may_go_on_as_a_free_plan() -> None:
    (step,) = night(TRIAL._replace(trial=BECOMES_FREE), date(2026, 2, 28))
    assert told([step]) == [("2026-02-28", "trial_downgraded", "0.00 USD")]
    assert not step.before.yearly and not step.after.yearly


def test_a_conversion_below_the_plans_minimum_is_refused() -> None:
    dear = replace(price("pro", "18.00", since=date(2026, 2, 10)), minimum_seats=20)
    with pytest.raises(TooFewSeats):
        list(
            steps(
                TRIAL._replace(trial=CONVERTS),
                Offers("USD", (dear,), {}),
                date(2026, 3, 1),
            )
        )
