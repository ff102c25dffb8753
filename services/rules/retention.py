"""Retention: what a cohort of accounts kept of its recurring revenue."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Retained:
    """The accounts with MRR at the start, in one currency: what they had, what they have, and how many left.

    `kept_minor`: of each account the smaller of both, so that no rise hides a fall.
    """

    currency: str
    accounts: int
    opening_minor: int
    closing_minor: int
    kept_minor: int
    lost: int

    @property
    def net(self) -> Decimal | None:
        """Net revenue retention in percent: what they have ÷ what they had."""
        return _percent(self.closing_minor, self.opening_minor)

    @property
    def gross(self) -> Decimal | None:
        """Gross revenue retention in percent: at most 100."""
        return _percent(self.kept_minor, self.opening_minor)

    @property
    def logo_churn(self) -> Decimal | None:
        """How many of a hundred accounts have no MRR any more."""
        return _percent(self.lost, self.accounts)


def _percent(part: int, whole: int) -> Decimal | None:
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1"), ROUND_HALF_UP) if whole > 0 else None
