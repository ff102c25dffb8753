"""Users and teams as administrators see them."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from data.models import Account, AccountGrant, Team, TeamMember, User
from services.access import reading
from services.errors import NotFound
from services.permissions import GRANTED_ROLES, Actor, Permission, Role
from services.rules.erasing import is_erased
from services.rules.user_form import UserForm

PAGE = 50


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user in the list; `accounts`: how many are assigned, or granted to a licence manager."""

    user_id: int
    name: str
    email: str
    role: Role
    language: str
    is_active: bool
    teams: tuple[str, ...]
    accounts: int


@dataclass(frozen=True, slots=True)
class UserCard:
    """One user as the form shows it; `version` goes back with the form. `granted`: accounts a licence manager sees."""

    user_id: int
    form: UserForm
    version: int
    accounts: int
    granted: int

    @property
    def is_granted(self) -> bool:
        """Whether the role sees granted accounts only."""
        return self.form.role in GRANTED_ROLES

    @property
    def is_erased(self) -> bool:
        """Whether name and address were erased."""
        return is_erased(self.form.email)


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team with its members (ids by name) and how many accounts it owns."""

    team_id: int
    name: str
    member_ids: tuple[int, ...]
    members: tuple[str, ...]
    accounts: int


@dataclass(frozen=True, slots=True)
class GrantedAccount:
    """An account granted to a licence manager."""

    account_id: int
    code: str
    legal_name: str


@dataclass(frozen=True, slots=True)
class TeamAccount:
    """An account a team owns."""

    account_id: int
    code: str
    legal_name: str
    rep: str


def list_users(actor: Actor) -> tuple[UserRow, ...]:
    """Every user, active ones first, by name."""
    with reading(actor, Permission.MANAGE_USERS) as session:
        teams = defaultdict(list)
        for user_id, name in session.execute(
            select(TeamMember.user_id, Team.name).join(Team, Team.id == TeamMember.team_id).order_by(Team.name)
        ):
            teams[user_id].append(name)
        accounts = _counted(session, Account.rep_id)
        granted = _granted(session)
        users = session.scalars(select(User).order_by(User.is_active.desc(), User.name, User.email))
        return tuple(
            UserRow(
                user.id,
                user.name,
                user.email,
                Role(user.role),
                user.language,
                user.is_active,
                tuple(teams[user.id]),
                (granted if user.role in GRANTED_ROLES else accounts).get(user.id, 0),
            )
            for user in users
        )


def user_card(actor: Actor, user_id: int) -> UserCard:
    """One user for the form; raises `NotFound`."""
    with reading(actor, Permission.MANAGE_USERS) as session:
        user = session.get(User, user_id)
        if user is None:
            raise NotFound(kind="user")
        accounts = session.scalar(select(func.count()).where(Account.rep_id == user_id)) or 0
        form = UserForm(user.name, user.email, user.role, user.language, user.is_active)
        return UserCard(user_id, form, user.version, accounts, _granted(session, user_id).get(user_id, 0))


def granted_accounts(actor: Actor, user_id: int, page: int = 0) -> tuple[GrantedAccount, ...]:
    """One page (50, counted from 0) of the accounts granted to a user, by name."""
    with reading(actor, Permission.MANAGE_USERS) as session:
        rows = session.execute(
            select(Account.id, Account.code, Account.legal_name)
            .join(AccountGrant, AccountGrant.account_id == Account.id)
            .where(AccountGrant.user_id == user_id)
            .order_by(Account.legal_name, Account.id)
            .limit(PAGE)
            .offset(page * PAGE)
        )
        return tuple(GrantedAccount(*row) for row in rows)


def list_teams(actor: Actor) -> tuple[TeamRow, ...]:
    """Every team, by name."""
    with reading(actor, Permission.MANAGE_USERS) as session:
        members = defaultdict(list)
        for team_id, user_id, name in session.execute(
            select(TeamMember.team_id, User.id, User.name)
            .join(User, User.id == TeamMember.user_id)
            .order_by(User.name, User.id)
        ):
            members[team_id].append((user_id, name))
        owned = _counted(session, Account.team_id)
        return tuple(
            TeamRow(
                team.id,
                team.name,
                tuple(user_id for user_id, _ in members[team.id]),
                tuple(name for _, name in members[team.id]),
                owned.get(team.id, 0),
            )
            for team in session.scalars(select(Team).order_by(Team.name))
        )


def team_accounts(actor: Actor, team_id: int, page: int = 0) -> tuple[TeamAccount, ...]:
    """One page (50, counted from 0) of the accounts a team owns, by name."""
    with reading(actor, Permission.MANAGE_USERS) as session:
        rows = session.execute(
            select(Account.id, Account.code, Account.legal_name, User.name)
            .outerjoin(User, User.id == Account.rep_id)
            .where(Account.team_id == team_id)
            .order_by(Account.legal_name, Account.id)
            .limit(PAGE)
            .offset(page * PAGE)
        )
        return tuple(TeamAccount(account_id, code, name, rep or "") for account_id, code, name, rep in rows)


def _counted(session: Session, owner: InstrumentedAttribute[int | None]) -> dict[int, int]:
    """Owner's id → accounts."""
    rows = session.execute(select(owner, func.count()).where(owner.is_not(None)).group_by(owner))
    return {owner_id: count for owner_id, count in rows if owner_id is not None}


def _granted(session: Session, user_id: int | None = None) -> dict[int, int]:
    """User's id → accounts granted."""
    rows = select(AccountGrant.user_id, func.count()).group_by(AccountGrant.user_id)
    return dict(session.execute(rows if user_id is None else rows.where(AccountGrant.user_id == user_id)).all())
