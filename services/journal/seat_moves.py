"""Seats moved to another subscription of their product: the holder keeps the product, and since when it was held."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Account, Plan, Seat, Subscription
from services import access
from services.errors import NotFound
from services.facts.seats import Holdings, judged_moves, load, seats_of, users_of
from services.journal import seats as journal
from services.journal.seat_returns import go_on
from services.journal.seats import SeatChange
from services.permissions import Actor
from services.rules.seat_verdicts import SeatVerdict
from services.rules.seats import Ending, Origin, Pool, SeatMail

NOTHING = SeatChange(0, 0, 0, 0, 0)


def move(
    session: Session, account: Account, seat_ids: Sequence[int], target_id: int, *, notify: bool, today: date
) -> SeatChange:
    """Move seats to the subscription: each is replaced by one of it, in this transaction; all of them, or none.

    Seats given back or moved there meanwhile are passed over. Raises `SeatsExhausted` (free, asked, product),
    `NotFound` for a seat or a live subscription of the account.
    """
    seats = seats_of(session, account.id, seat_ids)
    holdings = load(session, account, [seat.user_id for seat in seats], today)
    target = holdings.pools.get(target_id)
    if target is None:
        raise NotFound(kind="subscription")
    bars = (SeatVerdict.DONE, SeatVerdict.NO_SEAT_FREE)  # what is too much is refused by the guard of the count
    moving = {seat.seat_id for seat, verdict in judged_moves(holdings, seats, target) if verdict in bars}
    old = [seat for seat in seats if seat.id in moving]
    if not old:
        return NOTHING
    journal.count(session, account, holdings, old, [target_id] * len(old))
    actor: Actor = session.info["actor"]
    for seat in old:
        seat.released_at, seat.released_by, seat.ending = access.now(), actor.user_id, Ending.MOVED
    session.flush()  # before the inserts: one active seat per user and product
    for before, seat in zip(
        old, journal.new_seats(session, account, [(seat.user_id, target) for seat in old], today), strict=True
    ):
        go_on(before, seat)
        seat.origin = Origin.MOVED
    _write_history(session, account, holdings, old, target, notify=notify)
    return SeatChange(len(old), len(old), len(old), 0, len(old) if notify else 0)


def _write_history(
    session: Session, account: Account, holdings: Holdings, old: Sequence[Seat], target: Pool, *, notify: bool
) -> None:
    names = _named(session, account.id, {target.subscription_id, *(seat.subscription_id for seat in old)})
    users = users_of(session, account.id, (seat.user_id for seat in old))
    reference, plan = names[target.subscription_id]
    for seat in old:
        user = users[seat.user_id]
        user.version += 1
        access.record(
            session,
            "move_seat",
            account_id=account.id,
            subject=user.email,
            subject_id=user.id,
            before={"subscription": names[seat.subscription_id][0]},
            after={"subscription": reference, "notified": notify},
        )
        if notify:
            facts = {"product": holdings.names[target.product], "subscription": reference, "plan": plan}
            journal.tell(session, account, user, SeatMail.MOVED, facts)


def _named(session: Session, account_id: int, subscription_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    rows = session.execute(
        select(Subscription.id, Subscription.reference, Plan.name)
        .join(Plan, Plan.code == Subscription.plan)
        .where(Subscription.account_id == account_id, Subscription.id.in_(subscription_ids))
    )
    return {subscription_id: (reference, plan) for subscription_id, reference, plan in rows}
