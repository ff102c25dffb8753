"""Bridges of recurring revenue: from opening to closing over what moved it, exactly, in one currency or converted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from data.money import Money, largest_remainder, round_half_away
from services.rules.figures import MOVEMENTS, Measure


@dataclass(frozen=True, slots=True)
class Bridge:
    """MRR from `opening` to `closing`: opening + movements + transfers + currency effect = closing, to the cent.

    `transfers`: what came from and went to other plans (or countries, representatives, segments) than those kept.
    """

    opening: Money
    movements: Mapping[Measure, Money]
    transfers: Money
    currency_effect: Money
    closing: Money

    @property
    def currency(self) -> str:
        """Of all amounts."""
        return self.opening.currency

    @property
    def is_empty(self) -> bool:
        """Whether nothing recurs and nothing moved."""
        return not any((self.opening, self.closing, *self.movements.values(), self.transfers, self.currency_effect))


def bridge(
    opening: Fraction, closing: Fraction, movements: Mapping[Measure, Fraction], transfers: Fraction, currency: str
) -> Bridge:
    """The bridge of exact minor units; what is left is the effect of rates that changed.

    Both balances are rounded by themselves; what lies between them is split by largest remainder.
    """
    first, last = round_half_away(opening), round_half_away(closing)
    effect = closing - opening - sum(movements.values(), Fraction(0)) - transfers
    exact = [movements.get(kind, Fraction(0)) for kind in MOVEMENTS] + [transfers, effect]
    # what is nothing stays nothing: only what is moved takes part in the rounding
    moved = [place for place, value in enumerate(exact) if value]
    minors = [0] * len(exact)
    if moved:
        parts = largest_remainder(last - first, [exact[place] for place in moved])
        for place, minor in zip(moved, parts, strict=True):
            minors[place] = minor
    amounts = [Money(minor, currency) for minor in minors]
    kinds = dict(zip(MOVEMENTS, amounts, strict=False))
    return Bridge(Money(first, currency), kinds, amounts[-2], amounts[-1], Money(last, currency))
