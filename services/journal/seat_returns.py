"""Releases taken back: who gave a seat back gets it again, as if it had never been away."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Account, LicensedUser, Seat
from services import access
from services.errors import NotFound
from services.facts.seats import load
from services.journal import seats as journal
from services.journal.seats import SeatChange
from services.rules.seats import Origin

UNDO_DAYS = 7


def undo(session: Session, account: Account, release_id: int, *, notify: bool, today: date) -> SeatChange:
    """Give the seats of a release of the last 7 days back to those who had them, from the same subscriptions.

    All of them, or none: raises `SeatsExhausted` where too few are free by now, `NotFound` for a release that is older,
    undone already, or of a subscription that ended. Who has the product again meanwhile is passed over. The seat counts
    as held since the user first got it, so it is not young again.
    """
    released = released_together(session, account.id, release_id)
    if not released:
        raise NotFound(kind="release")
    users = {
        user.id: user
        for user in session.scalars(
            select(LicensedUser).where(
                LicensedUser.account_id == account.id, LicensedUser.id.in_({seat.user_id for seat in released})
            )
        )
    }
    done = SeatChange(0, 0, 0, 0, 0)
    for subscription_id in sorted({seat.subscription_id for seat in released}):
        mine = [seat for seat in released if seat.subscription_id == subscription_id]
        done = _joined(done, _give_back(session, account, users, mine, notify=notify, today=today))
    for seat in released:
        seat.release_id = None  # undone once
    access.record(
        session, "undo_release", account_id=account.id, subject=str(len(released)), after={"seats": len(released)}
    )
    return done


def released_together(session: Session, account_id: int, release_id: int) -> list[Seat]:
    """The seats of a release that can still be undone."""
    since = access.now() - timedelta(days=UNDO_DAYS)
    rows = select(Seat).where(Seat.account_id == account_id, Seat.release_id == release_id, Seat.released_at > since)
    return list(session.scalars(rows.order_by(Seat.id)))


def _give_back(
    session: Session,
    account: Account,
    users: dict[int, LicensedUser],
    released: Sequence[Seat],
    *,
    notify: bool,
    today: date,
) -> SeatChange:
    subscription_id, product = released[0].subscription_id, released[0].product
    holdings = load(session, account, [seat.user_id for seat in released], today)
    if subscription_id not in holdings.pools:
        raise NotFound(kind="subscription")
    back = [seat for seat in released if product not in holdings.products_of(seat.user_id)]
    wishes = [(users[seat.user_id], holdings.products_of(seat.user_id) | {product}) for seat in back]
    done = journal.change(session, account, holdings, wishes, notify=notify, today=today, source=subscription_id)
    session.flush()
    given = load(session, account, [seat.user_id for seat in back], today)
    for before in back:
        now_held = given.seats[before.user_id][product]
        go_on(before, now_held)
        now_held.origin = Origin.UNDONE
    return done


def go_on(before: Seat, seat: Seat) -> None:
    """The seat is held as the one before was: as long, and as pending."""
    seat.held_since = before.held_since or before.assigned_at
    seat.is_pending, seat.invited_at = before.is_pending, before.invited_at
    seat.accepted_at, seat.accepted_by = before.accepted_at, before.accepted_by


def _joined(one: SeatChange, other: SeatChange) -> SeatChange:
    return SeatChange(
        one.assigned + other.assigned,
        one.released + other.released,
        one.changed + other.changed,
        one.suspended + other.suspended,
        one.notified + other.notified,
    )
