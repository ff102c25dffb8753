"""The nights on record: begun, added to, finished; which were missed and caught up; the switch that stops billing."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import Night, NightStep, Setting
from services import access
from services.errors import Unlawful
from services.night.due import Span

STOPPED = "billing_stopped"


class NightGoesBack(Unlawful):
    """A later night has run already: `day`, `last_day`."""


class NightAhead(Unlawful):
    """The day is still to come; it can only be previewed: `day`, `today`."""


class BillingStopped(Unlawful):
    """Billing was stopped by hand: `reason`."""


def open_night(session: Session, day: date, started_by: int | None) -> Span:
    """Open the night, or take up one that was begun, and say since when nothing was done.

    Nights missed before it are recorded as caught up by it. Raises `NightGoesBack`, `BillingStopped`.
    """
    check_running(session)
    last = session.scalar(select(func.max(Night.day)))
    if last is not None and day < last:
        raise NightGoesBack(day=day, last_day=last)
    before = session.scalar(select(func.max(Night.day)).where(Night.day < day))
    night = session.get(Night, day)
    if night is None:
        _add(session, day, before, started_by)
    is_done = night is not None and night.finished_at is not None
    return Span(day, day if is_done else before or day - timedelta(days=1))


def _add(session: Session, day: date, before: date | None, started_by: int | None) -> None:
    at = access.now()
    missed = [before + timedelta(days=n) for n in range(1, (day - before).days)] if before else []
    rows: list[dict[str, Any]] = [
        {"day": one, "started_at": at, "finished_at": at, "report": {"caught_up_on": day.isoformat()}} for one in missed
    ]
    rows.append({"day": day, "started_at": at, "finished_at": None, "started_by": started_by, "report": {}})
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    for row in rows:  # two runs may begin at once
        added = session.scalar(insert(Night).values(row).on_conflict_do_nothing().returning(Night.day))
        if added == day:
            access.record(session, "run_night", subject=day.isoformat(), key=(day, "night"))


def add_step(session: Session, day: date, first_account: int, counts: Counter[str]) -> None:
    """Count what a chunk did, in its transaction; a chunk that did nothing leaves no row."""
    if not counts:
        return
    key = derive_id(day, "night step", first_account)
    found = session.get(NightStep, (day, key))
    if found is None:
        session.add(NightStep(day=day, id=key, report=dict(counts)))
    else:  # the account was retried on the same day
        found.report = dict(Counter(found.report) + counts)


def finish(session: Session, day: date) -> None:
    """Close the night with what its chunks did together."""
    night = session.get_one(Night, day, with_for_update=True)
    counts: Counter[str] = Counter()
    for report in session.scalars(select(NightStep.report).where(NightStep.day == day)):
        counts.update(report)
    wanted = dict(sorted(counts.items()))
    if night.finished_at is None or night.report != wanted:
        night.finished_at, night.report = access.now(), wanted


def check_running(session: Session) -> None:
    """Raises `BillingStopped` while the switch is off."""
    row = session.get(Setting, STOPPED)
    if row is not None and row.value:
        raise BillingStopped(reason=str(row.value))


def last_night(session: Session) -> date | None:
    """The last night on record."""
    found: date | None = session.scalar(select(func.max(Night.day)))
    return found
