"""Groups of licensed users: made, renamed and deleted; the groups of one user."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import delete, select

from data.models import GroupMember, LicensedUser
from services.access import acting, record
from services.errors import Invalid, NotFound
from services.facts.accounts import open_account
from services.journal import user_groups as journal
from services.permissions import Actor, Permission
from services.rules import text

LONGEST_NAME = 200


def create_group(actor: Actor, account_id: int, name: str, *, today: date) -> int:
    """Make a group without members; returns its id. Raises `Invalid`, `NotFound`, `SelfServiceAccount`."""
    name = _checked(name)
    with acting(actor, Permission.CHANGE_SEATS) as session:
        return journal.found(session, open_account(session, account_id), name, today).id


def rename_group(actor: Actor, account_id: int, group_id: int, name: str) -> None:
    """Give a group another name. Raises `Invalid`, `NotFound`, `SelfServiceAccount`."""
    name = _checked(name)
    with acting(actor, Permission.CHANGE_SEATS) as session:
        account = open_account(session, account_id)
        group = journal.group_of(session, account.id, group_id)
        if group.name == name:
            return
        journal.check_name(session, account.id, name, but=group.id)
        before, group.name = group.name, name
        record(
            session,
            "rename_group",
            account_id=account.id,
            subject=name,
            subject_id=group.id,
            before={"group": before},
            after={"group": name},
        )


def delete_group(actor: Actor, account_id: int, group_id: int) -> None:
    """Delete a group; its members keep their seats. Raises `NotFound`, `SelfServiceAccount`."""
    with acting(actor, Permission.CHANGE_SEATS) as session:
        account = open_account(session, account_id)
        group = journal.group_of(session, account.id, group_id)
        mine = (GroupMember.account_id == account.id, GroupMember.group_id == group.id)
        gone = len(journal.members(session, account.id, group.id))
        session.execute(delete(GroupMember).where(*mine))
        session.delete(group)
        record(
            session,
            "delete_group",
            account_id=account.id,
            subject=group.name,
            subject_id=group.id,
            before={"users": gone},
        )


def set_groups(actor: Actor, account_id: int, user_id: int, group_ids: Collection[int]) -> int:
    """Have a user be in just these groups; returns how many memberships changed. Raises `NotFound`,
    `SelfServiceAccount`."""
    with acting(actor, Permission.CHANGE_SEATS) as session:
        account = open_account(session, account_id)
        if session.get(LicensedUser, (account.id, user_id)) is None:
            raise NotFound(kind="licensed_user")
        mine = select(GroupMember.group_id).where(GroupMember.account_id == account.id, GroupMember.user_id == user_id)
        before, after = set(session.scalars(mine)), set(group_ids)
        for group_id in sorted(after - before):
            journal.join(session, account, journal.group_of(session, account.id, group_id), [user_id])
        for group_id in sorted(before - after):
            journal.leave(session, account, journal.group_of(session, account.id, group_id), [user_id])
        return len(before ^ after)


def _checked(name: str) -> str:
    name = text.cleaned(name)
    Invalid.when(text.typed_problems("group", name, limit=LONGEST_NAME, required=True))
    return name
