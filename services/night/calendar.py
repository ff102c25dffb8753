"""The nights on record: begun, added to, finished; which were missed and caught up; the switch that stops billing."""

from collections import Counter
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Date, Executable, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import Night, NightStep, Setting
from services import access
from services.bulk import Rows
from services.errors import Unlawful
from services.night.due import Span

STOPPED = "billing_stopped"
PARKED = "parked"  # tried again each night: told, not stored


class NightGoesBack(Unlawful):
    """A later night has run already: `day`, `last_day`."""


class NightAhead(Unlawful):
    """The day is still to come; it can only be previewed: `day`, `today`."""


class BillingStopped(Unlawful):
    """Billing was stopped by hand: `reason`."""


def open_night(session: Session, day: date, started_by: int | None) -> tuple[Span, bool]:
    """Open the night, or take up one that was begun, and say since when nothing was done; whether it begins here.

    Nights missed before it are recorded as caught up by it. Raises `NightGoesBack`, `BillingStopped`.
    """
    last, before, stopped = session.connection().execute(_STANDING, {"day": day}).one()
    if stopped:
        raise BillingStopped(reason=str(stopped))
    if last is not None and day < last:
        raise NightGoesBack(day=day, last_day=last)
    night = session.get(Night, day) if last == day else None
    begins_here = night is None and _add(session, day, before, started_by)
    is_done = night is not None and night.finished_at is not None
    return Span(day, day if is_done else before or day - timedelta(days=1)), begins_here


_TOLD = bindparam("day", type_=Date)
_NIGHT = select(Night.finished_at, Night.report).where(Night.day == _TOLD).with_for_update()
_STEPS = select(NightStep.report).where(NightStep.day == _TOLD)
_CLOSE = update(Night).where(Night.day == bindparam("of", type_=Date))
_STEP = _STEPS.where(NightStep.id == bindparam("id"))
# The last night on record, the last one before a day, and why billing is stopped: one look, put together once.
_STANDING = select(  # two looks at the end of the index: one over both would read every night there was
    select(func.max(Night.day)).scalar_subquery(),
    select(func.max(Night.day)).where(Night.day < _TOLD).scalar_subquery(),
    select(Setting.value).where(Setting.code == STOPPED).scalar_subquery(),
)


def _add(session: Session, day: date, before: date | None, started_by: int | None) -> bool:
    at = access.now()
    missed = [before + timedelta(days=n) for n in range(1, (day - before).days)] if before else []
    rows: list[dict[str, Any]] = [
        {"day": one, "started_at": at, "finished_at": at, "report": {"caught_up_on": day.isoformat()}} for one in missed
    ]
    connection = session.connection()
    add, add_told = _adding(connection.dialect.name)
    if rows:
        connection.execute(add, rows)
    row: dict[str, Any] = {"day": day, "started_at": at, "finished_at": None, "started_by": started_by, "report": {}}
    is_added: bool = connection.scalar(add_told, row) == day
    if is_added:
        audit = Rows(session)
        access.record(session, "run_night", subject=day.isoformat(), rows=audit, key=(day, "night"))
        audit.write()
    return is_added


@cache
def _adding(dialect: str) -> tuple[Executable, Executable]:
    """The insert of nights, plain and one that tells the day it added: two runs may begin at once."""
    add = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(Night).on_conflict_do_nothing()
    return add, add.returning(Night.day)


def add_step(session: Session, day: date, first_account: int, counts: Counter[str]) -> None:
    """Count what a chunk did, in its transaction; a chunk that did nothing leaves no row."""
    if not counts:
        return
    key = {"day": day, "id": derive_id(day, "night step", first_account)}
    connection = session.connection()
    if connection.scalar(_adding_step(connection.dialect.name), key | {"report": dict(counts)}) is None:
        found = connection.scalar(_STEP, key)  # the account was retried on the same day
        mine = update(NightStep).where(NightStep.day == day, NightStep.id == key["id"])
        connection.execute(mine, {"report": dict(Counter(found) + counts)})


@cache
def _adding_step(dialect: str) -> Executable:
    """The insert of a step that tells whether it was new."""
    add = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(NightStep).on_conflict_do_nothing()
    return add.returning(NightStep.id)


def finish(session: Session, day: date, did: Counter[str] | None = None) -> None:
    """Close the night with what its chunks did together. `did`: all of it, where the night begins here."""
    connection = session.connection()
    if did is not None:
        report = {name: count for name, count in sorted(did.items()) if name != PARKED}
        connection.execute(_CLOSE, {"of": day, "finished_at": access.now(), "report": report})
        return
    finished_at, report = connection.execute(_NIGHT, {"day": day}).one()
    counts: Counter[str] = Counter()
    for step in connection.scalars(_STEPS, {"day": day}):
        counts.update(step)
    wanted = dict(sorted(counts.items()))
    if finished_at is None or report != wanted:
        connection.execute(_CLOSE, {"of": day, "finished_at": access.now(), "report": wanted})


def check_running(session: Session) -> None:
    """Raises `BillingStopped` while the switch is off."""
    row = session.get(Setting, STOPPED)
    if row is not None and row.value:
        raise BillingStopped(reason=str(row.value))


def last_night(session: Session) -> date | None:
    """The last night on record."""
    found: date | None = session.scalar(select(func.max(Night.day)))
    return found
