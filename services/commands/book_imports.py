"""A book from elsewhere, taken over: subscriptions written with their history, in chunks of whole accounts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Account
from services.access import acting, record
from services.bulk import Rows
from services.deeds.row_by_row import all_or_each
from services.errors import Problem
from services.facts.book_imports import imported_before, owner_of
from services.journal.taking_over import take_over
from services.permissions import Actor, Permission
from services.queries.book_imports import BookPlan
from services.rules.import_subscriptions import JudgedSubscription, judge_subscription
from services.rules.import_verdicts import Verdict

CHUNK = 1000


@dataclass(frozen=True, slots=True)
class BookProgress:
    """How far an import is, in rows to write; `rows`: those just done, refused where something came between."""

    done: int
    total: int
    rows: tuple[JudgedSubscription, ...]


def apply_subscriptions(actor: Actor, plan: BookPlan) -> Iterator[BookProgress]:
    """Write the plan's new subscriptions, a chunk of accounts a transaction, and tell of each when it is committed.

    Each row is judged again under its account's lock. Stopped half way, the same file goes on from there: what came in
    is unchanged then. Raises `NotAllowed`, `Unavailable`; chunks before stay.
    """
    done, total = 0, len(plan.to_write)
    for chunk in _chunks(plan.to_write):
        with acting(actor, Permission.IMPORT_BOOKS) as session:
            outcome = _apply_chunk(session, actor, chunk, plan)
        done += len(chunk)
        yield BookProgress(done, total, outcome)


def _chunks(rows: Sequence[JudgedSubscription]) -> Iterator[list[JudgedSubscription]]:
    """Whole accounts, of at least `CHUNK` rows: an account's movements are worked out together."""
    chunk: list[JudgedSubscription] = []
    for _, mine in groupby(sorted(rows, key=_account), _account):
        chunk += mine
        if len(chunk) >= CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _account(row: JudgedSubscription) -> int:
    return row.record.account_id


def _apply_chunk(
    session: Session, actor: Actor, chunk: Sequence[JudgedSubscription], plan: BookPlan
) -> tuple[JudgedSubscription, ...]:
    # Lock first, by id: what is judged here is what is written.
    ids = sorted({_account(row) for row in chunk})
    locked = session.scalars(select(Account).where(Account.id.in_(ids)).order_by(Account.id).with_for_update()).all()
    accounts = {account.id: account for account in locked}
    known = imported_before(session, {row.record.reference for row in chunk})
    outcome = []
    for shown in chunk:
        account = accounts.get(_account(shown))
        owner = owner_of(account) if account else None
        fresh = judge_subscription(shown.record, owner, known.get(shown.record.reference), plan.ground)
        is_same = fresh.verdict is Verdict.UNCHANGED or fresh.taken == shown.taken
        outcome.append(replace(fresh, notes=shown.notes) if is_same else _refused(shown, "changed_meanwhile"))
    new = [list(mine) for _, mine in groupby((row for row in outcome if row.verdict is Verdict.NEW), _account)]

    def write(by_account: Sequence[list[JudgedSubscription]]) -> None:
        pairs = [(accounts[_account(row)], row.taken) for mine in by_account for row in mine if row.taken]
        take_over(session, pairs, cut_over_on=plan.ground.cut_over_on, actor_id=actor.user_id)
        rows = Rows(session)
        for mine in by_account:
            told = {"subscriptions": len(mine), "cut_over_on": plan.ground.cut_over_on.isoformat()}
            record(session, "import_subscriptions", account_id=_account(mine[0]), after=told, rows=rows)
        rows.write()

    failed = {row.record.row for mine in all_or_each(session, new, write) for row in mine}
    return tuple(_refused(row, "not_stored") if row.record.row in failed else row for row in outcome)


def _refused(row: JudgedSubscription, code: str) -> JudgedSubscription:
    return replace(row, verdict=Verdict.REFUSED, problems=(Problem("code", code),), notes=())
