"""Closed months: nothing is posted into them, whatever asks for it."""

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.models import ClosedMonth
from data.period import months_after
from services.errors import Unlawful

_KNOWN = "first_open_day"
_LOCK = 7_318_205  # any number that nobody else takes as an advisory lock of this database


class MonthClosed(Unlawful):
    """`day` lies in a month that is closed; the first day that is open is `first_open`."""


def first_open_day(session: Session) -> date:
    """The day after the last closed month; asked once a transaction, and it stays so until the transaction ends."""
    found: date | None = session.info.get(_KNOWN)
    if found is None:
        _hold(session, func.pg_advisory_xact_lock_shared)
        month = session.scalar(select(func.max(ClosedMonth.month)))
        found = session.info[_KNOWN] = months_after(date(month // 100, month % 100, 1), 1) if month else date.min
    return found


def close_alone(session: Session) -> None:
    """Before a month is closed: wait for all who are posting, and have those who begin to post wait for the closing."""
    _hold(session, func.pg_advisory_xact_lock)


def _hold(session: Session, lock: Any) -> None:
    """Until the transaction ends; SQLite has one writer at a time anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(select(lock(_LOCK)))


def check_open(session: Session, day: date) -> None:
    """Raises `MonthClosed` for a day of a closed month."""
    first = first_open_day(session)
    if day < first:
        raise MonthClosed(day=day, first_open=first)
