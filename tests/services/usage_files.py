"""Feeds of activity of a few rows, planned and applied, for tests of the use of seats."""

from datetime import date, datetime

from sqlalchemy import select

from data import database
from data.models import SubscriptionDay, UsageEvent, UserDay
from services.commands.usage import apply_usage
from services.permissions import Actor
from services.queries.imports import open_file
from services.queries.usage_imports import UsagePlan, plan_usage
from services.rules.import_kinds import ImportKind
from services.rules.import_mapping import suggest
from tests.builders import TODAY

HEADER = "user,product,at,event id\n"


def plan(actor: Actor, *rows: str, header: str = HEADER, today: date = TODAY) -> UsagePlan:
    """What an import of these rows would do, its map suggested from the header."""
    table = open_file(actor, (header + "\n".join(rows) + "\n").encode(), kind=ImportKind.USAGE)
    return plan_usage(actor, table, suggest(table.header, ImportKind.USAGE), today=today)


def deliver(actor: Actor, *rows: str, header: str = HEADER, today: date = TODAY) -> UsagePlan:
    """Import these rows; the plan with what became of each."""
    found = plan(actor, *rows, header=header, today=today)
    return found.outcome(row for progress in apply_usage(actor, found) for row in progress.rows)


def verdicts(found: UsagePlan) -> str:
    """The first letters of the verdict on each row: n(ew), u(nchanged), r(efused)."""
    return "".join(row.verdict[0] for row in found.rows)


def problems(found: UsagePlan) -> list[tuple[int, str, str]]:
    """Row, field and code of each problem."""
    return [(row.row, problem.field, problem.code) for row in found.rows for problem in row.problems]


def user_days() -> list[tuple[str, date, datetime]]:
    """Product, day and last moment of every user's day."""
    with database.read_session() as session:
        rows = select(UserDay.product, UserDay.day, UserDay.last_at).order_by(UserDay.day, UserDay.product)
        return [tuple(row) for row in session.execute(rows)]


def subscription_days() -> list[date]:
    """The days of every subscription."""
    with database.read_session() as session:
        return list(session.scalars(select(SubscriptionDay.day).order_by(SubscriptionDay.day)))


def events() -> int:
    """How many events are kept one by one."""
    with database.read_session() as session:
        return len(session.scalars(select(UsageEvent.id)).all())
