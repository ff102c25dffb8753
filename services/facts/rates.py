"""Reference rates of a day into one currency, with what has none."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import FxRate
from data.money import Money, exponent
from services.documents.facts import Exchange
from services.errors import ExchangeRateMissing
from services.facts.catalog import exchange, setting
from services.rules.exchange import MOST_DAYS_OLD, DatedRates, converted


@dataclass(frozen=True, slots=True)
class Rates:
    """What is worth how much in the currency `to`: `known` rates, each with its day, and currencies that have none."""

    to: str
    known: tuple[Exchange, ...] = ()
    missing: tuple[str, ...] = ()

    def convert(self, amount: Money) -> Money | None:
        """The amount in the currency, rounded once; None without a rate."""
        if amount.currency == self.to:
            return amount
        found = next((one for one in self.known if one.base == amount.currency), None)
        return converted(amount, rate=found.rate, to=self.to) if found else None

    def per_minor(self, currency: str) -> Fraction:
        """What a minor unit of a currency is worth in minor units of `to`; 0 without a rate."""
        if currency == self.to:
            return Fraction(1)
        found = next((one for one in self.known if one.base == currency), None)
        return Fraction(found.rate) * Fraction(10) ** (exponent(self.to) - exponent(currency)) if found else Fraction(0)


def rates_of(session: Session, currencies: Iterable[str], *, to: str, day: date) -> Rates:
    """The last reference rate up to the day for each of the currencies; a missing one is named, never guessed."""
    known, missing = [], []
    for currency in sorted(set(currencies) - {to}):
        try:
            found = exchange(session, currency, to, day)
        except ExchangeRateMissing:
            missing.append(currency)
            continue
        if found is None or (day - found.day).days > MOST_DAYS_OLD:
            missing.append(currency)
        else:
            known.append(found)
    return Rates(to, tuple(known), tuple(missing))


def dated_rates(session: Session, currencies: Iterable[str], *, to: str, days: Collection[date]) -> DatedRates:
    """The reference rates that amounts in the currencies convert with on any of the days."""
    wanted = sorted({*currencies, to} - {"EUR"}) if set(currencies) - {to} else []
    if not wanted or not days:
        return DatedRates(to, {})
    since = min(days) - timedelta(days=MOST_DAYS_OLD)
    rows = session.execute(
        select(FxRate.currency, FxRate.day, FxRate.rate)
        .where(FxRate.currency.in_(wanted), FxRate.day >= since, FxRate.day <= max(days))
        .order_by(FxRate.day)
    )
    found: dict[str, list[tuple[date, Decimal]]] = {}
    for currency, day, rate in rows:
        found.setdefault(currency, []).append((day, rate))
    return DatedRates(to, found)


def reporting_rates(session: Session, currencies: Iterable[str], days: Collection[date]) -> DatedRates:
    """The reference rates into the portal's reporting currency."""
    return dated_rates(session, currencies, to=str(setting(session, "reporting_currency")), days=days)
