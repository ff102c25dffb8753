"""What all accounts of a night share: catalog, prices, rates, sellers; read once a chunk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Plan, Price, Product, Seller, TaxRate
from services import facts
from services.documents.facts import Exchange
from services.documents.frozen import seller_text
from services.facts.parties import printed_seller
from services.facts.sellers import seller_profile
from services.rules import pricing, seller_completeness, tax, trials

# Put together once: a night of few accounts takes hardly longer than its statements.
_PLANS = select(Plan.code, Plan.product, Product.name, Plan.name).join(Product, Product.code == Plan.product)
_RATES = select(TaxRate.country, TaxRate.valid_from, TaxRate.percent)


@dataclass(frozen=True, slots=True)
class PlanName:
    """A plan with its product, as documents print them."""

    product: str
    product_name: str
    plan_name: str


class Issuer(NamedTuple):
    """What all invoices of a selling entity in a currency share.

    `series`: the prefix of their numbers; `text`: its half of a snapshot of parties; `lacks`: what it lacks to issue
    them, empty when nothing.
    """

    code: str
    legal_name: str
    country: str
    currency: str
    series: str
    text: str
    lacks: tuple[str, ...]


class Shelf:
    """Shared facts by key, each kind read when it is first asked for: a night of reminders needs few of them.

    Exchange rates and what a seller's invoices share are worked out once each.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self._exchanges: dict[tuple[str, str, date], Exchange | None] = {}
        self._issuers: dict[tuple[str | None, str], Issuer | None] = {}

    @cached_property
    def prices(self) -> Mapping[int, pricing.Price]:
        """Every price, by id."""
        return {row.id: facts.price_of(row) for row in self.session.scalars(select(Price))}

    @cached_property
    def _by_currency(self) -> Mapping[str, list[pricing.Price]]:
        found: dict[str, list[pricing.Price]] = {}
        for price in self.prices.values():
            found.setdefault(price.currency, []).append(price)
        return found

    @cached_property
    def plans(self) -> Mapping[str, PlanName]:
        """What plans are called, by code."""
        rows = self.session.connection().execute(_PLANS)
        return {code: PlanName(product, name, plan) for code, product, name, plan in rows}

    @cached_property
    def trials(self) -> Mapping[str, trials.TrialPolicy | None]:
        """The products' trials, by code."""
        return {row.code: facts.trial_policy(row) for row in self.session.scalars(select(Product))}

    @cached_property
    def rates(self) -> tax.RateTable:
        """Every dated tax rate."""
        rows = self.session.connection().execute(_RATES)
        return tax.RateTable((country, since, percent) for country, since, percent in rows)

    def prices_in(self, currency: str) -> list[pricing.Price]:
        """All prices of a currency."""
        return self._by_currency.get(currency, [])

    def exchange(self, currency: str, into: str, day: date) -> Exchange | None:
        """The rate into the seller's currency. Raises ExchangeRateMissing."""
        key = (currency, into, day)
        if key not in self._exchanges:
            self._exchanges[key] = facts.exchange(self.session, *key)
        return self._exchanges[key]

    def issuer(self, code: str | None, currency: str) -> Issuer | None:
        """The selling entity of that code for invoices in a currency; None for a code that nobody has."""
        key = (code, currency)
        if key not in self._issuers:
            seller = self.session.get(Seller, code) if code else None
            self._issuers[key] = self._issuer(seller, currency) if seller else None
        return self._issuers[key]

    def _issuer(self, seller: Seller, currency: str) -> Issuer:
        profile = seller_profile(self.session, seller)
        lacks = tuple(seller_completeness.missing(profile, currency)) if seller.is_active else ("is_active",)
        text = seller_text(printed_seller(profile, currency))
        names = (seller.code, seller.legal_name, seller.country, seller.currency)
        return Issuer(*names, seller.invoice_prefix, text, lacks)
