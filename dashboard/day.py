"""The business day the pages work on: that of the selling entity's time zone (billing rules §2)."""

import os
from datetime import date, datetime
from zoneinfo import ZoneInfo

from dashboard import cache, navigation, state
from services.permissions import Actor
from services.queries.sellers import time_zone_of

_ZONE = "business_zone"


def keep_to_account(actor: Actor) -> None:
    """Have this run's business day be that of the account in the URL; without one it is the server's."""
    account_id = navigation.asked_id("account") if navigation.has_id("account") else None
    state.keep(_ZONE, cache.read(time_zone_of, actor, account_id) if account_id is not None else "")


def today() -> date:
    """The business day, or `PORTAL_TODAY` (ISO) where a demonstration or a test fixes it."""
    fixed = os.environ.get("PORTAL_TODAY")
    if fixed:
        return date.fromisoformat(fixed)
    zone = state.recall(_ZONE, "")
    return datetime.now(ZoneInfo(zone)).date() if zone else date.today()  # noqa: DTZ011 - the edge asks the clock
