"""Ticks off a month's checklist, closes the month, and stores its pack."""

from datetime import date
from hashlib import sha256

from sqlalchemy.orm import Session

from data.models import ClosedMonth, ClosingStep, MonthPack, User
from data.money import Money
from services import access
from services.access import acting, reading, record
from services.errors import Conflict, NotFound, Unlawful
from services.facts.closing import sights
from services.facts.tie_out import compare
from services.journal.closing import close_alone
from services.packs.build import Progress, build
from services.packs.month import Month
from services.permissions import Actor, Permission
from services.rules.closing import Seen, Ticked


class MonthNotReady(Unlawful):
    """The month cannot be closed: a subclass says why, `count` how much is in its way."""


class MonthNotOver(MonthNotReady):
    """Its last day is still to come, or today."""


class MonthBeforeOpen(MonthNotReady):
    """Months are closed one after the other."""


class NightsMissing(MonthNotReady):
    """Nights of it have not run: what they would have done is not booked."""


class ReportsDiffer(MonthNotReady):
    """Reports do not tie out with the ledger."""


_WHY = {
    Seen.MONTH_OVER: MonthNotOver,
    Seen.MONTH_BEFORE: MonthBeforeOpen,
    Seen.NIGHTS: NightsMissing,
    Seen.TIES: ReportsDiffer,
}


class StepsOpen(Unlawful):
    """Steps of the checklist are not ticked off: their `count`."""


class MonthStillOpen(Unlawful):
    """Only a closed month has a pack: `month`."""


class PackDiffers(Conflict):
    """The pack came out otherwise than the one that is stored, which stays: `month`."""


def tick_step(actor: Actor, month: int, step: Ticked, *, done: bool) -> None:
    """Tick a step of an open month off, or take that back; twice is once. Raises `NotFound` for a closed month."""
    with acting(actor, Permission.CLOSE_MONTHS) as session:
        if session.get(ClosedMonth, month) is not None:
            raise NotFound(kind="month")
        row = session.get(ClosingStep, (month, step.value))
        if (row is not None) == done:
            return
        if row is not None:
            session.delete(row)
        else:
            who = _who(session, actor)
            session.add(ClosingStep(month=month, code=step.value, done_at=access.now(), done_by=actor.user_id, who=who))
        record(session, "tick_step", subject=f"{month} {step.value}", after={"done": done})


def close_month(actor: Actor, month: int, *, today: date) -> None:
    """Close a month: from now on nothing is posted into it. Closed twice is closed once.

    Raises `MonthNotOver`, `MonthBeforeOpen`, `NightsMissing`, `ReportsDiffer`; `StepsOpen` while its checklist is not
    done.
    """
    of = Month.of(month)
    with acting(actor, Permission.CLOSE_MONTHS) as session:
        close_alone(session)
        if session.get(ClosedMonth, month) is not None:
            return
        for sight in sights(session, of, today):
            if sight.bars:
                raise _WHY[sight.what](count=sight.count)
        left = sum(session.get(ClosingStep, (month, step.value)) is None for step in Ticked)
        if left:
            raise StepsOpen(count=left)
        tied = [
            [one.code, "", one.expected, one.found]
            if not isinstance(one.expected, Money) or not isinstance(one.found, Money)
            else [one.code, one.expected.currency, one.expected.minor, one.found.minor]
            for one in compare(session, of.last)
        ]
        row = ClosedMonth(month=month, closed_at=access.now(), closed_by=actor.user_id, who=_who(session, actor))
        row.tie_out = tied
        session.add(row)
        record(session, "close_month", subject=str(month))


def store_pack(actor: Actor, month: int, *, progress: Progress = lambda done, total: None) -> str:
    """Build a closed month's pack and store it; built again it is the same, or refused. Returns its SHA-256.

    `progress(done, total)` in files. Raises `MonthStillOpen`, `PackDiffers`.
    """
    of = Month.of(month)
    with reading(actor, Permission.CLOSE_MONTHS) as session:
        if session.get(ClosedMonth, month) is None:
            raise MonthStillOpen(month=of.first)
        content, figures = build(session, of, progress)
    found = sha256(content).hexdigest()
    with acting(actor, Permission.CLOSE_MONTHS) as session:
        stored = session.get(MonthPack, month)
        if stored is not None and stored.sha256 != found:
            raise PackDiffers(month=of.first)
        if stored is None:
            row = MonthPack(month=month, built_at=access.now(), built_by=actor.user_id, sha256=found, content=content)
            row.figures = figures
            session.add(row)
            record(session, "store_pack", subject=f"{month} {found}")
    return found


def _who(session: Session, actor: Actor) -> str:
    user = session.get_one(User, actor.user_id)
    return f"{user.name} <{user.email}>"[:200]
