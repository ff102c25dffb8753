"""Who stands in for whom, and who could."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from data.models import Deputy, User
from data.period import Period
from services.access import reading
from services.permissions import OWNING_ROLES, Actor, Permission


@dataclass(frozen=True, slots=True)
class DeputyChoice:
    """Somebody who can stand in."""

    user_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Cover:
    """Days somebody stands in for somebody: `name` is the other side's, `rep` and `deputy` both sides'."""

    row_id: int
    name: str
    rep: str
    deputy: str
    days: Period
    is_running: bool


def deputy_choices(actor: Actor) -> tuple[DeputyChoice, ...]:
    """The active reps who can stand in for the actor, by name."""
    with reading(actor, Permission.NAME_DEPUTY) as session:
        rows = session.execute(
            select(User.id, User.name)
            .where(User.is_active, User.role.in_(OWNING_ROLES), User.id != actor.user_id)
            .order_by(User.name)
        )
        return tuple(DeputyChoice(user_id, name) for user_id, name in rows)


def deputies_of(actor: Actor, today: date) -> tuple[Cover, ...]:
    """Who stands in for the actor, now or later, the next days first."""
    return _covers(actor, today, [Deputy.user_id == actor.user_id])


def covered_by(actor: Actor, today: date) -> tuple[Cover, ...]:
    """For whom the actor stands in, now or later, the next days first."""
    return _covers(actor, today, [Deputy.deputy_id == actor.user_id], of_rep=True)


def all_covers(actor: Actor, today: date) -> tuple[Cover, ...]:
    """Everybody's, now or later, the next days first; for those who manage users."""
    return _covers(actor, today, [], permission=Permission.MANAGE_USERS)


def _covers(
    actor: Actor,
    today: date,
    criteria: Sequence[ColumnElement[bool]],
    *,
    of_rep: bool = False,
    permission: Permission = Permission.NAME_DEPUTY,
) -> tuple[Cover, ...]:
    rep, deputy = aliased(User), aliased(User)
    with reading(actor, permission) as session:
        rows = session.execute(
            select(Deputy.id, rep.name, deputy.name, Deputy.starts_on, Deputy.ends_on)
            .join(rep, rep.id == Deputy.user_id)
            .join(deputy, deputy.id == Deputy.deputy_id)
            .where(Deputy.ends_on > today, *criteria)
            .order_by(Deputy.starts_on, rep.name, deputy.name)
        )
        return tuple(
            Cover(
                row_id, rep_name if of_rep else deputy_name, rep_name, deputy_name, Period(start, end), start <= today
            )
            for row_id, rep_name, deputy_name, start, end in rows
        )
