"""The business day the pages work on."""

import os
from datetime import date


def today() -> date:
    """The calendar day of the server, or `PORTAL_TODAY` (ISO) where a demonstration or a test fixes it."""
    fixed = os.environ.get("PORTAL_TODAY")
    return date.fromisoformat(fixed) if fixed else date.today()  # noqa: DTZ011 - the edge, where the day is asked
