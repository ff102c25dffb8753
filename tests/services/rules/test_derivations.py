"""Derivations: complete enough to work the amount out again, in any language and on any day."""

import json
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.period import Interval
from services.rules.changes import CommonDate, Timing, Wanted, change
from services.rules.derivations import Derivation, Operation
from services.rules.new_lines import first_line
from services.rules.pricing import Discount, Price, PriceModel, Tier
from services.rules.proration import DueLine, PeriodCredit, credit_rest, credit_unused
from tests.services.rules.makers import MONTHLY, day, euro, make_running, make_tiered, opened, span

units = st.decimals(min_value=0, max_value=5000, places=4)
discounts = (
    st.none()
    | st.builds(Discount, percent=st.decimals(min_value=0, max_value=100, places=3))
    | st.builds(Discount, unit_amount=units)
)


@st.composite
def prices(draw: st.DrawFn) -> Price:
    model = draw(st.sampled_from(PriceModel))
    bounds = sorted(draw(st.sets(st.integers(1, 300), max_size=3))) if model is not PriceModel.PER_SEAT else []
    flats = units if model is not PriceModel.PER_SEAT else st.just(Decimal(0))
    tiers = tuple(Tier(bound, draw(units), draw(flats)) for bound in [*bounds, None])
    currency = draw(st.sampled_from(["EUR", "JPY", "KWD"]))
    interval = draw(st.sampled_from(Interval))
    return Price(2**62, "team", currency, interval, model, tiers, 1, day("2026-01-01"), "2026-01")


def holds(line: DueLine) -> None:
    """The stored text alone comes to the line's amount, whatever wrote it."""
    stored = json.dumps(json.loads(line.derivation.to_json()))
    again = Derivation.from_json(stored)
    assert again == line.derivation
    assert again.evaluate() == line.amount
    assert again.to_json() == line.derivation.to_json()
    assert "." not in "".join(str(n) for n in _numbers(json.loads(stored)))  # no float in the text


def _numbers(content: object) -> list[object]:
    if isinstance(content, dict):
        return [n for value in content.values() for n in _numbers(value)]
    if isinstance(content, list):
        return [n for value in content for n in _numbers(value)]
    return [content] if isinstance(content, int | float) else []


@given(
    prices(),
    discounts,
    st.integers(1, 400),
    st.integers(1, 400),
    st.integers(0, 400),
    st.sampled_from([Timing.RESET, Timing.KEEP, Timing.CO_TERM]),
)
def test_every_line_of_every_change_is_worked_out_again(
    price: Price, discount: Discount | None, seats: int, after: int, days: int, timing: Timing
) -> None:
    running = make_running(price, seats=seats, starts_on="2026-01-31", discount=discount)
    on = running.period.start + timedelta(days=days % running.period.days)
    holds(first_line(price, seats=seats, starts_on=on, discount=discount))
    if seats != after:
        wanted = Wanted(price, after, discount)
        done = change(running, wanted, timing=timing, day=on, common_date=CommonDate(6, 30))
        for line in done.lines:
            holds(line)


@given(prices(), st.integers(1, 400), discounts, st.integers(0, 400))
def test_a_charge_is_the_exact_share_rounded_once(
    price: Price, seats: int, discount: Discount | None, days: int
) -> None:
    running = make_running(price, seats=seats, starts_on="2026-01-31", discount=discount)
    on = running.period.start + timedelta(days=days % running.period.days)
    dearer = Wanted(make_tiered(PriceModel.VOLUME, (None, "3.33", "1"), currency=price.currency), 7, None)
    line = change(running, dearer, timing=Timing.RESET, day=on).charges[0]
    scale = {"EUR": 100, "JPY": 1, "KWD": 1000}[price.currency]
    assert abs(line.amount.minor - Fraction("24.31") * scale) <= Fraction(1, 2)  # 7 x 3.33 + 1


def test_a_credit_with_history_is_worked_out_again() -> None:
    line = first_line(MONTHLY, seats=10, starts_on=day("2026-03-01"))
    history = (PeriodCredit(euro("20.00"), span("2026-03-10", "2026-04-01"), 2),)
    stands = opened(line, credited="10.00", credits=history)
    credit = credit_unused(stands, day("2026-03-15"))
    assert credit.amount == euro("-66.80")  # 150.00 x 17/31 - 20.00 x 17/22 = 82.258 - 15.454
    assert credit.seats == 8
    holds(credit)
    rest = credit_rest(stands)
    assert (rest.amount, rest.period) == (euro("-130.00"), line.period)  # 160 - 10 - 20
    assert rest.derivation.operation is Operation.CREDIT_REST
    holds(rest)


def test_the_text_is_stable_and_names_its_price() -> None:
    derivation = first_line(MONTHLY, seats=10, starts_on=day("2026-03-01")).derivation.taxed("eu_business")
    content = json.loads(derivation.to_json())
    assert content["price"]["version"] == "2000-01" and content["price"]["id"] == "1"
    assert (content["seats"], content["days"], content["total_days"]) == (10, 31, 31)
    assert content["rounding"] == "half_away_from_zero" and content["tax_rule"] == "eu_business"
    assert derivation.to_json() == Derivation.from_json(derivation.to_json()).to_json()


@pytest.mark.parametrize("text", ["{}", '{"operation":"guess"}', "nonsense"])
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises((KeyError, ValueError)):
        Derivation.from_json(text)
