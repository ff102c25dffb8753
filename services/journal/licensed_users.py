"""The only writer of new licensed users: each address once per account."""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.database import chunks
from data.identity import derive_id
from data.models import Account, LicensedUser
from services import access
from services.rules.seats import Person


def enrol(session: Session, account: Account, people: Sequence[Person], today: date) -> tuple[list[LicensedUser], int]:
    """The account's licensed users of these addresses, in their order, and how many are new: added, suspended.

    A user exists once per account and address; one who is there already keeps the name.
    """
    known: dict[str, LicensedUser] = {}
    for emails in chunks(sorted(person.email for person in people)):
        at_account = select(LicensedUser).where(LicensedUser.account_id == account.id, LicensedUser.email.in_(emails))
        known |= {user.email: user for user in session.scalars(at_account)}
    new = [person for person in people if person.email not in known]
    for person, user_id in zip(new, _new_ids(session, account, new, today), strict=True):
        known[person.email] = _new_user(session, account, person, user_id)
    session.flush()
    return [known[person.email] for person in people], len(new)


def set_detail(session: Session, user: LicensedUser, name: str, value: str) -> bool:
    """Write one of the user's details; False where it is so already."""
    before = getattr(user, name)
    if before == value:
        return False
    setattr(user, name, value)
    user.version += 1
    access.record(
        session,
        "save_user_details",
        account_id=user.account_id,
        subject=user.email,
        subject_id=user.id,
        before={name: before},
        after={name: value},
    )
    return True


def _new_ids(session: Session, account: Account, people: Sequence[Person], today: date) -> Iterator[int]:
    """An id for each; another one where a user enrolled today has had this address and was given a new one since."""
    ids = [derive_id(today, "licensed user", account.id, person.email) for person in people]
    used: set[int] = set()
    for some in chunks(ids):
        same = select(LicensedUser.id).where(LicensedUser.account_id == account.id, LicensedUser.id.in_(some))
        used |= set(session.scalars(same))
    for person, user_id in zip(people, ids, strict=True):
        again = access.now().isoformat()
        yield user_id if user_id not in used else derive_id(today, "licensed user", account.id, person.email, again)


def _new_user(session: Session, account: Account, person: Person, user_id: int) -> LicensedUser:
    user = LicensedUser(
        account_id=account.id,
        id=user_id,
        email=person.email,
        name=person.name,
        search_text=person.search_text,
        is_suspended=True,
        created_at=access.now(),
        version=1,
    )
    session.add(user)
    access.record(
        session,
        "add_licensed_user",
        account_id=account.id,
        subject=user.email,
        subject_id=user.id,
        after={"name": user.name, "email": user.email},
    )
    return user
