"""Values of the vectors' notation: intervals, periods, prices and running subscriptions."""

from datetime import date
from decimal import Decimal
from typing import Any

from data.money import Money
from data.period import Interval, Period, boundary_from
from services.rules.changes import Running
from services.rules.pricing import Price, PriceModel, Tier
from services.rules.proration import OpenLine, charge
from tests.services.rules.makers import day, opened

Case = dict[str, Any]

_INTERVALS = {
    ("month", 1): Interval.MONTH,
    ("month", 3): Interval.QUARTER,
    ("quarter", 1): Interval.QUARTER,
    ("year", 1): Interval.YEAR,
    ("month", 12): Interval.YEAR,
}


class NotOffered(Exception):
    """The portal has nothing of the kind; the text says what."""


def interval_of(given: Case) -> Interval:
    key = (given["unit"], given.get("count", 1))
    if key not in _INTERVALS:
        raise NotOffered(f"billed every {key[1]} {key[0]}: the portal bills by month, quarter and year")
    return _INTERVALS[key]


def period_of(given: Case) -> Period:
    return Period(day(given["start"]), day(given["end"]))


def currency_of(given: Case) -> str:
    return str(given.get("currency", "USD"))


def money(text: str, given: Case) -> Money:
    return Money.of(text, currency_of(given))


def price_of(unit: str, interval: Interval, currency: str, plan: str = "p") -> Price:
    tiers = (Tier(None, Decimal(unit)),)
    return Price(1, plan, currency, interval, PriceModel.PER_SEAT, tiers, 1, day("2000-01-01"), "2000-01")


def side_price(side: Case, given: Case, plan: str = "p") -> Price:
    return price_of(side["unit_price"], interval_of(side["interval"]), currency_of(given), plan)


def tiered_price(given: Case) -> Price:
    try:
        model = PriceModel(given["mode"])
    except ValueError:
        raise NotOffered(f"prices of the kind {given['mode']}") from None
    tiers = [
        [tier["up_to"], Decimal(str(tier.get("unit_price", "0"))), Decimal(str(tier.get("flat", "0")))]
        for tier in given["tiers"]
    ]
    tiers[-1][0] = None
    tiers[0][2] += Decimal(str(given.get("base_fee", "0")))
    built = tuple(Tier(*tier) for tier in tiers)
    return Price(1, "p", currency_of(given), Interval.MONTH, model, built, 1, day("2000-01-01"), "2000-01")


def invoiced_line(side: Case, given: Case) -> OpenLine:
    """The side's period as it was invoiced: in full, whatever its length."""
    price = side_price(side, given)
    return opened(charge(price, seats=side.get("seats", 1), period=period_of(side["period"])))


def running_of(side: Case, given: Case) -> Running:
    line = invoiced_line(side, given)
    price = side_price(side, given)
    return Running(line.period, line.period.start, price, line.seats, None, (line,))


def boundaries(given: Case, on: date, *, start: str) -> list[date]:
    """Those around a day, the case's anchor day in the months before, of and after it: the start's if it names none."""
    anchor_day = given.get("anchor_day") or day(start).day
    return [boundary_from(on, interval_of(given["interval"]), n, anchor_day) for n in (-1, 0, 1)]


def text(value: Money) -> str:
    return f"{value.major:f}"
