"""Closed months: nothing is posted into them, whatever asks for it."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.models import ClosedMonth
from data.period import months_after
from services.errors import Unlawful

_KNOWN = "first_open_day"


class MonthClosed(Unlawful):
    """`day` lies in a month that is closed; the first day that is open is `first_open`."""


def first_open_day(session: Session) -> date:
    """The day after the last closed month; asked once a transaction."""
    found: date | None = session.info.get(_KNOWN)
    if found is None:
        month = session.scalar(select(func.max(ClosedMonth.month)))
        found = session.info[_KNOWN] = months_after(date(month // 100, month % 100, 1), 1) if month else date.min
    return found


def check_open(session: Session, day: date) -> None:
    """Raises `MonthClosed` for a day of a closed month."""
    first = first_open_day(session)
    if day < first:
        raise MonthClosed(day=day, first_open=first)
