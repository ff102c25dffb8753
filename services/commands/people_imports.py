"""Licensed users imported: people, where they work, their groups and seats, chunk by chunk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from data.models import Account, LicensedUser, Seat, UserGroup
from services.access import acting, record
from services.errors import Problem
from services.facts.accounts import open_account
from services.facts.catalog import product_names
from services.facts.seats import load
from services.journal import invitations, user_groups
from services.journal import seats as journal
from services.journal.licensed_users import enrol, set_detail
from services.permissions import Actor, Permission
from services.queries.people_imports import PeoplePlan
from services.rules.import_people import JudgedPerson, Step, StepKind
from services.rules.import_verdicts import Verdict
from services.worksheets.people_import import judged_people

CHUNK = 500
_WRITTEN = (Verdict.NEW, Verdict.CHANGED)


@dataclass(frozen=True, slots=True)
class PeopleProgress:
    """How far an import is, in rows to write; `rows`: those just done, refused where something came between."""

    done: int
    total: int
    rows: tuple[JudgedPerson, ...]


def apply_people(actor: Actor, plan: PeoplePlan) -> Iterator[PeopleProgress]:
    """Write the plan's rows, a chunk a transaction: each is judged again under the account's lock, and refused where it
    would do something else than was shown. Stopped half way, the same file goes on from there.

    Raises `NotFound`, `NotAllowed`, `SelfServiceAccount`, `Unavailable`; chunks before stay.
    """
    rows, done = plan.to_write, 0
    for start in range(0, max(len(rows), 1), CHUNK):
        chunk = rows[start : start + CHUNK]
        with acting(actor, Permission.CHANGE_SEATS) as session:
            account = open_account(session, plan.account_id)
            outcome = _judged_again(session, account, chunk, plan)
            _write(session, account, [row for row in outcome if row.verdict in _WRITTEN], plan)
            after = {"rows": len(outcome), "written": sum(row.verdict in _WRITTEN for row in outcome)}
            record(session, "import_people", account_id=account.id, subject=account.code, after=after)
        done += len(chunk)
        yield PeopleProgress(done, len(rows), outcome)


def _judged_again(
    session: Session, account: Account, chunk: Sequence[JudgedPerson], plan: PeoplePlan
) -> tuple[JudgedPerson, ...]:
    shown = {row.row: row for row in chunk}

    def allow(fresh: JudgedPerson) -> JudgedPerson:
        if fresh.verdict is Verdict.REFUSED or fresh.agrees_with(shown[fresh.row]):
            return fresh
        problem = Problem("row", "person_changed_meanwhile")
        return replace(fresh, verdict=Verdict.REFUSED, steps=(), problems=(problem,))

    return judged_people(session, account, [row.record for row in chunk], plan.today, allow)


def _write(session: Session, account: Account, rows: Sequence[JudgedPerson], plan: PeoplePlan) -> None:
    people = {row.person.email: row.person for row in reversed(rows) if row.person}
    users = {user.email: user for user in enrol(session, account, list(people.values()), plan.today)[0]}
    steps = [(users[row.person.email], step) for row in rows if row.person for step in row.steps]
    groups: dict[str, list[int]] = defaultdict(list)
    for user, step in steps:
        if step.kind is StepKind.DETAIL:
            set_detail(session, user, step.what, step.after)
        elif step.kind is StepKind.JOIN:
            groups[step.what].append(user.id)
    for name, user_ids in sorted(groups.items()):
        user_groups.join(session, account, _group(session, account, name, plan), user_ids)
    _write_seats(session, account, users, steps, plan)


def _group(session: Session, account: Account, name: str, plan: PeoplePlan) -> UserGroup:
    return user_groups.named(session, account.id, name) or user_groups.found(session, account, name, plan.today)


def _write_seats(
    session: Session,
    account: Account,
    users: dict[str, LicensedUser],
    steps: Sequence[tuple[LicensedUser, Step]],
    plan: PeoplePlan,
) -> None:
    """Seats accepted, given back, and then given: what was given back is free for the others."""
    ids = [user.id for user in users.values()]

    def seats_of(kind: StepKind) -> list[Seat]:
        held = load(session, account, ids, plan.today).seats
        return [held[user.id][step.what] for user, step in steps if step.kind is kind]

    accepted = seats_of(StepKind.ACCEPT)
    invitations.accept(session, account, accepted, product_names(session), notify=plan.notify)
    released = [seat.id for seat in seats_of(StepKind.RELEASE)]
    journal.release(session, account, released, notify=plan.notify, today=plan.today)
    given: dict[tuple[int, bool], list[tuple[LicensedUser, str]]] = defaultdict(list)
    for user, step in steps:
        if step.kind in (StepKind.ASSIGN, StepKind.INVITE):
            given[step.subscription_id, step.kind is StepKind.INVITE].append((user, step.what))
    for (subscription_id, invite), wanted in sorted(given.items()):
        session.flush()
        holdings = load(session, account, ids, plan.today)
        wishes = [(user, holdings.products_of(user.id) | {product}) for user, product in wanted]
        journal.change(
            session,
            account,
            holdings,
            wishes,
            notify=plan.notify,
            today=plan.today,
            source=subscription_id,
            invite=invite,
        )
