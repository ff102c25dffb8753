"""The catalog, policies and rates as values."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import FxRate, Plan, Price, Product, Setting, TaxRate
from data.period import Interval
from services.documents.facts import Exchange
from services.errors import ExchangeRateMissing
from services.rules import pricing, tax, trials
from services.rules.exchange import cross_rate
from services.rules.order_facts import PlanFacts
from services.rules.pricing import Discount, PriceModel, Tier
from services.rules.territories import place


def price_of(row: Price) -> pricing.Price:
    """A stored price as the value the rules take."""
    return pricing.Price(
        price_id=row.id,
        plan=row.plan,
        currency=row.currency,
        interval=Interval(row.interval),
        model=PriceModel(row.model),
        tiers=tuple(
            Tier(tier["up_to"], Decimal(tier["unit_amount"]), Decimal(tier["flat_amount"])) for tier in row.tiers
        ),
        minimum_seats=row.minimum_seats,
        valid_from=row.valid_from,
        version=row.version,
    )


def prices(session: Session, plans: Iterable[str], currency: str) -> tuple[pricing.Price, ...]:
    """All prices of the plans in a currency, of every interval and day."""
    rows = session.scalars(select(Price).where(Price.plan.in_(list(plans)), Price.currency == currency))
    return tuple(price_of(row) for row in rows)


def setting(session: Session, code: str) -> Any:
    """A policy's value; raises KeyError for one that was never seeded."""
    row = session.get(Setting, code)
    if row is None:
        raise KeyError(code)
    return row.value


def settings(session: Session, *codes: str) -> tuple[Any, ...]:
    """Several policies' values in one statement; raises KeyError for one that was never seeded."""
    found = {row.code: row.value for row in session.scalars(select(Setting).where(Setting.code.in_(codes)))}
    return tuple(found[code] for code in codes)


def trial_policy(row: Product) -> trials.TrialPolicy | None:
    """The product's trial, if it has one."""
    return _trial(row.trial_days, row.trial_seats, row.trial_end, row.trial_to_plan)


def _trial(days: int | None, seats: int | None, end: str, to_plan: str | None) -> trials.TrialPolicy | None:
    if days is None or seats is None:
        return None
    return trials.TrialPolicy(days=days, seats=seats, end_action=trials.EndAction(end), to_plan=to_plan)


def plan_facts(session: Session) -> dict[str, PlanFacts]:
    """Every plan by its code, in the catalog's order; read as columns, since every order needs all of them."""
    trial = (Product.trial_days, Product.trial_seats, Product.trial_end, Product.trial_to_plan)
    rows = session.execute(
        select(Plan.code, Plan.name, Plan.rank, Product.code, Product.name, Product.withdrawn_on, *trial)
        .join(Product, Product.code == Plan.product)
        .order_by(Product.position, Plan.rank)
    )
    return {
        code: PlanFacts(code, name, rank, product, product_name, _trial(*policy), withdrawn_on)
        for code, name, rank, product, product_name, withdrawn_on, *policy in rows
    }


@lru_cache(maxsize=10_000)  # a night meets the same few for thousands of subscriptions
def discount_of(percent: Decimal | None, unit_amount: Decimal | None) -> Discount | None:
    """A stored pair of discount columns as a value."""
    if percent is None and unit_amount is None:
        return None
    return Discount(percent=percent, unit_amount=unit_amount)


def tax_rates(session: Session, countries: Iterable[str]) -> tax.RateTable:
    """The dated rates of some countries, of those whose VAT area they belong to: Monaco has the French ones."""
    areas = sorted({place(country).country for country in countries})
    rows = session.scalars(select(TaxRate).where(TaxRate.country.in_(areas)))
    return tax.RateTable((row.country, row.valid_from, row.percent) for row in rows)


def catalog(session: Session) -> list[tuple[Product, Plan]]:
    """Every product with its plans, in the catalog's order."""
    rows = session.execute(
        select(Product, Plan).join(Plan, Plan.product == Product.code).order_by(Product.position, Plan.rank)
    )
    return [(product, plan) for product, plan in rows]


def product_names(session: Session) -> dict[str, str]:
    """The products' names by code, in the catalog's order."""
    return dict(session.execute(select(Product.code, Product.name).order_by(Product.position)).all())


def exchange(session: Session, currency: str, seller_currency: str, day: date) -> Exchange | None:
    """The last reference rate up to the day, from a currency to the seller's; None for the same currency.

    Raises `ExchangeRateMissing` where none was published: a missing rate is said, never guessed.
    """
    if currency == seller_currency:
        return None
    first, last = _euro_rate(session, currency, day), _euro_rate(session, seller_currency, day)
    rate = cross_rate(per_euro_from=first[1], per_euro_to=last[1])
    return Exchange(base=currency, quote=seller_currency, rate=rate, day=min(first[0], last[0]))


def _euro_rate(session: Session, currency: str, day: date) -> tuple[date, Decimal]:
    if currency == "EUR":
        return day, Decimal(1)
    row = session.execute(
        select(FxRate.day, FxRate.rate)
        .where(FxRate.currency == currency, FxRate.day <= day)
        .order_by(FxRate.day.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        raise ExchangeRateMissing(currency=currency, day=day)
    return row[0], row[1]


def plans_of_same_product(session: Session, plan: str) -> frozenset[str]:
    """The codes of all plans of the plan's product, its own included."""
    product = select(Plan.product).where(Plan.code == plan).scalar_subquery()
    return frozenset(session.scalars(select(Plan.code).where(Plan.product == product)))
