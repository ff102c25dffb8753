"""Seats with what is known of their use, by the rules of use: as values of a page, and as an expression to count by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, select
from sqlalchemy.orm import Session

from data.models import LicensedUser, Seat, UserDay
from services.facts.usage import feeds_of, use_policies
from services.rules.usage import Feed, SeatFacts, SeatUse, Use, UsePolicy, quiet_after, use_of

ACTIVE_DAYS = 90


@dataclass(frozen=True, slots=True)
class UseGround:
    """What an account's seats are judged by on a day: policies by product, and the feeds that name users."""

    account_id: int
    today: date
    policies: Mapping[str, UsePolicy]
    feeds: Mapping[str, Feed]
    unnamed: Mapping[str, Feed]

    def judge(self, product: str, seat: SeatFacts) -> Use:
        """The use of a seat."""
        return use_of(seat, self.feeds.get(product), self.policies[product], self.today)


@dataclass(frozen=True, slots=True)
class SeatOfUse:
    """An assigned seat with its user and its use. `active_days`: of the last 90."""

    seat_id: int
    user_id: int
    name: str
    email: str
    product: str
    subscription_id: int
    held_since: date
    last_seen_on: date | None
    active_days: int
    excluded_until: date | None
    exclusion_reason: str
    use: Use
    cost_centre: str = ""
    manager: str = ""


def use_ground(session: Session, account_id: int, today: date) -> UseGround:
    """What is known about an account's products."""
    feeds = feeds_of(session, [account_id])
    return UseGround(
        account_id,
        today,
        use_policies(session),
        {product: feed for (_, product, names), feed in feeds.items() if names},
        {product: feed for (_, product, names), feed in feeds.items() if not names},
    )


def assigned(ground: UseGround) -> tuple[ColumnElement[bool], ...]:
    """The account's seats assigned now; to be joined with `LicensedUser` by `of_user`."""
    return (Seat.account_id == ground.account_id, Seat.released_at.is_(None))


def of_user() -> ColumnElement[bool]:
    """How a seat meets its user."""
    return and_(LicensedUser.account_id == Seat.account_id, LicensedUser.id == Seat.user_id)


def use_expression(ground: UseGround) -> ColumnElement[str]:
    """`use_of` as SQL over `Seat` joined with `LicensedUser`: the same four codes."""
    whens = [
        (Seat.product == product, _use_of(feed, ground.policies[product], ground.today))
        for product, feed in sorted(ground.feeds.items())
    ]
    unknown = literal(SeatUse.NO_EVIDENCE.value)
    return case(*whens, else_=unknown) if whens else unknown


def in_use_expression(ground: UseGround) -> ColumnElement[bool]:
    """Whether a seat was used in the days that count as in use."""
    whens = [
        (Seat.product == product, _seen_after(ground.today - timedelta(days=ground.policies[product].in_use_days)))
        for product in sorted(ground.feeds)
    ]
    return case(*whens, else_=literal(False)) if whens else literal(False)


def seats_of_use(session: Session, ground: UseGround, *, page: Select[int]) -> list[SeatOfUse]:
    """The seats with these ids, by their user's name."""
    ids = session.scalars(page).all()
    since = ground.today - timedelta(days=ACTIVE_DAYS)
    mine = (UserDay.account_id == Seat.account_id, UserDay.user_id == Seat.user_id, UserDay.product == Seat.product)
    rows = session.execute(
        select(
            Seat,
            LicensedUser,
            select(func.max(UserDay.day)).where(*mine).correlate(Seat).scalar_subquery(),
            select(func.count())
            .select_from(UserDay)
            .where(*mine, UserDay.day > since)
            .correlate(Seat)
            .scalar_subquery(),
        )
        .join(LicensedUser, of_user())
        .where(Seat.account_id == ground.account_id, Seat.id.in_(ids))
        .order_by(LicensedUser.search_text, Seat.product, Seat.id)
    )
    return [_seat(ground, seat, user, last, days) for seat, user, last, days in rows]


def _seat(ground: UseGround, seat: Seat, user: LicensedUser, last: date | None, days: int) -> SeatOfUse:
    held_since = (seat.held_since or seat.assigned_at).date()
    is_excluded = user.excluded_until is not None and user.excluded_until > ground.today
    facts = SeatFacts(held_since, last, seat.is_pending, is_excluded)
    return SeatOfUse(
        seat_id=seat.id,
        user_id=user.id,
        name=user.name,
        email=user.email,
        product=seat.product,
        subscription_id=seat.subscription_id,
        held_since=held_since,
        last_seen_on=last,
        active_days=days,
        excluded_until=user.excluded_until,
        exclusion_reason=user.exclusion_reason,
        use=ground.judge(seat.product, facts),
        cost_centre=user.cost_centre,
        manager=user.manager,
    )


def _use_of(feed: Feed, policy: UsePolicy, today: date) -> ColumnElement[str]:
    quiet, held = quiet_after(feed, policy, today), func.coalesce(Seat.held_since, Seat.assigned_at)
    excluded, unknown = literal(SeatUse.EXCLUDED.value), literal(SeatUse.NO_EVIDENCE.value)
    whens = [
        (_seen_after(quiet), literal(SeatUse.USED.value)),
        (Seat.is_pending, excluded),
        (and_(LicensedUser.excluded_until.is_not(None), LicensedUser.excluded_until > today), excluded),
        (held >= _midnight(today - timedelta(days=policy.young_days - 1)), excluded),
    ]
    if feed.is_stale(policy, today):
        return case(*whens, else_=unknown)
    if feed.since > quiet + timedelta(days=1):
        whens.append((held < _midnight(feed.since), unknown))
    return case(*whens, else_=literal(SeatUse.IDLE.value))


def _seen_after(day: date) -> ColumnElement[bool]:
    return exists().where(
        UserDay.account_id == Seat.account_id,
        UserDay.user_id == Seat.user_id,
        UserDay.product == Seat.product,
        UserDay.day > day,
    )


def _midnight(day: date) -> ColumnElement[datetime]:
    return literal(datetime.combine(day, time(), UTC), type_=Seat.assigned_at.type)
