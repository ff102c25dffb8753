"""Invitations: sent again, and accepted. Withdrawing one is a release of its seat."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from data.models import Account, LicensedUser, Seat
from services import access
from services.facts.seats import users_of
from services.journal import seats as journal
from services.permissions import Actor
from services.rules.seats import SeatMail

RESENT_AFTER = timedelta(hours=1)  # two clicks are not two mails


def resend(session: Session, account: Account, seats: Sequence[Seat], names: dict[str, str]) -> int:
    """Write to the invited again, one mail each; an invitation of the last hour is passed over. Returns how many."""
    late = [seat for seat in pending(seats) if not seat.invited_at or seat.invited_at <= access.now() - RESENT_AFTER]
    mine = _by_user(session, account, late)
    for user, his in mine:
        for seat in his:
            seat.invited_at = access.now()
        user.version += 1
        products = [names[seat.product] for seat in his]
        facts = {"assigned": products, "released": [], "kept": [], "begins": {}}
        journal.tell(session, account, user, SeatMail.INVITED, facts)
        _record(session, account, user, "resend_invitation", products)
    return len(mine)


def accept(session: Session, account: Account, seats: Sequence[Seat], names: dict[str, str], *, notify: bool) -> int:
    """Have the invited accept: their seats are no longer pending. Returns how many seats."""
    actor: Actor = session.info["actor"]
    open_ones = pending(seats)
    for user, his in _by_user(session, account, open_ones):
        for seat in his:
            seat.is_pending, seat.accepted_at, seat.accepted_by = False, access.now(), actor.user_id
        user.version += 1
        products = [names[seat.product] for seat in his]
        if notify:
            facts = {"assigned": products, "released": [], "kept": [], "begins": {}}
            journal.tell(session, account, user, SeatMail.ASSIGNED, facts)
        _record(session, account, user, "accept_invitation", products)
    return len(open_ones)


def pending(seats: Sequence[Seat]) -> list[Seat]:
    """Those of the seats that wait for their holder's acceptance."""
    return [seat for seat in seats if seat.is_pending and seat.released_at is None]


def _by_user(session: Session, account: Account, seats: Sequence[Seat]) -> list[tuple[LicensedUser, list[Seat]]]:
    users = users_of(session, account.id, (seat.user_id for seat in seats))
    return [(user, [seat for seat in seats if seat.user_id == user.id]) for _, user in sorted(users.items())]


def _record(session: Session, account: Account, user: LicensedUser, action: str, products: Sequence[str]) -> None:
    access.record(
        session,
        action,
        account_id=account.id,
        subject=user.email,
        subject_id=user.id,
        after={"products": list(products)},
    )
