"""The two doors to a session, `acting` and `reading`: right, row scope, transaction, audit."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, event, func, or_, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql.base import ExecutableOption

from data import database
from data.identity import derive_id
from data.models import (
    Account,
    AccountGrant,
    AccountOwned,
    AuditEntry,
    Cart,
    Deputy,
    GroupMember,
    OutboxMail,
    Recognition,
    SeatNeed,
    SubscriptionDay,
    TeamMember,
    UsageFeed,
    UseFigure,
    UseMonth,
    User,
    UserDay,
    UseState,
)
from services.bulk import Rows, instant_text, json_text
from services.errors import NotAllowed, NotFound, NotSignedIn, Unavailable
from services.permissions import GRANTED_ROLES, OWNING_ROLES, Actor, Permission, Role, roles_with

_AUDIT = (
    "id", "at", "actor_id", "on_behalf_of", "action", "account_id", "subject", "subject_id", "before", "after",
)  # fmt: skip
MANY_ACCOUNTS = 500  # of an actor: from here on a page is found faster in the list's order than account by account
_NARROWED, _ROW_BY_ROW = "account_ids", "row_by_row"
_MORE_OF_ACCOUNTS = (
    Cart, GroupMember, OutboxMail, Recognition, SeatNeed, SubscriptionDay, UsageFeed, UseFigure, UseMonth, UserDay,
    UseState,
)  # fmt: skip
_clock: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731
_in_flight = 0
_in_flight_lock = threading.Lock()


def now() -> datetime:
    """The present instant, for stamps only; business days are always told."""
    return _clock()


def use_clock(clock: Callable[[], datetime] | None) -> None:
    """Have stamps come from another clock (a story, a test); None returns to the wall clock."""
    global _clock
    _clock = clock or (lambda: datetime.now(UTC))


def in_flight() -> int:
    """How many commands are running in this process, for a drain before it stops."""
    return _in_flight


def identify(user_id: int, today: date, *, signed_in_at: datetime | None = None) -> Actor:
    """The actor a signed-in user is today, with the accounts of those it deputises for; raises `NotSignedIn`."""
    with _translated(), database.read_session() as session:
        return _identify(session, user_id, today, signed_in_at)


def _identify(session: Session, user_id: int, today: date, signed_in_at: datetime | None) -> Actor:
    user = session.get(User, user_id)
    if user is None or not user.is_active:
        raise NotSignedIn
    if signed_in_at and user.not_before and signed_in_at < user.not_before:
        raise NotSignedIn
    role = Role(user.role)
    acts_for: tuple[int, ...] = ()
    teams: tuple[int, ...] = ()
    if role in OWNING_ROLES:
        covered = select(Deputy.user_id).where(
            Deputy.deputy_id == user_id, Deputy.starts_on <= today, today < Deputy.ends_on
        )
        acts_for = (user_id, *sorted(set(session.scalars(covered)) - {user_id}))
        teams = tuple(sorted(session.scalars(select(TeamMember.team_id).where(TeamMember.user_id == user_id))))
    return Actor(user.id, user.name, user.email, role, user.language, acts_for, teams)


@contextmanager
def acting(actor: Actor, permission: Permission) -> Iterator[Session]:
    """A transaction in which the actor changes something: all of it is committed, or nothing.

    Raises `NotAllowed` without the permission, `NotSignedIn` if the user was switched off meanwhile, `Unavailable` when
    the database cannot be reached or stays locked.
    """
    global _in_flight
    _require(actor, permission)
    with _in_flight_lock:
        _in_flight += 1
    try:
        with _translated(), database.write_session() as session:
            _check_still_in_office(session, actor)
            session.info["actor"] = actor
            yield session
    finally:
        with _in_flight_lock:
            _in_flight -= 1


@contextmanager
def reading(actor: Actor, permission: Permission, *, of: int | None = None) -> Iterator[Session]:
    """A read-only look at what the actor may see; always rolled back. Raises `NotAllowed`, `Unavailable`.

    `of`: the one account it is about; it is found within the scope once, not again by every statement.
    """
    _require(actor, permission)
    with _translated(), database.read_session() as session:
        session.info["actor"] = actor
        if of is not None:
            keep_to_those(session, [of])
        yield session


@contextmanager
def maintaining() -> Iterator[Session]:
    """The portal's own transaction, without an actor: the worker, the seed, the command line."""
    with _translated(), database.write_session() as session:
        yield session


def lock_account(session: Session, account_id: int) -> Account:
    """The account, locked first of all rows a command touches; raises `NotFound` if unknown or another rep's."""
    account = session.scalar(select(Account).where(Account.id == account_id).with_for_update())
    if account is None:
        raise NotFound(kind="account")
    return account


def keep_to(session: Session, account: Account) -> None:
    """Narrow the session to an account that was found within the scope: a large book's list of accounts is not read."""
    session.info[_NARROWED] = (account.id,)


def keep_to_those(session: Session, account_ids: Sequence[int]) -> None:
    """Narrow the session to those of the accounts that lie within the scope, such as the ones on a page of a list."""
    if is_scoped(session):
        found = session.scalars(select(Account.id).where(Account.id.in_(account_ids)))
        session.info[_NARROWED] = tuple(sorted(found))


@contextmanager
def keeping_order(session: Session) -> Iterator[None]:
    """For statements that read rows in the order of an index and stop early, and do not join accounts.

    Where the actor has many accounts the scope is tested row by row; otherwise the rows of all accounts would be
    collected and sorted for a page of them.
    """
    if is_scoped(session):
        some = select(Account.id).limit(MANY_ACCOUNTS + 1).subquery()
        session.info[_ROW_BY_ROW] = (session.scalar(select(func.count()).select_from(some)) or 0) > MANY_ACCOUNTS
    yield
    session.info[_ROW_BY_ROW] = False


