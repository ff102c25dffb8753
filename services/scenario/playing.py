"""Plays a story day by day: first the night, then what happens, in the order of the file."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from services.errors import Invalid, Refusal
from services.scenario import acts, nights
from services.scenario.plain import plain
from services.scenario.stage import MORNING, NIGHT, Stage
from services.scenario.story import Event, SkipsNights, Story

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Refused:
    """An event, or a night, that was refused: its code, and JSON-ready details."""

    on: date
    do: str
    code: str
    detail: dict[str, Any]


@dataclass(slots=True)
class Course:
    """How the story went: what was refused; the nights that were dropped."""

    refusals: list[Refused] = field(default_factory=list)
    skipped: set[date] = field(default_factory=set)


def play(story: Story, stage: Stage) -> Course:
    """Play it up to the end of `until`; what is refused leaves nothing behind and does not stop the story."""
    course = Course()
    by_day: dict[date, list[Event]] = {}
    for event in story.events:
        by_day.setdefault(event.on, []).append(event)
    day: date | None = min(by_day, default=story.until)
    while day is not None:
        if day not in course.skipped:
            stage.clock.tell(day, NIGHT)
            course.refusals += [Refused(day, "night", code, plain(detail)) for code, detail in nights.run(stage, day)]
        stage.clock.tell(day, MORNING)
        for event in by_day.get(day, ()):
            if isinstance(event, SkipsNights):
                course.skipped.update(day + n * DAY for n in range(1, event.nights + 1))
                continue
            refusal = acts.do(stage, event)
            if refusal is not None:
                course.refusals.append(Refused(day, event.do, refusal.code, _detail(refusal)))
        day = _next_day(story, stage, course, by_day.keys(), day)
    return course


def _next_day(story: Story, stage: Stage, course: Course, eventful: Any, day: date) -> date | None:
    """The next day on which something happens or is due; the night of `until` always runs, and is the last."""
    if day >= story.until:
        return None
    happens = min((on for on in eventful if on > day), default=story.until)
    due = nights.next_due(stage, day)
    if due is not None and due < happens:
        for night in _days(max(due, day + DAY), happens):
            if night not in course.skipped:
                return night
    return happens


def _days(first: date, end: date) -> Iterator[date]:
    while first < end:
        yield first
        first += DAY


def _detail(refusal: Refusal) -> dict[str, Any]:
    if isinstance(refusal, Invalid):
        problems = [{"field": one.field, "code": one.code, **plain(one.values)} for one in refusal.problems]
        return {"problems": problems}
    return plain(refusal.values)
