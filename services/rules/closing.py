"""What is looked at before a month is closed: what the portal sees by itself, and what a person ticks off."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Seen(StrEnum):
    """What the portal sees by itself. The first four bar the closing, the others are told."""

    MONTH_OVER = "month_over"
    MONTH_BEFORE = "month_before"
    NIGHTS = "nights"
    TIES = "ties"
    PARKED = "parked"
    HELD = "held"


class Ticked(StrEnum):
    """What a person ticks off; each is asked of every month."""

    STATEMENTS = "statements"
    UNMATCHED = "unmatched"
    EXCEPTIONS = "exceptions"
    VAT_NUMBERS = "vat_numbers"


BARRING = (Seen.MONTH_OVER, Seen.MONTH_BEFORE, Seen.NIGHTS, Seen.TIES)


@dataclass(frozen=True, slots=True)
class Sight:
    """What the portal sees of a month: `count` of what is missing, waiting or does not tie; 0 is well."""

    what: Seen
    count: int

    @property
    def bars(self) -> bool:
        """Whether the month cannot be closed as long as it is so."""
        return self.what in BARRING and self.count > 0


@dataclass(frozen=True, slots=True)
class Tick:
    """A step of the checklist; who ticked it off and when, or nobody yet."""

    what: Ticked
    who: str = ""
    at: datetime | None = None


def missing_nights(first: date, end: date, *, since: date | None, finished: set[date]) -> list[date]:
    """The days from the first to before the end whose night did not run, from `since` on; None: none is missing."""
    begin = max(first, since) if since else end
    days = (date.fromordinal(n) for n in range(begin.toordinal(), end.toordinal()))
    return [day for day in days if day not in finished]
