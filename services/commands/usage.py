"""Activity imported; names hidden; one person's use looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import Account, AuditEntry, LicensedUser, Product, Seat, UserDay
from services.access import acting, record
from services.errors import NotFound, Problem
from services.facts.accounts import open_account
from services.facts.seat_uses import SeatOfUse, assigned, seats_of_use, use_ground
from services.journal.usage import write_activities, write_coverage
from services.permissions import Actor, Permission
from services.queries.usage_imports import UsagePlan, judged_now, longest_gap
from services.rules.import_verdicts import Verdict
from services.rules.usage import UsePolicy
from services.rules.usage_events import JudgedUse, UsageGround

CHUNK = 2_000
MOST_DAYS = 400


@dataclass(frozen=True, slots=True)
class UsageProgress:
    """How far an import is, in rows to write; `rows`: those just done, refused where something came between."""

    done: int
    total: int
    rows: tuple[JudgedUse, ...]


def apply_usage(actor: Actor, plan: UsagePlan) -> Iterator[UsageProgress]:
    """Write the plan's new activity, a chunk a transaction; what the file covers is written with the last one.

    Stopped half way, the same file goes on from there: what was written is unchanged then. Raises `NotAllowed`,
    `Unavailable`; chunks before stay.
    """
    rows, done = plan.to_write, 0
    for start in range(0, max(len(rows), 1), CHUNK):
        chunk = rows[start : start + CHUNK]
        done += len(chunk)
        with acting(actor, Permission.IMPORT_USAGE) as session:
            seen = _seen(session, {row.activity.account_id for row in chunk if row.activity})
            outcome = _write(session, chunk, seen, plan.today)
            if done == len(rows):
                mine = _seen(session, {account for account, _, _ in plan.covered})
                covered = {key: feed for key, feed in plan.covered.items() if key[0] in mine}
                write_coverage(session, covered, longest_gap(session))
            written = sum(row.verdict is Verdict.NEW for row in outcome)
            record(session, "import_usage", after={"rows": len(outcome), "written": written})
        yield UsageProgress(done, len(rows), outcome)


def hide_names(actor: Actor, account_id: int, *, hidden: bool) -> None:
    """Have the pages of use hide the names of an account's people, or show them. Raises `NotFound`,
    `SelfServiceAccount`."""
    with acting(actor, Permission.IMPORT_USAGE) as session:
        account = open_account(session, account_id)
        before = {"hides_names": account.hides_names}
        account.hides_names = hidden
        after = {"hides_names": hidden}
        record(session, "hide_names", account_id=account.id, subject=account.code, before=before, after=after)


@dataclass(frozen=True, slots=True)
class PersonUse:
    """One licensed user's seats with their use, and each day of activity: product (code) and last moment, newest first.

    `names` of products by code.
    """

    name: str
    email: str
    seats: tuple[SeatOfUse, ...]
    days: tuple[tuple[str, datetime], ...]
    names: dict[str, str]
    policies: dict[str, UsePolicy]


def open_person_use(actor: Actor, account_id: int, user_id: int, *, today: date) -> PersonUse:
    """Look at one person's use, by name also where names are hidden: who looked is written down, once a day.

    Raises `NotFound`.
    """
    with acting(actor, Permission.SEE_USAGE) as session:
        user = session.get(LicensedUser, (account_id, user_id))
        if user is None:
            raise NotFound(kind="licensed_user")
        key = (today, f"open_person_use {actor.user_id} {account_id} {user_id}")
        if session.get(AuditEntry, derive_id(today, "audit", key[1])) is None:
            record(session, "open_person_use", account_id=account_id, subject=user.email, subject_id=user_id, key=key)
            session.flush()
        ground = use_ground(session, account_id, today)
        seats = seats_of_use(session, ground, page=select(Seat.id).where(*assigned(ground), Seat.user_id == user_id))
        days = session.execute(
            select(UserDay.product, UserDay.last_at)
            .where(UserDay.account_id == account_id, UserDay.user_id == user_id)
            .order_by(UserDay.day.desc(), UserDay.product)
            .limit(MOST_DAYS)
        )
        return PersonUse(
            name=user.name,
            email=user.email,
            seats=tuple(seats),
            days=tuple((product, at) for product, at in days),
            names=dict(session.execute(select(Product.code, Product.name)).all()),
            policies=dict(ground.policies),
        )


def _seen(session: Session, account_ids: set[int]) -> set[int]:
    """Those of the accounts that the actor still sees."""
    return set(session.scalars(select(Account.id).where(Account.id.in_(sorted(account_ids)))))


def _write(session: Session, chunk: Sequence[JudgedUse], seen: set[int], today: date) -> tuple[JudgedUse, ...]:
    """Write what is still new; what somebody else wrote meanwhile is unchanged, or refused by its number."""
    ground = UsageGround(today, {}, {}, {}, {}, {})
    outcome = [
        row if row.activity and row.activity.account_id in seen else _refused(row)
        for row in judged_now(session, chunk, ground)
    ]
    write_activities(session, [row.activity for row in outcome if row.verdict is Verdict.NEW and row.activity], today)
    return tuple(outcome)


def _refused(row: JudgedUse) -> JudgedUse:
    if row.verdict is Verdict.REFUSED:
        return row
    return replace(row, verdict=Verdict.REFUSED, activity=None, problems=(Problem("code", "belongs_to_another"),))
