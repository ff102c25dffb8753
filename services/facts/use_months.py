"""How accounts' seats stood at past month ends, as the histories of subscriptions and seats and days of use tell."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import case, exists, func, or_, select
from sqlalchemy.orm import Session

from data.models import Seat, Subscription, SubscriptionEvent, UserDay
from services.facts.usage import use_policies
from services.rules.recognition import month_of
from services.rules.seats import LIVE
from services.rules.usage import UsePolicy

MONTHS = 24

Level = Counter[tuple[str, str]]  # by product ("": all of them) and measure


def month_ends(today: date, months: int = MONTHS) -> tuple[date, ...]:
    """The last days of the months before the day's, the oldest first; with it there are so many months."""
    ends = [today.replace(day=1) - timedelta(days=1)]
    while len(ends) < months - 1:
        ends.append(ends[-1].replace(day=1) - timedelta(days=1))
    return tuple(reversed(ends))


def levels_of(session: Session, account_ids: Collection[int], today: date) -> dict[int, dict[int, Level]]:
    """Account → month (yyyymm) → how its seats stood at the end of each of the months before the day's."""
    ends, policies = month_ends(today), use_policies(session)
    found: dict[int, dict[int, Level]] = {
        account_id: {month_of(end): Counter() for end in ends} for account_id in account_ids
    }
    for account_id, product, steps in _bought(session, account_ids):
        for end in ends:
            seats = next((seats for day, seats in reversed(steps) if day <= end), 0)
            _add(found[account_id][month_of(end)], product, "bought", seats)
    for end in ends:
        for account_id, product, assigned, in_use in _held(session, account_ids, end, policies):
            level = found[account_id][month_of(end)]
            _add(level, product, "assigned", assigned)
            _add(level, product, "in_use", in_use)
    return found


def _add(level: Level, product: str, measure: str, number: int) -> None:
    if number:
        level[product, measure] += number
        level["", measure] += number


def _bought(session: Session, account_ids: Collection[int]) -> Iterator[tuple[int, str, list[tuple[date, int]]]]:
    """Each subscription's account and product, and from which day on it had how many seats."""
    events: defaultdict[tuple[int, int], list[tuple[date, int]]] = defaultdict(list)
    told = select(SubscriptionEvent).where(SubscriptionEvent.account_id.in_(account_ids))
    for event in session.scalars(told.order_by(SubscriptionEvent.happened_on, SubscriptionEvent.recorded_at)):
        if "seats" in event.after and "status" in event.after:  # not what only was scheduled
            seats = int(event.after["seats"]) if event.after["status"] in LIVE else 0
            events[event.account_id, event.subscription_id].append((event.happened_on, seats))
    for row in session.scalars(select(Subscription).where(Subscription.account_id.in_(account_ids))):
        steps = events[row.account_id, row.id] or [(row.trial_starts_on or row.starts_on, row.seats)]
        yield row.account_id, row.product, steps


def _held(
    session: Session, account_ids: Collection[int], end: date, policies: Mapping[str, UsePolicy]
) -> Iterator[tuple[int, str, int, int]]:
    """Account, product, the seats assigned at the end of a day, and how many of them were in use then."""
    after = datetime.combine(end + timedelta(days=1), time(), UTC)
    firsts = {code: end - timedelta(days=policy.in_use_days) for code, policy in policies.items()}
    seen = exists().where(
        UserDay.account_id == Seat.account_id,
        UserDay.user_id == Seat.user_id,
        UserDay.product == Seat.product,
        UserDay.day > case(firsts, value=Seat.product),
        UserDay.day <= end,
    )
    rows = session.execute(
        select(Seat.account_id, Seat.product, func.count(), func.sum(case((seen, 1), else_=0)))
        .where(
            Seat.account_id.in_(account_ids),
            Seat.assigned_at < after,
            or_(Seat.released_at.is_(None), Seat.released_at >= after),
        )
        .group_by(Seat.account_id, Seat.product)
    )
    for account_id, product, assigned, in_use in rows:
        yield account_id, product, assigned, int(in_use)
