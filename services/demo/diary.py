"""The story's clock, and the diary of who does what on which day."""

import heapq
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from services.errors import Refusal

log = logging.getLogger("portal.demo")
Act = Callable[[date], object]


class Clock:
    """Stamps of a story: the night's from half past one on, people's from nine; a second later at each look."""

    def __init__(self, day: date) -> None:
        self.at = datetime.combine(day, time(), UTC)

    def night(self, day: date) -> None:
        """The night of this day begins."""
        self._tell(day, time(1, 30))

    def morning(self, day: date) -> None:
        """People begin to work."""
        self._tell(day, time(9))

    def _tell(self, day: date, hour: time) -> None:
        self.at = max(self.at, datetime.combine(day, hour, UTC))

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


@dataclass(frozen=True, slots=True, order=True)
class _Entry:
    day: date
    place: int
    number: int
    do: Act = field(compare=False)


class Diary:
    """What is still to come, by day; on a day in the order of the customers. Days beyond the last are not told."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.last = first, last
        self._now = first
        self._entries: list[_Entry] = []
        self._noted = 0

    def note(self, day: date, place: int, do: Act) -> None:
        """Have something done on a day; what is noted for a day that is over is done at the next opportunity."""
        if day <= self.last:
            self._noted += 1
            heapq.heappush(self._entries, _Entry(max(day, self._now), place, self._noted, do))

    def days(self) -> Iterator[date]:
        """Every day of the story."""
        while self._now <= self.last:
            yield self._now
            self._now += timedelta(days=1)

    def play(self) -> None:
        """Do what stands under the day; what the portal refuses is left undone, as a customer's wish would be."""
        while self._entries and self._entries[0].day <= self._now:
            entry = heapq.heappop(self._entries)
            try:
                entry.do(self._now)
            except Refusal as refusal:
                log.warning("%s: place %s was refused: %s %s", self._now, entry.place, refusal.code, refusal.values)
