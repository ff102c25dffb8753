"""Accounts granted to licence managers, who see nothing else."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from data.identity import account_id as id_of
from data.models import Account, AccountGrant, User
from services import access
from services.access import acting, record
from services.errors import Invalid, NotFound, Problem
from services.permissions import GRANTED_ROLES, Actor, Permission

MOST_AT_ONCE = 500


def grant_accounts(actor: Actor, user_id: int, codes: Sequence[str]) -> int:
    """Let a licence manager see and work on the accounts with these codes; returns how many are new to them.

    Raises `NotFound` for a user who is no licence manager, `Invalid` naming codes that do not exist; then nothing is
    granted. The same call again grants nothing.
    """
    wanted = {id_of(code.strip()): code.strip() for code in codes if code.strip()}
    if not 0 < len(wanted) <= MOST_AT_ONCE:
        raise Invalid(Problem("accounts", "count_between", {"minimum": 1, "limit": MOST_AT_ONCE}))
    with acting(actor, Permission.MANAGE_USERS) as session:
        user = _licence_manager(session, user_id)
        found = dict(session.execute(select(Account.id, Account.code).where(Account.id.in_(wanted))).all())
        unknown = sorted(code for key, code in wanted.items() if key not in found)
        if unknown:
            raise Invalid(Problem("accounts", "unknown_accounts", {"codes": unknown}))
        granted = set(_granted(session, user_id, list(wanted)))
        new = sorted(wanted.keys() - granted)
        session.add_all(
            AccountGrant(account_id=key, user_id=user_id, granted_at=access.now(), granted_by=actor.user_id)
            for key in new
        )
        for key in new:
            record(session, "grant_account", account_id=key, subject=user.name, subject_id=user_id)
        if not new:
            record(session, "grant_account", subject=user.name, subject_id=user_id, after={"accounts": 0})
        return len(new)


def revoke_accounts(actor: Actor, user_id: int, account_ids: Sequence[int]) -> int:
    """Have a licence manager see these accounts no more; returns how many. Ids that were not granted are left.

    Raises `NotFound` for an unknown user; one who has another role by now loses the grants all the same.
    """
    with acting(actor, Permission.MANAGE_USERS) as session:
        user = session.get(User, user_id, with_for_update=True)
        if user is None:
            raise NotFound(kind="user")
        gone = _granted(session, user_id, account_ids)
        session.execute(delete(AccountGrant).where(AccountGrant.user_id == user_id, AccountGrant.account_id.in_(gone)))
        for key in gone:
            record(session, "revoke_account", account_id=key, subject=user.name, subject_id=user_id)
        if not gone:
            record(session, "revoke_account", subject=user.name, subject_id=user_id, after={"accounts": 0})
        return len(gone)


def _licence_manager(session: Session, user_id: int) -> User:
    """The user, locked: two who grant the same account wait for each other."""
    user = session.get(User, user_id, with_for_update=True)
    if user is None or user.role not in GRANTED_ROLES:
        raise NotFound(kind="user")
    return user


def _granted(session: Session, user_id: int, account_ids: Sequence[int]) -> list[int]:
    rows = select(AccountGrant.account_id).where(
        AccountGrant.user_id == user_id, AccountGrant.account_id.in_(account_ids)
    )
    return sorted(session.scalars(rows))
