"""Reference rates of a day into one currency, with what has none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy.orm import Session

from data.money import Money, exponent
from services.documents.facts import Exchange
from services.errors import ExchangeRateMissing
from services.facts.catalog import exchange
from services.rules.exchange import converted


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
        else:
            known += [found] if found else []
    return Rates(to, tuple(known), tuple(missing))
