"""An act on seats worked out: what its preview shows and the deed does are the same sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Account, Plan, Product, Seat, Subscription
from services.errors import NotFound, ProductNotOwned, Refusal, SeatsExhausted, SeatsInUse
from services.facts.seats import Holdings, judged_moves, load, seats_of, users_of
from services.permissions import Actor
from services.rules.bulk_changes import DoesNotRenew
from services.rules.reductions import Reduction
from services.rules.seat_acts import (
    ActReduction,
    ActRequest,
    ActSeat,
    ActSheet,
    Deed,
    NotFewer,
    NothingToDo,
    SeatMove,
    assigned_after,
    fields_for,
)
from services.rules.seat_verdicts import SeatVerdict
from services.worksheets.reductions import ReductionDesk


def work_out(session: Session, actor: Actor, account: Account, request: ActRequest, today: date) -> ActSheet:
    """The sheet of a request. What can be mended stands in its refusals; raises `NotFound` for what is nobody's."""
    desk = _SeatDesk(session, account, request, today)
    seats, refusals = desk.seats(), list(desk.refusals)
    reductions: list[ActReduction] = []
    for one in _reductions(session, actor, account, request, seats, today):
        if isinstance(one, Refusal):
            refusals.append(one)
        else:
            reductions.append(one)
    sheet = ActSheet(seats, tuple(reductions), (), today)
    if sheet.is_empty and not refusals:
        refusals.append(NothingToDo())
    return replace(sheet, refusals=tuple(refusals))


class _SeatDesk:
    """The chosen seats with their holders, and the subscriptions they come from and go to."""

    def __init__(self, session: Session, account: Account, request: ActRequest, today: date) -> None:
        self.request, self.refusals = request, list[Refusal]()
        moving = [seat for move in request.moves for seat in move.seat_ids]
        chosen = seats_of(session, account.id, [*request.release, *moving])
        self.chosen = {seat.id: seat for seat in chosen}
        self.users = users_of(session, account.id, (seat.user_id for seat in chosen))
        self.holdings = load(session, account, self.users, today)
        self.freed = dict.fromkeys(self.holdings.pools, 0)

    def seats(self) -> tuple[ActSeat, ...]:
        """What becomes of each: the released ones first, whose places are free for those that move."""
        found = [self._released(self.chosen[seat_id]) for seat_id in self.request.release]
        for move in self.request.moves:
            found += self._moved(move)
        return tuple(found)

    def _released(self, seat: Seat) -> ActSeat:
        is_held = seat.released_at is None
        if is_held and seat.subscription_id in self.freed:
            self.freed[seat.subscription_id] += 1
        return self._seat(seat, Deed.RELEASED if is_held else Deed.ALREADY)

    def _moved(self, move: SeatMove) -> Iterator[ActSeat]:
        pool = self.holdings.pools.get(move.target)
        if pool is None:
            raise NotFound(kind="subscription")
        roomy = replace(pool, assigned=pool.assigned - self.freed[move.target])
        holdings = Holdings({**self.holdings.pools, move.target: roomy}, self.holdings.seats, self.holdings.names)
        judged = judged_moves(holdings, [self.chosen[seat_id] for seat_id in move.seat_ids], roomy)
        verdicts = [verdict for _, verdict in judged]
        wanted = sum(verdict in (SeatVerdict.DONE, SeatVerdict.NO_SEAT_FREE) for verdict in verdicts)
        name = self.holdings.names[pool.product]
        if SeatVerdict.NO_SEAT_FREE in verdicts:
            self.refusals.append(SeatsExhausted(field="seats", product=name, free=roomy.free, asked=wanted))
        if SeatVerdict.OTHER_PRODUCT in verdicts:
            self.refusals.append(ProductNotOwned(field="product", product=name))
        for held, verdict in judged:
            is_moved = verdict in (SeatVerdict.DONE, SeatVerdict.NO_SEAT_FREE)
            yield self._seat(self.chosen[held.seat_id], Deed.MOVED if is_moved else Deed.ALREADY, move.target)

    def _seat(self, seat: Seat, deed: Deed, target: int | None = None) -> ActSeat:
        user = self.users[seat.user_id]
        return ActSeat(
            seat_id=seat.id,
            user_id=user.id,
            name=user.name,
            email=user.email,
            product_name=self.holdings.names[seat.product],
            subscription_id=seat.subscription_id,
            deed=deed,
            target=target if deed is Deed.MOVED else None,
        )


def _reductions(
    session: Session, actor: Actor, account: Account, request: ActRequest, seats: Sequence[ActSeat], today: date
) -> Iterator[ActReduction | Refusal]:
    wanted = {fewer.subscription_id: fewer.seats for fewer in request.fewer}
    rows = {
        row.id: (row, product, plan)
        for row, product, plan in session.execute(
            select(Subscription, Product.name, Plan.name)
            .join(Product, Product.code == Subscription.product)
            .join(Plan, Plan.code == Subscription.plan)
            .where(Subscription.account_id == account.id, Subscription.id.in_(wanted))
        )
    }
    if rows.keys() != wanted.keys():
        raise NotFound(kind="subscription")
    if not rows:
        return
    after = assigned_after({key: row.seats_assigned for key, (row, _, _) in rows.items()}, seats)
    desk = ReductionDesk(session, actor, account, [row for row, _, _ in rows.values()], today)
    for fewer in request.fewer:
        row, product, plan = rows[fewer.subscription_id]
        found = desk.reduction(row, seats=fewer.seats, released=row.seats_assigned - after[row.id])
        refusal = _refused(found, row, product, fewer.seats, after[row.id])
        if refusal is not None:
            yield refusal
            continue
        assert found is not None
        fields = fields_for(found.seats, desk.owned[row.id].scheduled)
        yield ActReduction(row.id, row.reference, product, plan, row.seats, after[row.id], found, fields)


def _refused(found: Reduction | None, row: Subscription, product: str, asked: int, assigned: int) -> Refusal | None:
    if found is None:
        return NotFewer(field="seats", product=product, seats=row.seats)
    if found.seats >= row.seats or asked < 0:
        return NotFewer(field="seats", product=product, seats=row.seats)
    if found.refusal is not None:
        return found.refusal
    if found.nothing is None:
        return DoesNotRenew(product=product, ends_on=row.period_end)
    if found.seats < assigned:  # it would wait at the renewal, and save nothing
        return SeatsInUse(field="seats", seats=found.seats, assigned=assigned)
    return None
