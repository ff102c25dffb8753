"""Users: let in, changed, switched off; and what they change about themselves."""

from dataclasses import asdict
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import User
from services import access
from services.access import acting, record
from services.errors import Invalid, LastAdministrator, NotFound, NotSignedIn, Problem, StaleForm
from services.permissions import Actor, Permission, Role
from services.rules.user_form import UserForm, check_user
from services.words.i18n import LANGUAGES

__all__ = ["UserForm", "change_user", "choose_language", "create_user"]


def create_user(actor: Actor, form: UserForm, today: date) -> int:
    """Let somebody in, and return the user's id; raises `Invalid`, also for an address that is known already."""
    form, problems = check_user(form)
    with acting(actor, Permission.MANAGE_USERS) as session:
        Invalid.when(problems + _taken(session, form.email, but=None))
        user = User(id=_new_id(session, form.email, today), **asdict(form))
        session.add(user)
        record(session, "create_user", subject=form.email, subject_id=user.id, after=asdict(form))
        return user.id


def change_user(actor: Actor, user_id: int, form: UserForm, version: int) -> None:
    """Change a user. Who is switched off, or gets another role, is signed out of every session at once.

    Raises `NotFound`, `StaleForm` (another `version` by now), `Invalid`, and `LastAdministrator` where nobody would be
    left to let users in. Accounts of a user who is switched off stay assigned until a manager moves them.
    """
    form, problems = check_user(form)
    with acting(actor, Permission.MANAGE_USERS) as session:
        admins = _lock_administrators(session)  # first: two must not each leave the other as the last
        user = session.get(User, user_id, with_for_update=True, populate_existing=True)
        if user is None:
            raise NotFound(kind="user")
        if user.version != version:
            raise StaleForm
        Invalid.when(problems + _taken(session, form.email, but=user_id))
        if admins == [user_id] and not (form.is_active and form.role == Role.ADMIN):
            raise LastAdministrator
        before = asdict(form_of(user))
        if (user.is_active and not form.is_active) or user.role != form.role:
            user.not_before = access.now()
        for name, value in asdict(form).items():
            setattr(user, name, value)
        user.version += 1
        changed = [name for name, value in asdict(form).items() if before[name] != value]
        record(
            session,
            "change_user",
            subject=form.email,
            subject_id=user_id,
            before={name: before[name] for name in changed},
            after={name: asdict(form)[name] for name in changed},
        )


def choose_language(actor: Actor, language: str) -> None:
    """The language the portal speaks to the actor from now on, 'en' or 'es'; raises `Invalid` for another."""
    if language not in LANGUAGES:
        raise Invalid(Problem("language", "not_a_choice"))
    with acting(actor, Permission.SEE_HELP) as session:
        user = session.get(User, actor.user_id)
        if user is None:
            raise NotSignedIn
        before, user.language = user.language, language
        record(
            session, "choose_language", subject=user.email, before={"language": before}, after={"language": language}
        )


def form_of(user: User) -> UserForm:
    """The user as its form."""
    return UserForm(user.name, user.email, user.role, user.language, user.is_active)


def _new_id(session: Session, email: str, today: date) -> int:
    """Another one where a user let in today had this address and has another, or none, since."""
    user_id = derive_id(today, "user", email)
    return user_id if session.get(User, user_id) is None else derive_id(today, "user", email, access.now().isoformat())


def _lock_administrators(session: Session) -> list[int]:
    rows = select(User.id).where(User.role == Role.ADMIN, User.is_active).order_by(User.id).with_for_update()
    return list(session.scalars(rows))


def _taken(session: Session, email: str, *, but: int | None) -> list[Problem]:
    found = session.scalar(select(User.id).where(func.lower(User.email) == email, User.id != (but or 0)).limit(1))
    return [Problem("email", "duplicate", {"value": email})] if found is not None else []
