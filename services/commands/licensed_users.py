"""Licensed users of an account: added without a seat, and corrected."""

from dataclasses import fields
from datetime import date

from sqlalchemy import select

from data.models import LicensedUser
from services.access import acting, record
from services.errors import Invalid, NotFound, Problem, StaleForm
from services.facts.accounts import open_account
from services.journal.licensed_users import enrol
from services.permissions import Actor, Permission
from services.rules.seats import people, person
from services.rules.user_details import UserDetails, check_details

__all__ = ["UserDetails", "add_licensed_users", "save_licensed_user", "save_user_details"]

_DETAILS = tuple(field.name for field in fields(UserDetails))


def add_licensed_users(actor: Actor, account_id: int, pasted: str, *, today: date) -> int:
    """Enrol the people of a pasted list without a seat (suspended until they get one); returns how many are new.

    A licensed user exists once per account and address. Raises `Invalid` (line by line, nothing is written),
    `NotFound`, `SelfServiceAccount`.
    """
    found, problems = people(pasted)
    Invalid.when(list(problems))
    with acting(actor, Permission.CHANGE_SEATS) as session:
        account = open_account(session, account_id)
        _users, new = enrol(session, account, found, today)
        return new


def save_user_details(
    actor: Actor, account_id: int, user_id: int, details: UserDetails, *, version: int, today: date
) -> None:
    """Save where a licensed user works, and until when no seat of theirs is called idle; seats and mails stay as they
    are. Raises `Invalid`, `StaleForm`, `NotFound`, `SelfServiceAccount`."""
    with acting(actor, Permission.CHANGE_SEATS) as session:
        account = open_account(session, account_id)
        user = session.get(LicensedUser, (account.id, user_id))
        if user is None:
            raise NotFound(kind="licensed_user")
        before = UserDetails(**{name: getattr(user, name) for name in _DETAILS})
        details, problems = check_details(details, before, today)
        Invalid.when(problems)
        changed = [name for name in _DETAILS if getattr(details, name) != getattr(before, name)]
        if not changed:
            return
        if user.version != version:
            raise StaleForm(field="licensed_user", user=user.name)
        for name in changed:
            setattr(user, name, getattr(details, name))
        user.version += 1
        record(
            session,
            "save_user_details",
            account_id=account.id,
            subject=user.email,
            subject_id=user.id,
            before={name: _plain(getattr(before, name)) for name in changed},
            after={name: _plain(getattr(details, name)) for name in changed},
        )


def _plain(value: str | date | None) -> str | None:
    return value.isoformat() if isinstance(value, date) else value


def save_licensed_user(actor: Actor, account_id: int, user_id: int, *, name: str, email: str, version: int) -> None:
    """Correct a licensed user's name or mail address; the seats stay.

    Raises `Invalid` (also for an address another user of the account has), `StaleForm`, `NotFound`.
    """
    corrected, problems = person(name, email)
    if not name.strip():
        problems = (Problem("name", "required"), *problems)
    Invalid.when(list(problems))
    assert corrected
    with acting(actor, Permission.CHANGE_SEATS) as session:
        account = open_account(session, account_id)
        user = session.get(LicensedUser, (account.id, user_id))
        if user is None:
            raise NotFound(kind="licensed_user")
        before, after = {"name": user.name, "email": user.email}, {"name": corrected.name, "email": corrected.email}
        if before == after:
            return
        if user.version != version:
            raise StaleForm(field="licensed_user", user=user.name)
        same = select(LicensedUser.id).where(
            LicensedUser.account_id == account.id, LicensedUser.email == corrected.email, LicensedUser.id != user.id
        )
        if session.scalar(same):
            raise Invalid(Problem("email", "duplicate", {"value": corrected.email}))
        user.name, user.email, user.search_text = corrected.name, corrected.email, corrected.search_text
        user.version += 1
        record(
            session,
            "correct_licensed_user",
            account_id=account.id,
            subject=user.email,
            subject_id=user.id,
            before=before,
            after=after,
        )
