"""Tie-outs: two figures that are kept apart and must be the same."""

from dataclasses import dataclass

from data.money import Money


@dataclass(frozen=True, slots=True)
class TieOut:
    """What a report says (`found`) against what it must say (`expected`): amounts of one currency, or counts."""

    code: str
    expected: Money | int
    found: Money | int

    @property
    def ties(self) -> bool:
        """Whether they are the same."""
        return self.expected == self.found

    @property
    def difference(self) -> Money | int:
        """What is found too much; negative: what is missing."""
        if isinstance(self.expected, Money) and isinstance(self.found, Money):
            return self.found - self.expected
        assert isinstance(self.expected, int) and isinstance(self.found, int)
        return self.found - self.expected


# The checks of `services.integrity` that list the offenders of each.
OFFENDERS: dict[str, tuple[str, ...]] = {
    "lines_are_totals": ("document_totals", "invoiced_is_earned_or_deferred", "derivations"),
    "tax_is_payable": ("document_totals", "tax_payable"),
    "receivables_roll_forward": ("receivables", "open_amounts"),
    "collected_is_cash": ("cash", "sources_used"),
    "earned_or_deferred": ("earned_in_full",),
    "movements_close": ("movements_add_up", "movements_follow"),
    "numbers_gapless": ("numbers_gapless", "document_numbers"),
}
