"""A line of a placed order in words: of a change old → new, and from when on."""

from dashboard.words import words
from services.queries.orders import OrderedLine
from services.rules.changes import Timing
from services.words.changes import timing_words
from services.words.labels import label


def plan_words(line: OrderedLine) -> str:
    """The plan."""
    return _arrow(line.plan_before, line.plan)


def seats_words(line: OrderedLine) -> str:
    """The number of seats."""
    return _arrow(words().number(line.seats_before) if line.seats_before else "", words().number(line.seats))


def interval_words(line: OrderedLine) -> str:
    """The billing plan."""
    before = label(line.interval_before, words()) if line.interval_before else ""
    return _arrow(before, label(line.interval, words()))


def when_words(line: OrderedLine) -> list[str]:
    """A change's timing, with the day where that is not the day of the order; nothing for anything else."""
    if line.timing is None:
        return []
    named = timing_words(line.timing, words())
    if line.timing is not Timing.RENEWAL or line.starts_on is None:
        return [named]
    return [f"{named}, {words().day(line.starts_on)}"]


def _arrow(before: str, after: str) -> str:
    return f"{before} → {after}" if before and before != after else after
