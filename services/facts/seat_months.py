"""Seats month by month: bought by the events, assigned by the seats themselves, in use by the roll-up of use."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from data.models import Seat, Subscription, UseMonth, UseState
from data.period import months_after
from services.facts.paid import bought_seats
from services.rules.recognition import month_of
from services.rules.report_months import up_to
from services.rules.usage import Feed


@dataclass(frozen=True, slots=True)
class SeatMonths:
    """Seats at the end of each month (yyyymm), the running one as of today; `in_use`: of the assigned ones those used
    lately, as the product's days say.

    `in_use` is None for a month that no feed naming users covers from its first day on, and before the first count.
    """

    months: tuple[int, ...]
    bought: tuple[int, ...]
    assigned: tuple[int, ...]
    in_use: tuple[int | None, ...]


def seat_months(
    session: Session, rows: Sequence[Subscription], feeds: Mapping[str, Feed], *, today: date, count: int
) -> SeatMonths:
    """The last `count` months of these subscriptions of one account. `feeds`: those that name users, by product.

    In use is told by product: of several subscriptions of one, it is that of all of them.
    """
    first = months_after(today.replace(day=1), 1 - count)
    starts = [months_after(first, n) for n in range(count)]
    ends = [min(months_after(start, 1), today + timedelta(days=1)) for start in starts]  # the first day after
    months = tuple(month_of(start) for start in starts)
    if not rows:
        return SeatMonths(months, (0,) * count, (0,) * count, (None,) * count)
    account_id = rows[0].account_id
    bought = bought_seats(session, account_id)
    steps = [bought.get(row.id) or [(row.starts_on, row.seats)] for row in rows]
    known = {product: feeds[product] for product in {row.product for row in rows} if product in feeds}
    in_use = _in_use(session, account_id, known, months)
    return SeatMonths(
        months=months,
        bought=tuple(sum(_latest(of, end) for of in steps) for end in ends),
        assigned=_assigned(session, account_id, [row.id for row in rows], ends),
        in_use=tuple(
            number if any(feed.since <= start <= feed.until for feed in known.values()) else None
            for number, start in zip(in_use, starts, strict=True)
        ),
    )


def _latest(steps: Sequence[tuple[date, int]], before: date) -> int:
    return next((seats for day, seats in reversed(steps) if day < before), 0)


def _assigned(session: Session, account_id: int, ids: Collection[int], ends: Sequence[date]) -> tuple[int, ...]:
    """Seats that were assigned when each of the days began, counted in one walk."""
    instants = [datetime.combine(end, time(), UTC) for end in ends]
    held = [
        func.sum(
            case((and_(Seat.assigned_at < at, or_(Seat.released_at.is_(None), Seat.released_at >= at)), 1), else_=0)
        )
        for at in instants
    ]
    row = session.execute(select(*held).where(Seat.account_id == account_id, Seat.subscription_id.in_(ids))).one()
    return tuple(int(number or 0) for number in row)


def _in_use(
    session: Session, account_id: int, products: Collection[str], months: Sequence[int]
) -> Sequence[int | None]:
    if session.scalar(select(UseState.figures_on).where(UseState.account_id == account_id)) is None:
        return [None] * len(months)
    rows = session.execute(
        select(UseMonth.month, func.sum(UseMonth.in_use))
        .where(UseMonth.account_id == account_id, UseMonth.product.in_(products))
        .group_by(UseMonth.month)
    )
    return up_to({month: int(moved) for month, moved in rows}, months)
