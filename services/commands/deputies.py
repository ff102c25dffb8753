"""Deputies: somebody stands in for a rep on some days, and sees and changes the rep's accounts on exactly these."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import Deputy, User
from data.period import Period
from services.access import acting, record
from services.errors import DeputyOverlaps, Invalid, NotFound, Problem
from services.permissions import OWNING_ROLES, Actor, Permission
from services.rules.user_form import cover_problems


def name_deputy(actor: Actor, deputy_id: int, *, starts_on: date, ends_on: date, today: date) -> int:
    """Have a rep stand in for the actor on the days `[starts_on, ends_on)`, from today on; returns the row's id.

    Raises `Invalid` (days in the past, back to front or over 366; the actor itself; somebody who is no active rep) and
    `DeputyOverlaps` where the same deputy is named for some of the days. Several deputies may share days.
    """
    with acting(actor, Permission.NAME_DEPUTY) as session:
        # lock first: two clicks must not both find no overlap
        session.get_one(User, actor.user_id, with_for_update=True)
        deputy = session.get(User, deputy_id)
        problems = cover_problems(starts_on, ends_on, today)
        if deputy is None or deputy_id == actor.user_id or not deputy.is_active or deputy.role not in OWNING_ROLES:
            problems.append(Problem("deputy", "not_a_choice"))
        Invalid.when(problems)
        assert deputy is not None
        _refuse_overlap(session, actor, deputy, starts_on, ends_on)
        row = Deputy(
            id=derive_id(today, "deputy", actor.user_id, deputy_id, starts_on, ends_on),
            user_id=actor.user_id,
            deputy_id=deputy_id,
            starts_on=starts_on,
            ends_on=ends_on,
        )
        session.add(row)
        record(session, "name_deputy", subject=deputy.email, subject_id=row.id, after=_days(row))
        return row.id


def end_deputy(actor: Actor, row_id: int, today: date) -> None:
    """End a deputy's days today: from now on nothing is covered any more. One that has not begun is taken back whole.

    One's own deputies, or anybody's for who manages users; raises `NotFound`, also where it is over already.
    """
    with acting(actor, Permission.NAME_DEPUTY) as session:
        row = session.get(Deputy, row_id, with_for_update=True)
        may_end = row is not None and (row.user_id == actor.user_id or actor.may(Permission.MANAGE_USERS))
        if row is None or not may_end or row.ends_on <= today:
            raise NotFound(kind="deputy", field="deputy")
        before = _days(row)
        deputy = session.get_one(User, row.deputy_id)
        if row.starts_on < today:
            row.ends_on = today
            record(session, "end_deputy", subject=deputy.email, subject_id=row_id, before=before, after=_days(row))
        else:
            session.delete(row)
            record(session, "end_deputy", subject=deputy.email, subject_id=row_id, before=before)


def _refuse_overlap(session: Session, actor: Actor, deputy: User, starts_on: date, ends_on: date) -> None:
    other = session.scalar(
        select(Deputy).where(
            Deputy.user_id == actor.user_id,
            Deputy.deputy_id == deputy.id,
            Deputy.starts_on < ends_on,
            Deputy.ends_on > starts_on,
        )
    )
    if other is not None:
        raise DeputyOverlaps(field="deputy", deputy=deputy.name, days=Period(other.starts_on, other.ends_on))


def _days(row: Deputy) -> dict[str, str]:
    return {"starts_on": row.starts_on.isoformat(), "ends_on": row.ends_on.isoformat()}
