"""Seats month by month, from what happened: bought by the events, assigned by the seats, in use by the days of use."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import extract, func, select
from sqlalchemy.orm import Session

from data.models import Seat, Subscription, UserDay
from data.period import months_after
from services.facts.paid import bought_seats
from services.rules.recognition import month_of
from services.rules.usage import Feed


@dataclass(frozen=True, slots=True)
class SeatMonths:
    """Seats at the end of each month (yyyymm), the running one as of today; `active`: people seen in the month.

    `active` is None for a month that no feed naming users covers from its first day on.
    """

    months: tuple[int, ...]
    bought: tuple[int, ...]
    assigned: tuple[int, ...]
    active: tuple[int | None, ...]


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
    account_id, ids = rows[0].account_id, [row.id for row in rows]
    bought = bought_seats(session, account_id)
    steps = [bought.get(row.id) or [(row.starts_on, row.seats)] for row in rows]
    products = {row.product for row in rows}
    active = _active(session, account_id, products, first)
    known = [feeds[product] for product in products if product in feeds]
    return SeatMonths(
        months=months,
        bought=tuple(sum(_latest(of, end) for of in steps) for end in ends),
        assigned=tuple(_held(session, account_id, ids, end) for end in ends),
        active=tuple(
            active.get(month, 0) if any(feed.since <= start and feed.until >= start for feed in known) else None
            for month, start in zip(months, starts, strict=True)
        ),
    )


def _latest(steps: Sequence[tuple[date, int]], before: date) -> int:
    return next((seats for day, seats in reversed(steps) if day < before), 0)


def _held(session: Session, account_id: int, ids: Collection[int], before: date) -> int:
    """Seats that were assigned when the day began."""
    at = datetime.combine(before, time(), UTC)
    mine = (Seat.account_id == account_id, Seat.subscription_id.in_(ids), Seat.assigned_at < at)
    still = (Seat.released_at.is_(None)) | (Seat.released_at >= at)
    return session.scalar(select(func.count()).select_from(Seat).where(*mine, still)) or 0


def _active(session: Session, account_id: int, products: Collection[str], since: date) -> dict[int, int]:
    """By month, the people seen in each product, added up."""
    year, month = extract("year", UserDay.day), extract("month", UserDay.day)
    each = (
        select(UserDay.user_id, UserDay.product, (year * 100 + month).label("month"))
        .where(UserDay.account_id == account_id, UserDay.product.in_(products), UserDay.day >= since)
        .distinct()
        .subquery()
    )
    rows = session.execute(select(each.c.month, func.count()).group_by(each.c.month))
    return {int(month): number for month, number in rows}
