"""Periods that tax is declared for: a month, a quarter or a year, known by its code in a link."""

import re
from dataclasses import dataclass
from datetime import date

_CODE = re.compile(r"(?P<year>20[0-9]{2})(?:-(?:(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4])))?")
MONTHS = {"month": 1, "quarter": 3, "year": 12}  # of each unit


@dataclass(frozen=True, slots=True)
class TaxPeriod:
    """The months of a period; days count by the day of issue. `unit`: month · quarter · year."""

    unit: str
    first: date

    @property
    def end(self) -> date:
        """The first day after it."""
        return _months_later(self.first, MONTHS[self.unit])

    @property
    def months(self) -> tuple[int, ...]:
        """Its months as yyyymm."""
        days = (_months_later(self.first, place) for place in range(MONTHS[self.unit]))
        return tuple(day.year * 100 + day.month for day in days)

    @property
    def quarters(self) -> tuple[int, ...]:
        """The quarters it lies in or holds, as yyyyq."""
        return tuple(sorted({month // 100 * 10 + (month % 100 + 2) // 3 for month in self.months}))

    @property
    def code(self) -> str:
        """2026-04, 2026-Q2 or 2026."""
        if self.unit == "year":
            return str(self.first.year)
        number = f"{self.first.month:02d}" if self.unit == "month" else f"Q{(self.first.month + 2) // 3}"
        return f"{self.first.year}-{number}"


def period_on(day: date, unit: str) -> TaxPeriod:
    """The period of a unit that a day lies in."""
    size = MONTHS[unit]
    return TaxPeriod(unit, date(day.year, (day.month - 1) // size * size + 1, 1))


def period_of(code: str) -> TaxPeriod | None:
    """The period of a code; None where it is none."""
    found = _CODE.fullmatch(code)
    if found is None:
        return None
    year = int(found["year"])
    if found["month"]:
        return TaxPeriod("month", date(year, int(found["month"]), 1))
    if found["quarter"]:
        return TaxPeriod("quarter", date(year, int(found["quarter"]) * 3 - 2, 1))
    return TaxPeriod("year", date(year, 1, 1))


def periods(first: date, last: date, unit: str) -> tuple[TaxPeriod, ...]:
    """The periods of a unit that touch the days from the first to the last, the latest first."""
    found, each = [], period_on(last, unit)
    while each.end > first:
        found.append(each)
        each = TaxPeriod(unit, _months_later(each.first, -MONTHS[unit]))
    return tuple(found)


def _months_later(day: date, months: int) -> date:
    place = day.year * 12 + day.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)
