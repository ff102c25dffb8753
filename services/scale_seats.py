"""The people of a large book: licensed users with their seats, and the days on which they used them."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from data.identity import derive_id
from services.bulk import Rows

_HISTORY = 160  # days that feeds reach back
_DEPARTMENTS = ("Sales", "Support", "Production", "Finance")
_WRITES = 12  # o'clock


@dataclass(frozen=True, slots=True)
class Pool:
    """A subscription whose seats are given out; `prefix` begins the mail addresses, `by` is who assigned them."""

    account_id: int
    subscription_id: int
    product: str
    starts_on: date
    code: str
    prefix: str
    by: int


def newest_day(account_id: int, product: str, today: date) -> date | None:
    """The newest day that an account's feed of a product tells of: one in ten has none, one in ten is too old."""
    kind = random.Random(f"feed {account_id} {product}").random()
    if kind < 0.1:
        return None
    return today - timedelta(days=12 if kind < 0.2 else 1)


def add_feeds(bulk: Rows, account_id: int, products: Iterable[str], today: date, by: int) -> None:
    """What the account's feeds cover."""
    for product in sorted(set(products)):
        until = newest_day(account_id, product, today)
        if until is not None:
            days = {"since": today - timedelta(days=_HISTORY), "until": until}
            told = {"delivered_at": _noon(until), "delivered_by": by}
            bulk.add("usage_feeds", {"account_id": account_id, "product": product, "names_users": True} | days | told)


def add_people(bulk: Rows, pool: Pool, count: int, days: int, today: date) -> None:
    """So many people, each with a seat of the subscription and, where its feed tells of them, about so many days.

    Most use it, some stopped or never began; they work in departments, for managers, on cost centres.
    """
    dice = random.Random(f"people {pool.account_id} {pool.subscription_id}")
    newest = newest_day(pool.account_id, pool.product, today) if days else None
    at = _noon(pool.starts_on)
    for number in range(count):
        name = pool.prefix if number == 0 else f"{pool.prefix}-{number}"
        email = f"user{name}@{pool.code}.example"
        user = derive_id(pool.starts_on, "licensed user", pool.account_id, name)
        department = dice.choice(_DEPARTMENTS)
        bulk.add(
            "licensed_users",
            {"account_id": pool.account_id, "id": user, "email": email, "name": f"User {name}", "created_at": at}
            | {"is_suspended": False, "search_text": f"user {name} {email}", "department": department}
            | {"manager": f"Head of {department}", "cost_centre": str(4000 + dice.randint(1, 3))},
        )
        seat = {"id": derive_id(pool.starts_on, "seat", user), "product": pool.product, "user_id": user}
        of = {"account_id": pool.account_id, "subscription_id": pool.subscription_id}
        bulk.add("seats", of | seat | {"assigned_at": at, "assigned_by": pool.by})
        if newest is not None:
            for day in _days(dice, newest, days):
                told = {"account_id": pool.account_id, "user_id": user, "product": pool.product}
                bulk.add("user_days", told | {"day": day, "last_at": _noon(day)})


def _days(dice: random.Random, newest: date, count: int) -> list[date]:
    kind = dice.random()
    if kind < 0.12:
        return []
    ago = dice.randint(95, 130) if kind < 0.2 else dice.randint(35, 80) if kind < 0.28 else dice.randint(0, 5)
    step = max(1, (_HISTORY - ago) // count)
    return [newest - timedelta(days=ago + step * number) for number in range(count)]


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(_WRITES), UTC)
