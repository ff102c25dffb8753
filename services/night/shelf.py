"""What all accounts of a night share: catalog, prices, rates, sellers, representatives; read once a run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Plan, Price, Product, Seller, TaxRate, User
from services import facts
from services.documents.facts import Exchange
from services.documents.frozen import seller_text
from services.facts.sellers import seller_profile
from services.rules import pricing, seller_completeness, tax, trials


@dataclass(frozen=True, slots=True)
class PlanName:
    """A plan with its product, as documents print them."""

    product: str
    product_name: str
    plan_name: str


@dataclass(frozen=True, slots=True)
class Person:
    """A representative, for copies and signatures."""

    name: str
    email: str
    is_active: bool


@dataclass(slots=True)
class Shelf:
    """Shared facts by key. Exchange rates and sellers' printed halves are looked up once each."""

    session: Session
    prices: Mapping[int, pricing.Price]
    plans: Mapping[str, PlanName]
    trials: Mapping[str, trials.TrialPolicy | None]
    rates: tax.RateTable
    sellers: Mapping[str, Seller]
    people: Mapping[int, Person]
    _by_currency: dict[str, list[pricing.Price]] = field(default_factory=dict)
    _exchanges: dict[tuple[str, str, date], Exchange | None] = field(default_factory=dict)
    _seller_texts: dict[tuple[str, str], str] = field(default_factory=dict)
    _lacking: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def prices_in(self, currency: str) -> list[pricing.Price]:
        """All prices of a currency."""
        return self._by_currency.get(currency, [])

    def exchange(self, currency: str, seller: Seller, day: date) -> Exchange | None:
        """The rate into the seller's currency. Raises ExchangeRateMissing."""
        key = (currency, seller.currency, day)
        if key not in self._exchanges:
            self._exchanges[key] = facts.exchange(self.session, *key)
        return self._exchanges[key]

    def seller_text(self, seller: Seller, currency: str) -> str:
        """The seller's half of a snapshot of parties."""
        key = (seller.code, currency)
        if key not in self._seller_texts:
            self._seller_texts[key] = seller_text(facts.seller_facts(self.session, seller, currency))
        return self._seller_texts[key]

    def lacking(self, seller: Seller, currency: str) -> tuple[str, ...]:
        """What the seller lacks to issue documents of the currency; empty when nothing."""
        key = (seller.code, currency)
        if key not in self._lacking:
            profile = seller_profile(self.session, seller)
            is_missing = seller_completeness.missing(profile, currency) if seller.is_active else ("is_active",)
            self._lacking[key] = tuple(is_missing)
        return self._lacking[key]


def stock(session: Session) -> Shelf:
    """The shelf of a run, or of one chunk of it (rows of sellers belong to the session)."""
    prices = [facts.price_of(row) for row in session.scalars(select(Price))]
    by_currency: dict[str, list[pricing.Price]] = {}
    for price in prices:
        by_currency.setdefault(price.currency, []).append(price)
    plans = session.execute(
        select(Plan.code, Plan.product, Product.name, Plan.name).join(Product, Product.code == Plan.product)
    )
    rates = session.execute(select(TaxRate.country, TaxRate.valid_from, TaxRate.percent))
    people = session.execute(select(User.id, User.name, User.email, User.is_active))
    return Shelf(
        session=session,
        prices={price.price_id: price for price in prices},
        plans={code: PlanName(product, name, plan) for code, product, name, plan in plans},
        trials={row.code: facts.trial_policy(row) for row in session.scalars(select(Product))},
        rates=tax.RateTable((country, since, Decimal(percent)) for country, since, percent in rates),
        sellers={row.code: row for row in session.scalars(select(Seller))},
        people={user_id: Person(name, email, is_active) for user_id, name, email, is_active in people},
        _by_currency=by_currency,
    )
