"""Answers of managers recorded: seats needed and not needed, who said so and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from data.models import Account, SeatNeed
from services import access
from services.access import acting, record
from services.errors import Problem
from services.facts.accounts import open_account
from services.facts.seat_needs import seats_said
from services.permissions import Actor, Permission
from services.queries.seat_needs import NeedsPlan
from services.rules.import_verdicts import Verdict
from services.rules.seat_needs import Answer, JudgedNeed

CHUNK = 500


@dataclass(frozen=True, slots=True)
class NeedsProgress:
    """How far an import is, in rows to write; `rows`: those just done, refused where something came between."""

    done: int
    total: int
    rows: tuple[JudgedNeed, ...]


def apply_needs(actor: Actor, plan: NeedsPlan) -> Iterator[NeedsProgress]:
    """Record the plan's answers, a chunk a transaction; stopped half way, the same file goes on from there.

    A row is refused where its seat or what was said of it is another by now. Raises `NotFound`, `NotAllowed`,
    `SelfServiceAccount`, `Unavailable`; chunks before stay.
    """
    rows, done = plan.to_write, 0
    for start in range(0, max(len(rows), 1), CHUNK):
        chunk = rows[start : start + CHUNK]
        with acting(actor, Permission.CHANGE_SEATS) as session:
            account = open_account(session, plan.account_id)
            outcome = _checked_again(session, account, chunk)
            written = [row for row in outcome if row.verdict is not Verdict.REFUSED]
            _write(session, account, actor, written, plan.today)
            after = {answer.value: sum(row.answer is answer for row in written) for answer in Answer}
            record(session, "import_needs", account_id=account.id, subject=account.code, after=after)
        done += len(chunk)
        yield NeedsProgress(done, len(rows), outcome)


def _checked_again(session: Session, account: Account, chunk: Sequence[JudgedNeed]) -> tuple[JudgedNeed, ...]:
    now = seats_said(session, account.id, [row.seat.seat_id for row in chunk if row.seat])
    outcome = []
    for row in chunk:
        if row.seat is not None and now.get(row.seat.seat_id) == row.seat:
            outcome.append(row)
            continue
        problem = Problem("answer", "answer_changed_meanwhile")
        outcome.append(replace(row, verdict=Verdict.REFUSED, problems=(problem,)))
    return tuple(outcome)


def _write(session: Session, account: Account, actor: Actor, rows: Sequence[JudgedNeed], today: date) -> None:
    for row in rows:
        assert row.seat is not None and row.answer is not None
        key = (account.id, row.seat.user_id, row.seat.product)
        need = session.get(SeatNeed, key)
        if need is None:
            need = SeatNeed(account_id=account.id, user_id=row.seat.user_id, product=row.seat.product)
            session.add(need)
        need.is_needed, need.said_by, need.said_on = row.answer is Answer.NEEDED, row.said_by, today
        need.recorded_at, need.recorded_by = access.now(), actor.user_id
