"""The only writer of groups of licensed users and of who is in them."""

from collections.abc import Collection
from datetime import date
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from data.database import chunks
from data.identity import derive_id
from data.models import Account, GroupMember, UserGroup
from services import access
from services.errors import Invalid, NotFound, Problem


def group_of(session: Session, account_id: int, group_id: int) -> UserGroup:
    """A group of the account; raises `NotFound`."""
    group = session.get(UserGroup, (account_id, group_id))
    if group is None:
        raise NotFound(kind="group")
    return group


def named(session: Session, account_id: int, name: str) -> UserGroup | None:
    """The account's group of the name."""
    return session.scalar(select(UserGroup).where(UserGroup.account_id == account_id, UserGroup.name == name))


def found(session: Session, account: Account, name: str, today: date) -> UserGroup:
    """A new group; raises `Invalid` where the account has one of the name."""
    check_name(session, account.id, name)
    group = UserGroup(account_id=account.id, id=derive_id(today, "group", account.id, uuid4().hex), name=name)
    session.add(group)
    session.flush()
    access.record(session, "create_group", account_id=account.id, subject=name, subject_id=group.id)
    return group


def check_name(session: Session, account_id: int, name: str, *, but: int = 0) -> None:
    """Raise `Invalid` where another group of the account has the name."""
    same = select(UserGroup.id).where(UserGroup.account_id == account_id, UserGroup.name == name, UserGroup.id != but)
    if session.scalar(same):
        raise Invalid(Problem("group", "duplicate", {"value": name}))


def join(session: Session, account: Account, group: UserGroup, user_ids: Collection[int]) -> int:
    """Put users into the group; returns how many were not in it."""
    new = sorted(set(user_ids) - members(session, account.id, group.id))
    session.add_all(GroupMember(account_id=account.id, group_id=group.id, user_id=user_id) for user_id in new)
    _write(session, account, group, "join_group", len(new))
    return len(new)


def leave(session: Session, account: Account, group: UserGroup, user_ids: Collection[int]) -> int:
    """Take users out of the group; returns how many were in it."""
    gone = sorted(set(user_ids) & members(session, account.id, group.id))
    for ids in chunks(gone):
        mine = (GroupMember.account_id == account.id, GroupMember.group_id == group.id)
        session.execute(delete(GroupMember).where(*mine, GroupMember.user_id.in_(ids)))
    _write(session, account, group, "leave_group", len(gone))
    return len(gone)


def members(session: Session, account_id: int, group_id: int) -> set[int]:
    """The ids of who is in the group."""
    mine = (GroupMember.account_id == account_id, GroupMember.group_id == group_id)
    return set(session.scalars(select(GroupMember.user_id).where(*mine)))


def _write(session: Session, account: Account, group: UserGroup, action: str, users: int) -> None:
    if users:
        access.record(
            session, action, account_id=account.id, subject=group.name, subject_id=group.id, after={"users": users}
        )
