"""The paid subscription a trial becomes by itself at its end (billing rules §6)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from data.period import Interval, Period
from services.errors import NoPrice
from services.rules import pricing
from services.rules.new_lines import first_line
from services.rules.pricing import Discount, Price
from services.rules.proration import DueLine


@dataclass(frozen=True, slots=True)
class Conversion:
    """What it becomes: the price of its day, the first period, which anchors on it, and that period's charge line."""

    price: Price
    seats: int
    discount: Discount | None
    line: DueLine

    @property
    def period(self) -> Period:
        """The first paid period."""
        return self.line.period


def conversion(
    prices: Collection[Price],
    standing: Mapping[str, Discount],
    *,
    plan: str,
    currency: str,
    interval: Interval,
    seats: int,
    on: date,
) -> Conversion:
    """The conversion of a trial on a day, with the account's standing discount of the plan.

    A plan that is not priced for the trial's interval (a free one may have months only) takes its shortest. `plan`: of
    `trials.plan_after`. Raises NoPrice, and TooFewSeats where the trial has fewer than the plan's minimum: nobody is
    charged for seats that were not asked for.
    """
    price = _price(prices, plan=plan, currency=currency, interval=interval, on=on)
    pricing.check_seats(price, seats)
    discount = standing.get(plan)
    return Conversion(price, seats, discount, first_line(price, seats=seats, starts_on=on, discount=discount))


def _price(prices: Collection[Price], *, plan: str, currency: str, interval: Interval, on: date) -> Price:
    wanted = [interval, *(other for other in Interval if other is not interval)]
    for one in wanted[:-1]:
        try:
            return pricing.price_on(prices, plan=plan, currency=currency, interval=one, day=on)
        except NoPrice:
            continue
    return pricing.price_on(prices, plan=plan, currency=currency, interval=wanted[-1], day=on)
