"""Invitations sent again, accepted, withdrawn."""

from collections.abc import Collection
from datetime import date

from sqlalchemy.orm import Session

from data.models import Account, Seat
from services.access import acting
from services.facts.accounts import open_account
from services.facts.catalog import product_names
from services.facts.seats import seats_of
from services.journal import invitations
from services.journal import seats as journal
from services.journal.seats import SeatChange
from services.permissions import Actor, Permission


def resend_invitations(actor: Actor, account_id: int, seat_ids: Collection[int]) -> int:
    """Write to the invited again; returns to how many. Who was written to within the last hour is passed over.

    Raises `NotFound`, `SelfServiceAccount`.
    """
    with acting(actor, Permission.CHANGE_SEATS) as session:
        account, seats = _open(session, account_id, seat_ids)
        return invitations.resend(session, account, seats, product_names(session))


def accept_invitations(actor: Actor, account_id: int, seat_ids: Collection[int], *, notify: bool) -> int:
    """Note that the invited have accepted; returns how many seats are no longer pending. The same call again: none.

    Raises `NotFound`, `SelfServiceAccount`.
    """
    with acting(actor, Permission.CHANGE_SEATS) as session:
        account, seats = _open(session, account_id, seat_ids)
        return invitations.accept(session, account, seats, product_names(session), notify=notify)


def withdraw_invitations(
    actor: Actor, account_id: int, seat_ids: Collection[int], *, notify: bool, today: date
) -> SeatChange:
    """Release the seats of invitations that nobody has accepted; those accepted meanwhile stay. It can be undone.

    Raises `NotFound`, `SelfServiceAccount`.
    """
    with acting(actor, Permission.CHANGE_SEATS) as session:
        account, seats = _open(session, account_id, seat_ids)
        waiting = [seat.id for seat in invitations.pending(seats)]
        return journal.release(session, account, waiting, notify=notify, today=today)


def _open(session: Session, account_id: int, seat_ids: Collection[int]) -> tuple[Account, list[Seat]]:
    account = open_account(session, account_id)
    return account, seats_of(session, account.id, seat_ids)
