"""Two figures that must agree, with what makes them differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from data.money import Money


@dataclass(frozen=True, slots=True)
class Offender:
    """A row that does not agree: `subject` is what a person calls it; its page, where it has one, by path and ids."""

    subject: str
    expected: Money | int | str
    found: Money | int | str
    page: str = ""
    ids: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class TieOut:
    """A check in one currency (or of counts): `expected` and `found` are equal, and no row differs.

    `code`: one of `services.words.report_texts.TIE_OUTS`, which says what the two figures are.
    """

    code: str
    expected: Money | int
    found: Money | int
    offenders: tuple[Offender, ...] = ()

    @property
    def difference(self) -> Money | int:
        """What is found too much; negative: what is missing. Raises CurrencyMismatch."""
        if isinstance(self.expected, Money) and isinstance(self.found, Money):
            return self.found - self.expected
        if isinstance(self.expected, Money) or isinstance(self.found, Money):
            raise TypeError("an amount is compared with a count")
        return self.found - self.expected

    @property
    def holds(self) -> bool:
        """Whether the figures agree and every row does."""
        return not self.offenders and not (
            self.difference.minor if isinstance(self.difference, Money) else self.difference
        )


# The checks of `services.integrity` that list what breaks each.
CHECKED_BY: Mapping[str, tuple[str, ...]] = {
    "lines_are_totals": ("document_totals", "invoiced_is_earned_or_deferred", "derivations"),
    "tax_is_payable": ("document_totals", "tax_payable"),
    "receivables_roll_forward": ("receivables", "open_amounts"),
    "collected_is_cash": ("cash", "sources_used"),
    "invoiced_is_earned_or_deferred": ("earned_in_full",),
    "movements_add_up": ("movements_add_up", "movements_follow"),
    "numbers_gapless": ("numbers_gapless", "document_numbers"),
}
