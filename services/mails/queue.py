"""The queue of mails: claiming rows under a lease, and writing down what became of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, and_, or_, select, update
from sqlalchemy.orm import Session

from data.models import OutboxMail

CHUNK = 100
LEASE = timedelta(minutes=5)  # longer than one message takes with every time-out
TRIES = 10
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)


def claim(session: Session, lease: str, now: datetime, limit: int = CHUNK) -> list[int]:
    """Take due rows, and those whose worker died, for this lease; ids, oldest first. No two workers get the same."""
    due = or_(
        and_(OutboxMail.status == "queued", OutboxMail.next_try_at <= now),
        and_(OutboxMail.status == "sending", OutboxMail.leased_until < now),
    )
    rows = session.scalars(
        select(OutboxMail)
        .where(due)
        .order_by(OutboxMail.next_try_at, OutboxMail.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.status, row.lease, row.leased_until = "sending", lease, now + LEASE
    return [row.id for row in rows]


def renew(session: Session, mail_id: int, lease: str, now: datetime) -> OutboxMail | None:
    """The row, if the lease still holds, with the lease prolonged and the try counted; else another worker has it."""
    row = session.scalar(
        select(OutboxMail)
        .where(OutboxMail.id == mail_id, OutboxMail.lease == lease, OutboxMail.status == "sending")
        .with_for_update()
    )
    if row is not None:
        row.leased_until = now + LEASE
        row.tries += 1
    return row


def mark_sent(session: Session, mail_id: int, now: datetime, refused: str = "") -> None:
    """The server took it. `refused`: recipients it did not take. True whoever holds the lease by now."""
    values = {"status": "sent", "sent_at": now, "error": refused[:500], "lease": "", "leased_until": None}
    session.execute(update(OutboxMail).where(OutboxMail.id == mail_id).values(**values))


def mark_undelivered(session: Session, row: OutboxMail, now: datetime, words: str, *, is_final: bool) -> bool:
    """Try again later, each time later, or give up; returns whether it gave up."""
    gives_up = is_final or row.tries >= TRIES
    pause = min(_FIRST_PAUSE * 2 ** (row.tries - 1), _LONGEST_PAUSE)
    values: dict[str, Any] = {
        "status": "failed" if gives_up else "queued",
        "next_try_at": now + pause,
        "error": words[:500],
        "lease": "",
        "leased_until": None,
    }
    _held(session, row.id, row.lease, values)
    return gives_up


def release(session: Session, ids: list[int], lease: str) -> None:
    """Give back claimed rows that were not tried."""
    values = {"status": "queued", "lease": "", "leased_until": None}
    where = (OutboxMail.id.in_(ids), OutboxMail.lease == lease, OutboxMail.status == "sending")
    session.execute(update(OutboxMail).where(*where).values(**values))


def keep(session: Session, now: datetime) -> int:
    """Without a mail server: what waits is kept to be read; returns how many."""
    waiting = or_(OutboxMail.status == "queued", and_(OutboxMail.status == "sending", OutboxMail.leased_until < now))
    values = {"status": "kept", "lease": "", "leased_until": None}
    return _changed(session.execute(update(OutboxMail).where(waiting).values(**values)))


def _held(session: Session, mail_id: int, lease: str, values: dict[str, Any]) -> int:
    """Write only while the lease is ours: a slow worker must not undo what another found out."""
    where = (OutboxMail.id == mail_id, OutboxMail.lease == lease, OutboxMail.status == "sending")
    return _changed(session.execute(update(OutboxMail).where(*where).values(**values)))


def _changed(result: object) -> int:
    return cast("CursorResult[Any]", result).rowcount
