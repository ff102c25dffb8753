"""Runs the night, stops and resumes billing, releases what is held."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from functools import partial

from sqlalchemy.orm import Session

from data.models import Document, HeldDocument, Night, Setting
from data.money import Money
from services import access
from services.access import acting, record
from services.errors import Invalid, NotFound
from services.facts.accounts import open_account
from services.journal.issues import Issued
from services.night import calendar, parking
from services.night.calendar import STOPPED, NightAhead
from services.night.release import ReleasedByStarter, release
from services.night.run import CHUNK, NightReport, run, run_account
from services.permissions import Actor, Permission
from services.rules import text


def run_night(
    actor: Actor | None,
    day: date,
    *,
    today: date,
    progress: Callable[[int, int], None] = lambda done, total: None,
    chunk: int = CHUNK,
) -> NightReport:
    """Run the night of a day: everything due by then. `actor` None: the portal itself, on its command line.

    The same night again changes nothing; missed nights are caught up. `progress(done, total)` in accounts.
    Raises `NightAhead` for a day to come, `NightGoesBack`, `BillingStopped`, `Unavailable`.
    """
    if day > today:
        raise NightAhead(day=day, today=today)
    return run(_door(actor), day, progress=progress, chunk=chunk, started_by=actor.user_id if actor else None)


def retry_parked(actor: Actor, account_id: int) -> bool:
    """Try a parked account again, as of the last night; False where it stays parked.

    Raises `NotFound`, `SelfServiceAccount`, `BillingStopped`.
    """
    with acting(actor, Permission.RUN_BILLING) as session:
        open_account(session, account_id)
        calendar.check_running(session)
        day = calendar.last_night(session)
        if day is None or not parking.is_parked(session, account_id):
            raise NotFound(kind="account")
    run_account(_door(actor), account_id, day)
    with acting(actor, Permission.RUN_BILLING) as session:
        return not parking.is_parked(session, account_id)


def release_held(actor: Actor, account_id: int, held_id: int, *, today: date) -> Issued:
    """Issue a held document, dated today. Whoever started the run does not release what it held.

    Releasing it again returns the same document. Raises `NotFound`, `ReleasedByStarter`, and what keeps a document from
    being issued (`SellerIncomplete`, `ExchangeRateMissing`).
    """
    with acting(actor, Permission.RUN_BILLING) as session:
        open_account(session, account_id)
        held = session.get(HeldDocument, (account_id, held_id))
        if held is None or held.status == "discarded":
            raise NotFound(kind="invoice")
        if held.document_id is not None:
            document = session.get_one(Document, (account_id, held.document_id))
            return Issued(document.id, document.number, Money(document.total_minor, document.currency))
        night = session.get(Night, held.held_on)
        if night is not None and night.started_by == actor.user_id:
            raise ReleasedByStarter
        return release(session, held, today)


def stop_billing(actor: Actor, reason: str) -> None:
    """Stop the nights until billing is resumed. Raises `Invalid` without a reason."""
    reason = text.one_line(reason)
    Invalid.when(text.reason_problems(reason, limit=text.LONGEST_LINE))
    with acting(actor, Permission.RUN_BILLING) as session:
        _switch(session, reason)
        record(session, "stop_billing", after={"reason": reason})


def resume_billing(actor: Actor) -> None:
    """Let the nights run again; what was missed is caught up by the next one."""
    with acting(actor, Permission.RUN_BILLING) as session:
        _switch(session, "")
        record(session, "resume_billing")


def _switch(session: Session, reason: str) -> None:
    row = session.get(Setting, STOPPED)
    if row is None:
        session.add(Setting(code=STOPPED, value=reason))
    else:
        row.value = reason


def _door(actor: Actor | None) -> Callable[[], AbstractContextManager[Session]]:
    return partial(acting, actor, Permission.RUN_BILLING) if actor else access.maintaining
