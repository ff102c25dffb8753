"""Groups of an account's licensed users."""

from dataclasses import dataclass

from sqlalchemy import func, select

from data.models import Account, GroupMember, UserGroup
from services.access import reading
from services.errors import NotFound
from services.permissions import Actor, Permission


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group and how many `members` it has."""

    group_id: int
    name: str
    members: int


def user_groups(actor: Actor, account_id: int) -> tuple[GroupRow, ...]:
    """The account's groups by name; raises `NotFound`."""
    with reading(actor, Permission.SEE_SEATS, of=account_id) as session:
        if session.scalar(select(Account.id).where(Account.id == account_id)) is None:
            raise NotFound(kind="account")
        counted = dict(
            session.execute(
                select(GroupMember.group_id, func.count())
                .where(GroupMember.account_id == account_id)
                .group_by(GroupMember.group_id)
            ).all()
        )
        rows = session.execute(
            select(UserGroup.id, UserGroup.name).where(UserGroup.account_id == account_id).order_by(UserGroup.name)
        )
        return tuple(GroupRow(group_id, name, counted.get(group_id, 0)) for group_id, name in rows)


def groups_of(actor: Actor, account_id: int, user_id: int) -> tuple[int, ...]:
    """The ids of the groups a licensed user is in."""
    with reading(actor, Permission.SEE_SEATS, of=account_id) as session:
        mine = select(GroupMember.group_id).where(GroupMember.account_id == account_id, GroupMember.user_id == user_id)
        return tuple(sorted(session.scalars(mine)))
