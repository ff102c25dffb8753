"""Leavers: their seats released in one go, which can be undone for a week."""

from datetime import date

from sqlalchemy import select

from data.database import chunks
from data.models import LicensedUser
from services.access import acting, record
from services.errors import Invalid, Problem
from services.facts.accounts import open_account
from services.facts.seats import load
from services.journal import seat_returns
from services.journal import seats as journal
from services.journal.seats import SeatChange
from services.permissions import Actor, Permission
from services.rules.seats import people


def release_leavers(actor: Actor, account_id: int, pasted: str, *, notify: bool, today: date) -> SeatChange:
    """Release every seat of the people of a pasted list, and mark them as left on the day. All or nothing.

    Addresses that are no licensed user of the account are passed over; a preview names them. The same call again
    changes nothing. Raises `Invalid` (line by line, or where nobody is known), `NotFound`, `SelfServiceAccount`.
    """
    found, problems = people(pasted)
    Invalid.when(list(problems))
    with acting(actor, Permission.CHANGE_SEATS) as session:
        account = open_account(session, account_id)
        users: list[LicensedUser] = []
        for emails in chunks(sorted(person.email for person in found)):
            known = select(LicensedUser).where(LicensedUser.account_id == account.id, LicensedUser.email.in_(emails))
            users += session.scalars(known)
        if not users:
            raise Invalid(Problem("people", "nobody_known"))
        holdings = load(session, account, [user.id for user in users], today)
        wishes: list[tuple[LicensedUser, set[str]]] = [(user, set()) for user in users]
        done = journal.change(session, account, holdings, wishes, notify=notify, today=today)
        for user in users:
            if user.left_on is None:
                user.left_on = today
                after = {"left_on": today.isoformat()}
                record(session, "mark_left", account_id=account.id, subject=user.email, subject_id=user.id, after=after)
        return done


def undo_release(actor: Actor, account_id: int, release_id: int, *, notify: bool, today: date) -> SeatChange:
    """Give the seats of a release of the last 7 days back to those who had them. All or nothing.

    Raises `SeatsExhausted` where too few are free by now, `NotFound` (older, undone already, the subscription ended),
    `SelfServiceAccount`.
    """
    with acting(actor, Permission.CHANGE_SEATS) as session:
        account = open_account(session, account_id)
        return seat_returns.undo(session, account, release_id, notify=notify, today=today)
