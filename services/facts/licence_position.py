"""What an account had on a day: subscriptions from their events, seats from their instants, use from its days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from data.models import LicensedUser, Movement, Plan, Product, Seat, Subscription, SubscriptionEvent, UserDay
from data.money import Money
from services.facts.seat_uses import of_user
from services.facts.usage import feeds_of, use_policies
from services.rules.licence_position import PositionLine, State, counts_use, evidence_on, state_on
from services.rules.usage import Feed, UsePolicy


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who had a seat at the end of the day; `last_seen_on`: in its product, not after the day."""

    user_id: int
    name: str
    email: str
    subscription_id: int
    product: str
    held_since: date
    is_pending: bool
    last_seen_on: date | None


def position_lines(
    session: Session, account_id: int, currency: str, *, day: date, today: date
) -> tuple[PositionLine, ...]:
    """The subscriptions that lived at the end of the day, by product, plan and reference."""
    states = _states(session, account_id, day)
    policies = use_policies(session)
    feeds = {(product, names): feed for (_, product, names), feed in feeds_of(session, [account_id]).items()}
    counts = _counts(session, account_id, feeds, policies, day=day, today=today)
    yearly = _yearly(session, account_id, day)
    plans = dict(session.execute(select(Plan.code, Plan.name)).all())
    rows = session.execute(
        select(Subscription.id, Subscription.reference, Subscription.product, Product.name, Product.position)
        .join(Product, Product.code == Subscription.product)
        .where(Subscription.account_id == account_id)
    )
    found = []
    for subscription_id, reference, product, name, position in rows:
        state = states.get(subscription_id)
        if state is None or not state.status.is_live:
            continue
        named, unnamed = feeds.get((product, True)), feeds.get((product, False))
        until, names = evidence_on(named, unnamed, day)
        assigned, pending, in_use = counts.get(subscription_id, (0, 0, 0))
        line = PositionLine(
            subscription_id=subscription_id,
            reference=reference,
            product=product,
            product_name=name,
            plan_name=plans[state.plan],
            state=state,
            assigned=assigned,
            pending=pending,
            in_use=in_use if counts_use(named, policies[product], day) else None,
            yearly=Money(yearly.get(subscription_id, 0), currency),
            evidence_until=until,
            names_users=names,
        )
        found.append(((position, line.plan_name, reference), line))
    return tuple(line for _, line in sorted(found, key=lambda pair: pair[0]))


def holders(
    session: Session, account_id: int, *, day: date, today: date, by_name: bool
) -> Select[Seat, LicensedUser, bool, date]:
    """The statement that lists who had which seat at the end of the day; by name, or where hidden by seat."""
    last: ScalarSelect[date] = (
        select(func.max(UserDay.day))
        .where(
            UserDay.account_id == Seat.account_id,
            UserDay.user_id == Seat.user_id,
            UserDay.product == Seat.product,
            UserDay.day <= day,
        )
        .correlate(Seat)
        .scalar_subquery()
    )
    order = (LicensedUser.search_text, Seat.product, Seat.id) if by_name else (Seat.id,)
    return (
        select(Seat, LicensedUser, _is_offered(day, today), last)
        .join(LicensedUser, of_user())
        .where(*held_on(account_id, day=day, today=today))
        .order_by(*order)
    )


def holder_of(seat: Seat, user: LicensedUser, is_pending: bool, last_seen_on: date | None) -> Holder:
    """A row of `holders`."""
    held_since = (seat.held_since or seat.assigned_at).date()
    own = (seat.subscription_id, seat.product, held_since, bool(is_pending), last_seen_on)
    return Holder(user.id, user.name, user.email, *own)


def held_on(account_id: int, *, day: date, today: date) -> tuple[ColumnElement[bool], ...]:
    """Seats held at the end of the day (UTC); of today, those held now."""
    if day >= today:
        return (Seat.account_id == account_id, Seat.released_at.is_(None))
    end = _end_of(day)
    return (
        Seat.account_id == account_id,
        Seat.assigned_at < end,
        or_(Seat.released_at.is_(None), Seat.released_at >= end),
    )


def _is_offered(day: date, today: date) -> ColumnElement[bool]:
    """Whether a seat's invitation was not accepted at the end of the day."""
    return or_(Seat.is_pending, literal(day < today) & (Seat.accepted_at >= _end_of(day)))


def _end_of(day: date) -> ColumnElement[datetime]:
    return literal(datetime.combine(day + timedelta(days=1), time(), UTC), type_=Seat.assigned_at.type)


def _states(session: Session, account_id: int, day: date) -> dict[int, State]:
    rows = session.execute(
        select(SubscriptionEvent.subscription_id, SubscriptionEvent.after)
        .where(SubscriptionEvent.account_id == account_id, SubscriptionEvent.happened_on <= day)
        .order_by(SubscriptionEvent.happened_on, SubscriptionEvent.recorded_at, SubscriptionEvent.id)
    )
    told: dict[int, list[dict[str, Any]]] = {}
    for subscription_id, after in rows:
        told.setdefault(subscription_id, []).append(after)
    states = {subscription_id: state_on(events) for subscription_id, events in told.items()}
    return {subscription_id: state for subscription_id, state in states.items() if state is not None}


def _yearly(session: Session, account_id: int, day: date) -> dict[int, int]:
    """What each subscription came to in a year (minor units), as its last movement up to the day left it."""
    rows = session.execute(
        select(Movement.subscription_id, Movement.yearly_after_minor)
        .where(Movement.account_id == account_id, Movement.moved_on <= day)
        .order_by(Movement.moved_on)
    )
    return dict(rows.all())


def _counts(
    session: Session,
    account_id: int,
    feeds: Mapping[tuple[str, bool], Feed],
    policies: Mapping[str, UsePolicy],
    *,
    day: date,
    today: date,
) -> dict[int, tuple[int, int, int]]:
    """Assigned, pending and in-use seats of each subscription."""
    named = sorted(product for product, names in feeds if names)
    whens = [(Seat.product == product, _seen(day, policies[product].in_use_days)) for product in named]
    seen: ColumnElement[bool] = case(*whens, else_=literal(False)) if whens else literal(False)
    offered = _is_offered(day, today).label("offered")
    each = select(Seat.subscription_id, offered, seen.label("seen")).where(*held_on(account_id, day=day, today=today))
    seats = each.subquery()
    counted: dict[int, tuple[int, int, int]] = {}
    for subscription_id, is_offered, is_seen, number in session.execute(
        select(seats.c.subscription_id, seats.c.offered, seats.c.seen, func.count()).group_by(
            seats.c.subscription_id, seats.c.offered, seats.c.seen
        )
    ):
        assigned, pending, in_use = counted.get(subscription_id, (0, 0, 0))
        counted[subscription_id] = (
            assigned + number,
            pending + (number if is_offered else 0),
            in_use + (number if is_seen else 0),
        )
    return counted


def _seen(day: date, days: int) -> ColumnElement[bool]:
    return exists().where(
        and_(
            UserDay.account_id == Seat.account_id,
            UserDay.user_id == Seat.user_id,
            UserDay.product == Seat.product,
            UserDay.day > day - timedelta(days=days),
            UserDay.day <= day,
        )
    )
