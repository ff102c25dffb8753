"""A small book in which a night has something of everything to do, and its ledger as it can be compared."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import DateTime, select

from data import database
from data.models import Base
from data.models.base import Instant
from data.period import Interval
from services import access, rollups
from services.commands.billing import run_night
from services.night.run import NightReport
from services.permissions import Actor, Role
from services.rules.ordering import ItemKind, OrderItem
from tests.builders import make_account, make_user
from tests.ordering import TRIAL, order, request

START = date(2026, 1, 31)
NIGHT = date(2026, 2, 28)
SUPPORT = OrderItem(ItemKind.PURCHASE, "support-pro", 10, Interval.MONTH)
BACKUP = OrderItem(ItemKind.PURCHASE, "backup-devices", 20, Interval.MONTH)
# What differs between two runs that did the same: when it was written down.
_CLOCK = (Instant, DateTime)


def at_nine(day: date) -> None:
    """Stamps of that day."""
    moment = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    access.use_clock(lambda: moment)


def night(day: date, actor: Actor | None = None, chunk: int = 1_000) -> NightReport:
    """Run the night of a day, on that day."""
    at_nine(day)
    return run_night(actor, day, today=day, chunk=chunk)


def nights(first: date, last: date) -> None:
    """Every night from the first to the last."""
    for n in range((last - first).days + 1):
        night(first + timedelta(days=n))


def make_book(accounts: int) -> Actor:
    """Accounts with a monthly subscription each; some with a second one, a trial that ends, or an annual term."""
    at_nine(START)
    rep = make_user(Role.SALES_REP)
    for place in range(accounts):
        account = make_account(f"book-{place:02d}", rep=rep)
        items = [SUPPORT, BACKUP][: 1 + place % 2]
        if place % 5 == 3:
            items.append(replace(TRIAL, seats=5))  # thirty days, then it converts
        order(rep, request(account, *items), START)
    return rep


def ledger() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table in order of its key, wall-clock columns aside; what waits for the roll-ups is folded."""
    rollups.fold_all()
    return dict(_tables())


def _tables() -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    with database.read_session() as session:
        for table in Base.metadata.sorted_tables:
            columns = [column for column in table.columns if not isinstance(column.type, _CLOCK)]
            rows = session.execute(select(*columns).order_by(*table.primary_key.columns))
            yield table.name, [tuple(row) for row in rows]