def is_scoped(session: Session) -> bool:
    """Whether the session sees the accounts of a scoped actor only."""
    actor: Actor | None = session.info.get("actor")
    return actor is not None and actor.is_scoped


def record(
    session: Session,
    action: str,
    *,
    account_id: int | None = None,
    on_behalf_of: int | None = None,
    subject: str = "",
    subject_id: int | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    rows: Rows | None = None,
    key: tuple[date, str] | None = None,
    at: datetime | None = None,
) -> None:
    """Write the audit row of a change. A deputy's act on an account names the rep it was done for.

    `rows`: keep it there, with the other rows of the change. `key`: the business day and what is done once on it, for
    acts that are resumed after a kill; other acts get an id of their own each time. `at`: the stamp, where one stands
    for many acts.
    """
    actor: Actor | None = session.info.get("actor")
    at = at or now()
    day, name = key or (at.date(), uuid4().hex)
    entry_id, who = derive_id(day, "audit", name), on_behalf_of or _represented(session, actor, account_id)
    actor_id = actor.user_id if actor else None
    if rows is not None:
        texts = [json_text(value) if value is not None else None for value in (before, after)]
        rows.shape("audit_entries", _AUDIT).append(
            (entry_id, instant_text(at), actor_id, who, action, account_id, subject[:300], subject_id, *texts)
        )
        return
    session.add(
        AuditEntry(
            id=entry_id,
            at=at,
            actor_id=actor_id,
            on_behalf_of=who,
            action=action,
            account_id=account_id,
            subject=subject[:300],
            subject_id=subject_id,
            before=dict(before) if before is not None else None,
            after=dict(after) if after is not None else None,
        )
    )


def _represented(session: Session, actor: Actor | None, account_id: int | None) -> int | None:
    """The rep whose account a deputy works on; nobody for one's own accounts and those of one's teams."""
    if actor is None or account_id is None or len(actor.acts_for) < 2:
        return None
    account = session.get(Account, account_id)
    rep_id = account.rep_id if account else None
    return rep_id if rep_id != actor.user_id and rep_id in actor.acts_for else None


def accounts_of(actor: Actor) -> ColumnElement[bool] | None:
    """The row scope as a criterion on `Account`, or None for a role that sees all."""
    if not actor.is_scoped:
        return None
    if actor.role in GRANTED_ROLES:
        return Account.id.in_(select(AccountGrant.account_id).where(AccountGrant.user_id == actor.user_id))
    of_reps = Account.rep_id.in_(actor.acts_for or (actor.user_id,))
    return or_(of_reps, Account.team_id.in_(actor.teams)) if actor.teams else of_reps


def reps_in_scope(session: Session) -> tuple[int, ...] | None:
    """The representatives whose present accounts are all that the session sees; None where that does not say it."""
    actor: Actor | None = session.info.get("actor")
    is_said = is_scoped(session) and _NARROWED not in session.info
    return actor.reps if is_said and actor else None


@event.listens_for(Session, "do_orm_execute")
def _limit_rows(state: ORMExecuteState) -> None:
    """Limit every ORM statement on account-owned rows to the accounts of a scoped actor."""
    actor: Actor | None = state.session.info.get("actor")
    if actor is None or not actor.is_scoped or state.is_column_load or state.is_relationship_load:
        return
    # all of them, whatever the statement seems to be about: counts and joins do not name all they read
    narrowed, row_by_row = state.session.info.get(_NARROWED), state.session.info.get(_ROW_BY_ROW, False)
    state.statement = state.statement.options(*_row_scope(actor, narrowed, row_by_row))


@lru_cache(maxsize=1024)
def _row_scope(actor: Actor, narrowed: tuple[int, ...] | None, row_by_row: bool) -> tuple[ExecutableOption, ...]:
    """The scope as options of statements; rows of accounts narrowed to some where the session keeps to them."""
    own = accounts_of(actor)
    assert own is not None
    criterion: Callable[[Any], ColumnElement[bool]]
    if narrowed is not None:
        ids = list(narrowed)
        criterion = lambda cls: cls.account_id.in_(ids)  # noqa: E731
    else:
        of_scope = select(Account.id).where(own).correlate(None)
        if row_by_row:  # what is worked out is looked up in no index
            criterion = lambda cls: (cls.account_id + 0).in_(of_scope)  # noqa: E731
        else:
            criterion = lambda cls: cls.account_id.in_(of_scope)  # noqa: E731
    return (
        with_loader_criteria(Account, own, include_aliases=True),
        *(with_loader_criteria(model, criterion, include_aliases=True) for model in (AccountOwned, *_MORE_OF_ACCOUNTS)),
    )


def _require(actor: Actor, permission: Permission) -> None:
    if not actor.may(permission):
        raise NotAllowed(permission=permission, roles=roles_with(permission))


def _check_still_in_office(session: Session, actor: Actor) -> None:
    found = session.execute(select(User.is_active, User.role).where(User.id == actor.user_id)).one_or_none()
    if found is None or found != (True, actor.role):
        raise NotSignedIn


@contextmanager
def _translated() -> Iterator[None]:
    """A database that is down or stays locked becomes a refusal: nothing was written, try again."""
    try:
        yield
    except (OperationalError, InterfaceError) as fault:
        raise Unavailable from fault
