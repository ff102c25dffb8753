"""Months of reports: yyyymm counted back and forth, the day a month's figures stand on, and spans that end with it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from data.period import months_after
from services.rules.recognition import month_of

# Months of a span that ends with the month of the as-of day; None: since January of its year.
SPANS: Mapping[str, int | None] = {"month": 1, "quarter": 3, "half": 6, "year": None, "12": 12, "24": 24}


def first_day(month: int) -> date:
    """The first day of a month (yyyymm)."""
    return date(month // 100, month % 100, 1)


def plus(month: int, months: int) -> int:
    """The month so many months later; earlier, where negative."""
    return month_of(months_after(first_day(month), months))


def last_months(month: int, count: int) -> tuple[int, ...]:
    """So many months, the oldest first, up to and with this one."""
    return tuple(plus(month, place - count + 1) for place in range(count))


def figures_day(month: int, as_of: date) -> date:
    """The day a month's figures stand on and convert at: its last; of the month that is running, the as-of day."""
    return min(months_after(first_day(month), 1) - timedelta(days=1), as_of)


def span(code: str, as_of: date) -> tuple[int, ...]:
    """The months of a span of `SPANS` that ends with the as-of day."""
    count = SPANS[code]
    return last_months(month_of(as_of), as_of.month if count is None else count)


def up_to(flows: Mapping[int, int], months: Sequence[int]) -> list[int]:
    """What came together up to the end of each of the months (the oldest first), of all months there are."""
    level, found, rest = 0, [], sorted(flows.items(), reverse=True)
    for month in months:
        while rest and rest[-1][0] <= month:
            level += rest.pop()[1]
        found.append(level)
    return found
