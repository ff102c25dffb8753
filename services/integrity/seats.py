"""Checks of seats at every instant of the past: never more assigned than bought, a product held once by a person."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from data.models import LicensedUser, Seat, Subscription, SubscriptionEvent
from services.integrity.violations import Found

SKEW = timedelta(seconds=1)  # clocks of two machines: what lasts no longer is no finding
PORTION = 10_000


def never_oversold(session: Session) -> Found:
    """At no instant were more seats of a subscription assigned (invitations are) than were bought by then.

    Every seat's beginning and end against every change of the seats bought, in the order of their stamps.
    """
    bought = _bought(session)
    rows = session.execute(
        select(Seat.account_id, Seat.subscription_id, Seat.assigned_at, Seat.released_at)
        .order_by(Seat.account_id, Seat.subscription_id)
        .execution_options(yield_per=PORTION)
    )
    for key, seats in groupby(rows, key=lambda row: (row.account_id, row.subscription_id)):
        steps = bought.get(key)
        if steps is None:
            continue
        worst = _worst(steps, [(row.assigned_at, row.released_at) for row in seats])
        if worst:
            at, most, assigned = worst
            reference = session.scalar(
                select(Subscription.reference).where(Subscription.account_id == key[0], Subscription.id == key[1])
            )
            yield key[0], f"{reference} {_utc(at):%Y-%m-%d %H:%M:%S}", most, assigned


def held_once(session: Session) -> Found:
    """At no instant had a person two seats of a product."""
    before = func.lag(Seat.released_at).over(
        partition_by=(Seat.account_id, Seat.user_id, Seat.product), order_by=(Seat.assigned_at, Seat.id)
    )
    first = func.row_number().over(
        partition_by=(Seat.account_id, Seat.user_id, Seat.product), order_by=(Seat.assigned_at, Seat.id)
    )
    spans = select(
        Seat.account_id, Seat.user_id, Seat.product, Seat.assigned_at, before.label("before"), first.label("n")
    ).subquery()
    rows = session.execute(
        select(spans.c.account_id, LicensedUser.email, spans.c.product, spans.c.assigned_at, spans.c.before)
        .join(LicensedUser, and_(LicensedUser.account_id == spans.c.account_id, LicensedUser.id == spans.c.user_id))
        .where(spans.c.n > 1, spans.c.before.is_(None) | (spans.c.before > spans.c.assigned_at))
        .execution_options(yield_per=PORTION)
    )
    for account_id, email, product, assigned_at, released_at in rows:
        if released_at is None or released_at - assigned_at > SKEW:
            yield account_id, f"{email} {product} {_utc(assigned_at):%Y-%m-%d %H:%M:%S}", 1, 2


def _bought(session: Session) -> dict[tuple[int, int], list[tuple[datetime, int]]]:
    """By account and subscription, the seats bought from each instant on; of one without events, what it has."""
    found: dict[tuple[int, int], list[tuple[datetime, int]]] = {}
    events = session.execute(
        select(
            SubscriptionEvent.account_id,
            SubscriptionEvent.subscription_id,
            SubscriptionEvent.recorded_at,
            SubscriptionEvent.after,
        )
        .order_by(SubscriptionEvent.recorded_at, SubscriptionEvent.happened_on, SubscriptionEvent.id)
        .execution_options(yield_per=PORTION)
    )
    for account_id, subscription_id, at, after in events:
        if "status" in after and "seats" in after:  # the others tell of what is only scheduled
            found.setdefault((account_id, subscription_id), []).append((at, int(after["seats"])))
    now = select(Subscription.account_id, Subscription.id, Subscription.seats)
    for account_id, subscription_id, seats in session.execute(now.execution_options(yield_per=PORTION)):
        found.setdefault((account_id, subscription_id), [(datetime.min.replace(tzinfo=UTC), seats)])
    return found


def _worst(
    bought: Sequence[tuple[datetime, int]], seats: Sequence[tuple[datetime, datetime | None]]
) -> tuple[datetime, int, int] | None:
    """The first instant with the most seats too many: when, bought, assigned; None where there never was one.

    What makes it worse counts `SKEW` later, what makes it better at once. Before its first event a subscription has the
    seats of that event: nobody could be given one earlier.
    """
    changes: list[tuple[datetime, int, int]] = []  # instant, seats assigned, seats bought
    last = bought[0][1]
    for at, now in bought[1:]:
        changes.append((at if now > last else at + SKEW, 0, now - last))
        last = now
    for start, end in seats:
        if end is not None and end - start <= SKEW:
            continue
        changes.append((start + SKEW, 1, 0))
        if end is not None:
            changes.append((end, -1, 0))
    changes.sort(key=lambda change: (change[0], change[1] - change[2]))
    return max(_over(changes, bought[0][1]), key=lambda over: over[2] - over[1], default=None)


def _over(changes: Sequence[tuple[datetime, int, int]], most: int) -> Iterator[tuple[datetime, int, int]]:
    assigned = 0
    for at, given, more in changes:
        assigned, most = assigned + given, most + more
        if assigned > most:
            yield at - SKEW, most, assigned


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)
