"""A book from elsewhere, taken over: subscriptions with their history and opening items, whole accounts at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Account
from services.access import acting, record
from services.bulk import Rows
from services.deeds.row_by_row import all_or_each
from services.errors import Problem
from services.facts.book_imports import imported_before, opened_before, owner_of
from services.journal.opening import open_balances
from services.journal.taking_over import take_over
from services.permissions import Actor, Permission
from services.queries.book_imports import BookPlan, JudgedRow
from services.rules.import_balances import JudgedBalance, judge_balance
from services.rules.import_subscriptions import JudgedSubscription, judge_subscription
from services.rules.import_verdicts import Verdict

CHUNK = 1000


@dataclass(frozen=True, slots=True)
class BookProgress:
    """How far an import is, in rows to write; `rows`: those just done, refused where something came between."""

    done: int
    total: int
    rows: tuple[JudgedRow, ...]


def apply_book(actor: Actor, plan: BookPlan) -> Iterator[BookProgress]:
    """Write the plan's new rows, a chunk of accounts a transaction, and tell of each when it is committed.

    Each row is judged again under its account's lock. Stopped half way, the same file goes on from there: what came in
    is unchanged then. Raises `NotAllowed`, `Unavailable`; chunks before stay.
    """
    done, total = 0, len(plan.to_write)
    for chunk in _chunks(plan.to_write):
        with acting(actor, Permission.IMPORT_BOOKS) as session:
            outcome = _apply_chunk(session, actor, chunk, plan)
        done += len(chunk)
        yield BookProgress(done, total, outcome)


def _chunks(rows: Sequence[JudgedRow]) -> Iterator[list[JudgedRow]]:
    """Whole accounts, of at least `CHUNK` rows: an account's movements are worked out together."""
    chunk: list[JudgedRow] = []
    for _, mine in groupby(sorted(rows, key=_account), _account):
        chunk += mine
        if len(chunk) >= CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _account(row: JudgedRow) -> int:
    return row.record.account_id


def _apply_chunk(session: Session, actor: Actor, chunk: Sequence[JudgedRow], plan: BookPlan) -> tuple[JudgedRow, ...]:
    # Lock first, by id: what is judged here is what is written.
    ids = sorted({_account(row) for row in chunk})
    locked = session.scalars(select(Account).where(Account.id.in_(ids)).order_by(Account.id).with_for_update()).all()
    accounts = {account.id: account for account in locked}
    outcome: list[JudgedRow] = []
    for shown, fresh in zip(chunk, _judged_again(session, accounts, chunk, plan), strict=True):
        is_same = fresh.verdict is Verdict.UNCHANGED or fresh.taken == shown.taken
        outcome.append(replace(fresh, notes=shown.notes) if is_same else _refused(shown, "changed_meanwhile"))
    new = [list(mine) for _, mine in groupby((row for row in outcome if row.verdict is Verdict.NEW), _account)]

    def write(by_account: Sequence[list[JudgedRow]]) -> None:
        _write(session, actor, accounts, by_account, plan)

    failed = {row.record.row for mine in all_or_each(session, new, write) for row in mine}
    return tuple(_refused(row, "not_stored") if row.record.row in failed else row for row in outcome)


def _judged_again(
    session: Session, accounts: Mapping[int, Account], chunk: Sequence[JudgedRow], plan: BookPlan
) -> Iterator[JudgedRow]:
    owners = {key: owner_of(account) for key, account in accounts.items()}
    known = imported_before(session, {one.record.reference for one in chunk if isinstance(one, JudgedSubscription)})
    opened = opened_before(session, {_account(one) for one in chunk if isinstance(one, JudgedBalance)})
    for shown in chunk:
        owner = owners.get(_account(shown))
        if isinstance(shown, JudgedBalance):
            yield judge_balance(shown.record, owner, opened.get(_account(shown), {}), plan.ground)
        else:
            yield judge_subscription(shown.record, owner, known.get(shown.record.reference), plan.ground)


def _write(
    session: Session,
    actor: Actor,
    accounts: Mapping[int, Account],
    by_account: Sequence[list[JudgedRow]],
    plan: BookPlan,
) -> None:
    cut_over_on, rows = plan.ground.cut_over_on, [row for mine in by_account for row in mine]
    running = [
        (accounts[_account(row)], row.taken) for row in rows if isinstance(row, JudgedSubscription) and row.taken
    ]
    items = [(accounts[_account(row)], row.taken) for row in rows if isinstance(row, JudgedBalance) and row.taken]
    take_over(session, running, cut_over_on=cut_over_on, actor_id=actor.user_id)
    open_balances(session, items, cut_over_on=cut_over_on)
    audit = Rows(session)
    for mine in by_account:
        account_id, told = _account(mine[0]), {"cut_over_on": cut_over_on.isoformat()}
        if isinstance(mine[0], JudgedBalance):
            after = told | {row.record.reference: str(row.taken.amount) for row in mine if row.taken}  # type: ignore[union-attr]
            record(session, "open_balances", account_id=account_id, after=after, rows=audit)
        else:
            after = told | {"subscriptions": str(len(mine))}
            record(session, "import_subscriptions", account_id=account_id, after=after, rows=audit)
    audit.write()


def _refused(row: JudgedRow, code: str) -> JudgedRow:
    return replace(row, verdict=Verdict.REFUSED, problems=(Problem("code", code),), notes=())
