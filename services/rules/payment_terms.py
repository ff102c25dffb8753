"""Payment terms: when an invoice is due (billing rules §8)."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

FIELDS = frozenset({"net_days", "end_of_month", "fixed_days"})  # of an account


@dataclass(frozen=True, slots=True)
class Terms:
    """Net days, then optionally the end of that month, then the next of the fixed days of a month (1-31).

    Raises ValueError for negative days or a day of no month.
    """

    net_days: int = 30
    end_of_month: bool = False
    fixed_days: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.net_days < 0 or any(not 1 <= day <= 31 for day in self.fixed_days):
            raise ValueError("days to pay")


@lru_cache(maxsize=10_000)  # thousands of accounts share a few terms
def due_on(issued_on: date, terms: Terms) -> date:
    """The due day; a fixed day beyond the month's end is its last day."""
    day = issued_on + timedelta(days=terms.net_days)
    if terms.end_of_month:
        day = day.replace(day=_length(day))
    if not terms.fixed_days:
        return day
    days = sorted({min(fixed, _length(day)) for fixed in terms.fixed_days})
    later = [fixed for fixed in days if fixed >= day.day]
    if later:
        return day.replace(day=later[0])
    following = day.replace(day=_length(day)) + timedelta(days=1)
    return following.replace(day=min(min(terms.fixed_days), _length(following)))


def _length(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]
