"""Payment terms: when an invoice is due, and the longest a country's law allows (billing rules §8)."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

_LONGEST: Mapping[str, int] = {
    "ES": 60,  # Ley 3/2004, artículo 4: calendar days, payment days included
    "FR": 60,  # Code de commerce, article L441-10: or 45 days to the end of the month
}
_FR_END_OF_MONTH = 45


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


def legal_maximum(country: str) -> int | None:
    """The longest days from the invoice that law allows between businesses; None where it sets none we know."""
    return _LONGEST.get(country)


def exceeds_legal_maximum(terms: Terms, country: str) -> bool:
    """Whether an invoice of some day of the year would be due later than the law allows."""
    longest = legal_maximum(country)
    if longest is None:
        return False
    if country == "FR" and terms.end_of_month and terms.net_days <= _FR_END_OF_MONTH and not terms.fixed_days:
        return False
    first = date(2027, 1, 1)  # a common year: the shortest February makes the latest due days
    days = (first + timedelta(days=n) for n in range(365))
    return any((due_on(day, terms) - day).days > longest for day in days)
