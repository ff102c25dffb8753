"""Rows turned into what the use of seats is judged by: policies, feeds; and what rows of a feed are judged against."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from data.database import chunks
from data.identity import account_id
from data.models import (
    Account,
    LicensedUser,
    Product,
    Setting,
    Subscription,
    SubscriptionDay,
    UsageEvent,
    UsageFeed,
    UserDay,
)
from services.rules.import_records import Record
from services.rules.usage import Feed, UsePolicy
from services.rules.usage_events import Activity, KnownUse, UsageGround, Used

_DEFAULTS = UsePolicy()
_SETTINGS = {
    "seat_in_use_days": _DEFAULTS.in_use_days,
    "seat_idle_days": _DEFAULTS.idle_days,
    "seat_young_days": _DEFAULTS.young_days,
    "feed_stale_days": _DEFAULTS.stale_days,
}


def use_policies(session: Session) -> dict[str, UsePolicy]:
    """What counts as use and idleness of each product (code): the catalog's days, else those of the settings."""
    rows = session.execute(select(Setting.code, Setting.value).where(Setting.code.in_(_SETTINGS))).all()
    days: dict[str, Any] = dict(rows)
    in_use, idle, young, stale = (int(days.get(code, given)) for code, given in _SETTINGS.items())
    products = session.execute(select(Product.code, Product.in_use_days, Product.idle_days))
    return {code: UsePolicy(used or in_use, quiet or idle, young, stale) for code, used, quiet in products}


def feeds_of(session: Session, account_ids: Collection[int]) -> dict[tuple[int, str, bool], Feed]:
    """What is covered, by account, product and whether users are named."""
    found: dict[tuple[int, str, bool], Feed] = {}
    for ids in chunks(sorted(account_ids)):
        for row in session.scalars(select(UsageFeed).where(UsageFeed.account_id.in_(ids))):
            found[row.account_id, row.product, row.names_users] = Feed(row.since, row.until)
    return found


def usage_ground(session: Session, records: Sequence[Record], today: date) -> UsageGround:
    """What these rows are judged against: the accounts, subscriptions and people they name, as far as they are seen."""
    names = {str(value).casefold() for value in _given(records, "product")}
    products: dict[str, str] = {}
    for code, name in session.execute(select(Product.code, Product.name)):
        products |= dict.fromkeys({code.casefold(), name.casefold()} & names, code)
    accounts: dict[str, int] = {}
    for ids in chunks([account_id(code) for code in sorted(_given(records, "code"))]):
        accounts |= dict(session.execute(select(Account.code, Account.id).where(Account.id.in_(ids))).all())
    users: dict[str, dict[int, int]] = {}
    for emails in chunks(sorted(_given(records, "user"))):
        rows = select(LicensedUser.email, LicensedUser.account_id, LicensedUser.id)
        for email, account, user in session.execute(rows.where(LicensedUser.email.in_(emails))):
            users.setdefault(email, {})[account] = user
    references: dict[str, list[Used]] = {}
    for some in chunks(sorted(_given(records, "reference"))):
        for reference, used in _used(session, Subscription.reference.in_(some)):
            references.setdefault(reference, []).append(used)
    owned: dict[tuple[int, str], list[Used]] = {}
    concerned = {*accounts.values(), *(account for known in users.values() for account in known)}
    for ids in chunks(sorted(concerned)) if products else ():
        for _reference, used in _used(
            session, Subscription.account_id.in_(ids), Subscription.product.in_(products.values())
        ):
            owned.setdefault((used.account_id, used.product), []).append(used)
    return UsageGround(today, accounts, products, references, owned, users)


def known_use(session: Session, found: Sequence[Activity], ground_from: date) -> KnownUse:
    """What is stored of these activities. `ground_from`: the first day whose events are kept one by one."""
    events: dict[str, list[Activity]] = {}
    for keys in chunks(sorted({activity.key for activity in found})):
        for row in session.scalars(select(UsageEvent).where(UsageEvent.event_key.in_(keys))):
            told = Activity(row.account_id, row.subscription_id, row.product, row.user_id, row.at, row.event_key)
            events.setdefault(row.event_key, []).append(told)
    old = [activity for activity in found if activity.day < ground_from]
    if not old:
        return KnownUse(events)
    between = (min(activity.day for activity in old), max(activity.day for activity in old))
    return KnownUse(events, _user_days(session, old, between), _subscription_days(session, old, between))


def _user_days(
    session: Session, old: Iterable[Activity], between: tuple[date, date]
) -> dict[tuple[int, int, str, date], datetime]:
    found: dict[tuple[int, int, str, date], datetime] = {}
    people = sorted({(activity.account_id, activity.user_id) for activity in old if activity.user_id is not None})
    for some in chunks(people):
        rows = session.scalars(
            select(UserDay).where(tuple_(UserDay.account_id, UserDay.user_id).in_(some), UserDay.day.between(*between))
        )
        found |= {(row.account_id, row.user_id, row.product, row.day): row.last_at for row in rows}
    return found


def _subscription_days(
    session: Session, old: Iterable[Activity], between: tuple[date, date]
) -> dict[tuple[int, int, date], datetime]:
    found: dict[tuple[int, int, date], datetime] = {}
    for some in chunks(sorted({(activity.account_id, activity.subscription_id) for activity in old})):
        rows = session.scalars(
            select(SubscriptionDay).where(
                tuple_(SubscriptionDay.account_id, SubscriptionDay.subscription_id).in_(some),
                SubscriptionDay.day.between(*between),
            )
        )
        found |= {(row.account_id, row.subscription_id, row.day): row.last_at for row in rows}
    return found


def _given(records: Iterable[Record], name: str) -> set[str]:
    return {str(record.values[name]) for record in records if record.values.get(name)}


def _used(session: Session, *criteria: object) -> Iterable[tuple[str, Used]]:
    begins = func.coalesce(Subscription.trial_starts_on, Subscription.starts_on)
    rows = session.execute(
        select(
            Subscription.reference,
            Subscription.account_id,
            Subscription.id,
            Subscription.product,
            begins,
            Subscription.ends_on,
        )
        .where(*criteria)  # type: ignore[arg-type]
        .order_by(Subscription.account_id, Subscription.id)
    )
    return [(row[0], Used(*row[1:])) for row in rows]
