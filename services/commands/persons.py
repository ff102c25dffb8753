"""Persons erased on request: licensed users of an account, and users of the portal."""

from sqlalchemy import func, select

from data.models import LicensedUser, Seat, User
from services.access import acting, record
from services.errors import NotFound, StaleForm
from services.facts.accounts import open_account
from services.journal import erasing
from services.permissions import Actor, Permission
from services.rules.erasing import ErasedAlready, PersonHoldsSeats, UserMaySignIn, is_erased


def erase_licensed_user(actor: Actor, account_id: int, user_id: int, *, version: int) -> None:
    """Erase a licensed user's name and address; the history of seats stays, of nobody in particular.

    Raises `NotFound`, `StaleForm`, `PersonHoldsSeats`, `ErasedAlready`, `SelfServiceAccount`.
    """
    with acting(actor, Permission.ERASE_PERSONS) as session:
        account = open_account(session, account_id)
        user = session.get(LicensedUser, (account.id, user_id))
        if user is None:
            raise NotFound(kind="licensed_user")
        if is_erased(user.email):
            raise ErasedAlready
        if user.version != version:
            raise StaleForm
        held = session.scalar(
            select(func.count()).where(
                Seat.account_id == account.id, Seat.user_id == user.id, Seat.released_at.is_(None)
            )
        )
        if held:
            raise PersonHoldsSeats(seats=held)
        erasing.erase_licensed_user(session, user)
        record(session, "erase_licensed_user", account_id=account.id, subject_id=user.id)


def erase_user(actor: Actor, user_id: int, *, version: int) -> None:
    """Erase the name and address of a portal user who was switched off; what they did stays in the audit trail.

    Raises `NotFound`, `StaleForm`, `UserMaySignIn`, `ErasedAlready`.
    """
    with acting(actor, Permission.MANAGE_USERS) as session:
        user = session.get(User, user_id, with_for_update=True, populate_existing=True)
        if user is None:
            raise NotFound(kind="user")
        if is_erased(user.email):
            raise ErasedAlready
        if user.version != version:
            raise StaleForm
        if user.is_active:
            raise UserMaySignIn
        erasing.erase_user(session, user)
        record(session, "erase_user", subject_id=user.id)
