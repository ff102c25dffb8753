"""A change for many licensed users worked out: who they are, how they stand, and the verdict on each."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.database import chunks
from data.models import Account, GroupMember, LicensedUser, UserGroup
from services.errors import Invalid, NotFound, Problem
from services.facts.seats import Holdings, load, users_of
from services.rules.erasing import is_erased
from services.rules.seat_bulk import DETAILS, BulkRequest, BulkRow, SeatDeed, check_text, judge
from services.rules.seat_verdicts import SeatVerdict
from services.rules.seats import MOST_PEOPLE, Person, Pool, people


@dataclass(frozen=True, slots=True)
class BulkSheet:
    """Everybody with their verdict, in the order of the list; `users`, `new` people and `holdings` to act upon.

    `pool`: the subscription whose free seats are needed.
    """

    rows: tuple[tuple[BulkRow, SeatVerdict], ...]
    users: dict[int, LicensedUser]
    new: tuple[Person, ...]
    holdings: Holdings
    pool: Pool | None

    def of(self, *verdicts: SeatVerdict) -> list[BulkRow]:
        """The rows of these verdicts."""
        return [row for row, verdict in self.rows if verdict in verdicts]


def bulk_sheet(session: Session, account: Account, request: BulkRequest, today: date) -> BulkSheet:
    """Raises `Invalid` for the pasted list (line by line) and for too many, `NotFound` for what the account has not."""
    found, problems = people(request.pasted) if request.pasted.strip() else ((), ())
    if not found and not request.user_ids and not problems:
        problems = (Problem("people", "required"),)
    if len(request.user_ids) > MOST_PEOPLE:
        too_many = {"limit": MOST_PEOPLE, "count": len(request.user_ids)}
        problems = (*problems, Problem("people", "too_many_people", too_many))
    if request.deed in DETAILS:
        problems = (*problems, *check_text(request)[1])
    Invalid.when(list(problems))
    users = _by_email(session, account.id, [person.email for person in found])
    chosen = users_of(session, account.id, request.user_ids)
    if len(chosen) != len(set(request.user_ids)):
        raise NotFound(kind="licensed_user")
    users |= chosen
    holdings = load(session, account, users, today)
    pool = _pool(holdings, request)
    of_group = request.deed in (SeatDeed.JOIN, SeatDeed.LEAVE)
    members = _members(session, account.id, request.group_id, users) if of_group else set()
    known = {user.email for user in users.values()}
    new = tuple(person for person in found if person.email not in known)
    rows = [_row(user, holdings, members, request) for user in users.values()]
    rows += [BulkRow(None, person.name, person.email) for person in new]
    rows.sort(key=lambda row: (row.name.casefold(), row.email))
    return BulkSheet(tuple(zip(rows, judge(request, rows, pool), strict=True)), users, new, holdings, pool)


def _by_email(session: Session, account_id: int, emails: list[str]) -> dict[int, LicensedUser]:
    users: dict[int, LicensedUser] = {}
    for some in chunks(sorted(emails)):
        rows = select(LicensedUser).where(LicensedUser.account_id == account_id, LicensedUser.email.in_(some))
        users |= {user.id: user for user in session.scalars(rows)}
    return users


def _pool(holdings: Holdings, request: BulkRequest) -> Pool | None:
    """The subscription that gives seats; the one they are released from is checked, too."""
    if request.deed not in (SeatDeed.ASSIGN, SeatDeed.INVITE, SeatDeed.RELEASE, SeatDeed.MOVE):
        return None
    source = holdings.pools.get(request.subscription_id)
    giving = holdings.pools.get(request.target) if request.deed is SeatDeed.MOVE else source
    if source is None or giving is None or source.product != giving.product:
        raise NotFound(kind="subscription")
    return giving


def _members(session: Session, account_id: int, group_id: int, user_ids: Collection[int]) -> set[int]:
    if session.get(UserGroup, (account_id, group_id)) is None:
        raise NotFound(kind="group")
    found: set[int] = set()
    for ids in chunks(sorted(user_ids)):
        mine = (GroupMember.account_id == account_id, GroupMember.group_id == group_id)
        found |= set(session.scalars(select(GroupMember.user_id).where(*mine, GroupMember.user_id.in_(ids))))
    return found


def _row(user: LicensedUser, holdings: Holdings, members: Collection[int], request: BulkRequest) -> BulkRow:
    seats = holdings.seats.get(user.id, {})
    return BulkRow(
        user_id=user.id,
        name=user.name,
        email=user.email,
        has_left=user.left_on is not None or is_erased(user.email),
        products=frozenset(holdings.products_of(user.id)),
        subscriptions=frozenset(seat.subscription_id for seat in seats.values()),
        is_member=user.id in members,
        value=getattr(user, request.deed.value) if request.deed in DETAILS else "",
    )
