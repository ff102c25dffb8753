"""The months of the demo book: finance closes each on the fifth of the next; the last one that is over is left open."""

from datetime import date

from data.period import months_after
from services.commands.closing import close_month, store_pack, tick_step
from services.permissions import Actor
from services.rules.closing import Ticked
from services.rules.recognition import month_of

_DAY, _PACKS = 5, 2  # the day of the month, and how many of the last months have a pack


def close(finance: Actor, day: date, today: date) -> None:
    """Close the month before, if this is the day for it."""
    first = day.replace(day=1)
    is_last = months_after(first, 1) > today
    if day.day != _DAY or is_last:
        return
    month = month_of(months_after(first, -1))
    for step in Ticked:
        tick_step(finance, month, step, done=True)
    close_month(finance, month, today=day)
    if months_after(first, 1 + _PACKS) > today:
        store_pack(finance, month)
