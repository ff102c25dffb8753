"""The nights of a story: run by the real nightly job, what a guard holds released at once."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from services.scenario.stage import Stage


def run(stage: Stage, day: date) -> Iterator[tuple[str, dict[str, Any]]]:
    """Run the night of a day; yields code and details of what it held (and was released) or set aside."""
    yield from ()


def next_due(stage: Stage, day: date) -> date | None:
    """The earliest day for which a night has something to do; None for none."""
    return None
