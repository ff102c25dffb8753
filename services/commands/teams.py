"""Teams: their members, and the accounts they own together."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from data.identity import account_id as id_of
from data.identity import derive_id
from data.models import Account, Team, TeamMember, User
from services.access import acting, record
from services.errors import Invalid, NotFound, Problem, SelfServiceAccount
from services.permissions import Actor, Permission
from services.rules.user_form import TeamForm, check_team

__all__ = ["TeamForm", "give_accounts", "save_team", "take_accounts"]

MOST_AT_ONCE = 500


def save_team(actor: Actor, form: TeamForm, today: date, team_id: int | None = None) -> int:
    """Create a team (`team_id` None) or change its name and members, and return its id.

    The members given replace those before. Raises `NotFound`, `Invalid` (no name, a name or member that cannot be).
    """
    form, problems = check_team(form)
    with acting(actor, Permission.MANAGE_USERS) as session:
        team = session.get(Team, team_id, with_for_update=True) if team_id is not None else None
        if team_id is not None and team is None:
            raise NotFound(kind="team")
        Invalid.when(problems + _taken(session, form.name, but=team_id) + _strangers(session, form))
        if team is None:
            team = Team(id=derive_id(today, "team", form.name), name=form.name)
            session.add(team)
            session.flush()
            before = None
        else:
            before = {"name": team.name, "members": _members(session, team.id)}
            team.name = form.name
        session.execute(delete(TeamMember).where(TeamMember.team_id == team.id))
        session.add_all(TeamMember(team_id=team.id, user_id=user_id) for user_id in form.member_ids)
        session.flush()
        after = {"name": form.name, "members": _members(session, team.id)}
        record(session, "save_team", subject=form.name, subject_id=team.id, before=before, after=after)
        return team.id


def give_accounts(actor: Actor, team_id: int, codes: Sequence[str]) -> int:
    """Have a team own the accounts with these codes; returns how many changed hands.

    An account may keep its rep beside the team. Raises `NotFound` for the team, `Invalid` naming codes that do not
    exist, `SelfServiceAccount`; then nothing is changed.
    """
    wanted = {id_of(code.strip()): code.strip() for code in codes if code.strip()}
    if not 0 < len(wanted) <= MOST_AT_ONCE:
        raise Invalid(Problem("accounts", "count_between", {"minimum": 1, "limit": MOST_AT_ONCE}))
    with acting(actor, Permission.MANAGE_USERS) as session:
        team = session.get(Team, team_id)
        if team is None:
            raise NotFound(kind="team")
        accounts = _locked(session, list(wanted))
        unknown = sorted(code for key, code in wanted.items() if key not in {account.id for account in accounts})
        if unknown:
            raise Invalid(Problem("accounts", "unknown_accounts", {"codes": unknown}))
        return _move(session, accounts, team)


def take_accounts(actor: Actor, team_id: int, account_ids: Sequence[int]) -> int:
    """Have a team own these accounts no more; returns how many changed hands. Ids that are not the team's are left."""
    with acting(actor, Permission.MANAGE_USERS) as session:
        team = session.get(Team, team_id)
        if team is None:
            raise NotFound(kind="team")
        theirs = [account for account in _locked(session, account_ids) if account.team_id == team_id]
        return _move(session, theirs, None)


def _locked(session: Session, account_ids: Sequence[int]) -> list[Account]:
    # By id, as everywhere: two who move the same accounts then wait for each other instead of blocking each other.
    rows = select(Account).where(Account.id.in_(account_ids)).order_by(Account.id).with_for_update()
    return list(session.scalars(rows))


def _move(session: Session, accounts: Sequence[Account], team: Team | None) -> int:
    names = {row.id: row.name for row in session.execute(select(Team.id, Team.name))}
    moved = [account for account in accounts if account.team_id != (team.id if team else None)]
    for account in moved:
        if account.kind == "self_service":
            raise SelfServiceAccount
        before = {"team": names.get(account.team_id) if account.team_id else None}
        account.team_id = team.id if team else None
        account.version += 1
        after = {"team": team.name if team else None}
        record(session, "assign_team", account_id=account.id, subject=account.code, before=before, after=after)
    if not moved:
        record(session, "assign_team", subject=team.name if team else "", after={"accounts": 0})
    return len(moved)


def _members(session: Session, team_id: int) -> list[str]:
    rows = select(User.email).join(TeamMember, TeamMember.user_id == User.id).where(TeamMember.team_id == team_id)
    return sorted(session.scalars(rows))


def _taken(session: Session, name: str, *, but: int | None) -> list[Problem]:
    rows = select(Team.id).where(func.lower(Team.name) == name.lower(), Team.id != (but or 0))
    return [Problem("name", "duplicate", {"value": name})] if session.scalar(rows.limit(1)) is not None else []


def _strangers(session: Session, form: TeamForm) -> list[Problem]:
    known = set(session.scalars(select(User.id).where(User.id.in_(form.member_ids))))
    return [Problem("members", "not_a_choice")] if known != set(form.member_ids) else []
