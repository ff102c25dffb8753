"""Builders of prices, running subscriptions and charge lines: each says only what matters to its test."""

from datetime import date
from decimal import Decimal

from data.money import Money
from data.period import Interval, Period
from services.rules.changes import Running
from services.rules.new_lines import first_line
from services.rules.pricing import Discount, Price, PriceModel, Tier
from services.rules.proration import DueLine, OpenLine, PeriodCredit


def day(text: str) -> date:
    return date.fromisoformat(text)


def make_price(
    unit: str = "16.00",
    *,
    interval: Interval = Interval.MONTH,
    currency: str = "EUR",
    plan: str = "pro",
    price_id: int = 1,
    minimum: int = 1,
    valid_from: str = "2000-01-01",
) -> Price:
    return Price(
        price_id,
        plan,
        currency,
        interval,
        PriceModel.PER_SEAT,
        (Tier(None, Decimal(unit)),),
        minimum,
        day(valid_from),
        valid_from[:7],
    )


def make_tiered(
    model: PriceModel, *tiers: tuple[int | None, str, str], currency: str = "EUR", interval: Interval = Interval.MONTH
) -> Price:
    """Tiers as (up to, unit amount, flat amount)."""
    built = tuple(Tier(up_to, Decimal(unit), Decimal(flat)) for up_to, unit, flat in tiers)
    return Price(2, "team", currency, interval, model, built, 1, day("2000-01-01"), "2000-01")


MONTHLY = make_price("16.00")
YEARLY = make_price("144.00", interval=Interval.YEAR, price_id=3)


def opened(
    line: DueLine,
    line_id: int = 1,
    invoice_id: int = 1,
    credited: str = "0",
    credits: tuple[PeriodCredit, ...] = (),
) -> OpenLine:
    """The due line as it stands on its invoice."""
    currency = line.amount.currency
    return OpenLine(
        line_id, invoice_id, line.period, line.amount, Money.of(credited, currency), line.seats, tuple(credits)
    )


def make_running(
    price: Price = MONTHLY, *, seats: int = 10, starts_on: str = "2026-03-01", discount: Discount | None = None
) -> Running:
    """A subscription in its first period, invoiced in full."""
    line = first_line(price, seats=seats, starts_on=day(starts_on), discount=discount)
    return Running(line.period, day(starts_on), price, seats, discount, (opened(line),))


def span(start: str, end: str) -> Period:
    return Period(day(start), day(end))


def euro(text: str) -> Money:
    return Money.of(text, "EUR")
