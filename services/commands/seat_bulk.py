"""One change for many licensed users: seats given, released and moved, groups joined, details set. All, or nothing."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from data.models import Account, LicensedUser
from services.access import acting
from services.facts.accounts import open_account
from services.journal import seat_moves, user_groups
from services.journal import seats as journal
from services.journal.licensed_users import enrol, set_detail
from services.journal.seats import SeatChange
from services.permissions import Actor, Permission
from services.rules.seat_bulk import DETAILS, BulkRequest, SeatDeed, check_text
from services.rules.seat_verdicts import SeatVerdict
from services.worksheets.seat_bulk import BulkSheet, bulk_sheet

__all__ = ["BulkDone", "BulkRequest", "SeatDeed", "change_many"]

NOTHING = SeatChange(0, 0, 0, 0, 0)
_TO_DO = (SeatVerdict.DONE, SeatVerdict.NO_SEAT_FREE)  # what is too much is refused by the guard of the count


@dataclass(frozen=True, slots=True)
class BulkDone:
    """What was done: `changed` licensed users, and what it meant for seats."""

    changed: int
    seats: SeatChange = NOTHING


def change_many(actor: Actor, request: BulkRequest, *, today: date) -> BulkDone:
    """Do it for each whose verdict says so (`preview_bulk`), or for nobody; the same call again changes nothing.

    Raises `Invalid` (line by line), `SeatsExhausted` (free, asked, product), `NotFound`, `SelfServiceAccount`.
    """
    with acting(actor, Permission.CHANGE_SEATS) as session:
        account = open_account(session, request.account_id)
        sheet = bulk_sheet(session, account, request, today)
        users = [sheet.users[row.user_id] for row in sheet.of(*_TO_DO) if row.user_id is not None]
        if request.deed.enrols:
            users += enrol(session, account, sheet.new, today)[0]
        if not users:
            return BulkDone(0)
        if request.deed in DETAILS:
            cleaned, _problems = check_text(request)
            return BulkDone(sum(set_detail(session, user, request.deed.value, cleaned) for user in users))
        if request.deed in (SeatDeed.JOIN, SeatDeed.LEAVE):
            group = user_groups.group_of(session, account.id, request.group_id)
            write = user_groups.join if request.deed is SeatDeed.JOIN else user_groups.leave
            return BulkDone(write(session, account, group, [user.id for user in users]))
        done = _seats(session, account, request, sheet, users, today)
        return BulkDone(done.changed, done)


def _seats(
    session: Session, account: Account, request: BulkRequest, sheet: BulkSheet, users: list[LicensedUser], today: date
) -> SeatChange:
    holdings = sheet.holdings
    if request.deed is SeatDeed.MOVE:
        seats = [
            seat.id
            for user in users
            for seat in holdings.seats.get(user.id, {}).values()
            if seat.subscription_id == request.subscription_id
        ]
        return seat_moves.move(session, account, seats, request.target, notify=request.notify, today=today)
    product = {holdings.pools[request.subscription_id].product} if request.subscription_id else set[str]()

    def wished(held: set[str]) -> set[str]:
        if request.deed is SeatDeed.SUSPEND:
            return set()
        return held | product if request.deed.takes_seats else held - product

    return journal.change(
        session,
        account,
        holdings,
        [(user, wished(holdings.products_of(user.id))) for user in users],
        notify=request.notify,
        today=today,
        source=request.subscription_id if request.deed.takes_seats else None,
        invite=request.deed is SeatDeed.INVITE,
    )
