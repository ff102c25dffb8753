"""The only writer of activity: events, the days they roll up to, what feeds cover; and what is kept no longer."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from data.database import chunks
from data.identity import derive_id
from data.models import Base, SubscriptionDay, UsageEvent, UsageFeed, UserDay
from services import access
from services.bulk import Rows
from services.journal.use_marks import mark
from services.permissions import Actor
from services.rules.usage import Feed
from services.rules.usage_events import RAW_DAYS, Activity, kept_from

PORTION = 5_000  # days' rows that go in one transaction


def write_activities(session: Session, found: Sequence[Activity], today: date) -> None:
    """Keep the events of the last 90 days, and have each day know its last moment. The same again changes nothing."""
    raw_from = today - timedelta(days=RAW_DAYS - 1)
    events = [
        {
            "account_id": activity.account_id,
            "id": derive_id(activity.day, "usage", activity.account_id, activity.key),
            "subscription_id": activity.subscription_id,
            "product": activity.product,
            "user_id": activity.user_id,
            "at": activity.at,
            "day": activity.day,
            "event_key": activity.key,
        }
        for activity in found
        if activity.day >= raw_from
    ]
    for rows in chunks(events):
        session.execute(_insert(session, UsageEvent).values(rows).on_conflict_do_nothing())
    of_users: dict[tuple[Any, ...], datetime] = {}
    of_subscriptions: dict[tuple[Any, ...], datetime] = {}
    for activity in found:
        day = (activity.account_id, activity.subscription_id, activity.day)
        of_subscriptions[day] = max(activity.at, of_subscriptions.get(day, activity.at))
        if activity.user_id is not None:
            person = (activity.account_id, activity.user_id, activity.product, activity.day)
            of_users[person] = max(activity.at, of_users.get(person, activity.at))
    _write_days(session, UserDay, ("account_id", "user_id", "product", "day"), of_users)
    _write_days(session, SubscriptionDay, ("account_id", "subscription_id", "day"), of_subscriptions)
    _mark(session, {activity.account_id for activity in found if activity.user_id is not None})


def write_coverage(session: Session, covered: Mapping[tuple[int, str, bool], Feed], gap: timedelta) -> None:
    """Join what a delivery covers to what was covered before."""
    actor: Actor = session.info["actor"]
    first = [
        {"account_id": account, "product": product, "names_users": names_users}
        | {"since": feed.since, "until": feed.until, "delivered_at": access.now(), "delivered_by": actor.user_id}
        for (account, product, names_users), feed in sorted(covered.items())
    ]
    for some in chunks(first):  # two first deliveries at once must not both begin it
        session.execute(_insert(session, UsageFeed).values(some).on_conflict_do_nothing())
    for ids in chunks(sorted({account for account, _, _ in covered})):
        rows = select(UsageFeed).where(UsageFeed.account_id.in_(ids)).order_by(UsageFeed.account_id, UsageFeed.product)
        for row in session.scalars(rows.with_for_update()):
            feed = covered.get((row.account_id, row.product, row.names_users))
            if feed is None:
                continue
            whole = Feed(row.since, row.until).joined(feed, gap)
            row.since, row.until = whole.since, whole.until
            row.delivered_at, row.delivered_by = access.now(), actor.user_id
    _mark(session, {account for account, _, names_users in covered if names_users})


def prune(session: Session, today: date) -> int:
    """Forget one portion of events older than 90 days, or of days older than 25 months; returns how many rows.

    0: nothing is left to forget.
    """
    for model, before in (
        (UsageEvent, today - timedelta(days=RAW_DAYS - 1)),
        (UserDay, kept_from(today)),
        (SubscriptionDay, kept_from(today)),
    ):
        keys = list(model.__mapper__.primary_key)
        gone = session.execute(select(*keys).where(model.day < before).limit(PORTION)).all()
        for some in chunks(gone):
            session.execute(delete(model).where(tuple_(*keys).in_([tuple(key) for key in some])))
        if gone:
            return len(gone)
    return 0


def _write_days(
    session: Session, model: type[Base], names: tuple[str, ...], days: Mapping[tuple[Any, ...], datetime]
) -> None:
    rows = [dict(zip(names, key, strict=True)) | {"last_at": at} for key, at in sorted(days.items())]
    for some in chunks(rows):
        insert = _insert(session, model).values(some)
        later = insert.excluded.last_at
        session.execute(
            insert.on_conflict_do_update(
                index_elements=list(names),
                set_={"last_at": later},
                where=model.__table__.c.last_at < later,
            )
        )


def _mark(session: Session, account_ids: set[int]) -> None:
    rows = Rows(session)
    mark(rows, account_ids)
    rows.write()


def _insert(session: Session, model: type[Base]) -> Any:
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return (postgresql.insert if is_postgresql else sqlite.insert)(model)
