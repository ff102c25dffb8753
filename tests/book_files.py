"""Books of a few rows from elsewhere, planned and applied, for tests of their import."""

from datetime import date

from sqlalchemy import select

from data import database
from data.identity import account_id
from data.models import ImportedSubscription, Movement, Subscription
from services.commands.book_imports import apply_book
from services.permissions import Actor
from services.queries.book_imports import BookPlan, JudgedRow, plan_book
from services.queries.imports import open_file
from services.rules.import_kinds import Days, ImportKind
from services.rules.import_mapping import make_map, suggest
from tests.builders import TODAY

HEADER = "Subscription,Account,Plan,Seats,Billing frequency,Start date,End date,Trial,Auto renew,MRR\n"


def planned(
    actor: Actor,
    *rows: str,
    cut_over: date = TODAY,
    today: date = TODAY,
    header: str = HEADER,
    days: Days | None = None,
    kind: ImportKind = ImportKind.SUBSCRIPTIONS,
) -> BookPlan:
    """What an import of these rows would do, its map suggested from the header."""
    table = open_file(actor, (header + "\n".join(rows) + "\n").encode(), kind=kind)
    columns = suggest(table.header, kind)
    columns = make_map(dict(columns.sources), kind, days)
    return plan_book(actor, table, columns, cut_over_on=cut_over, today=today)


def take_over(actor: Actor, *rows: str, cut_over: date = TODAY, today: date = TODAY) -> list[JudgedRow]:
    """Plan and apply; the rows as they went."""
    return applied(actor, planned(actor, *rows, cut_over=cut_over, today=today))


def applied(actor: Actor, plan: BookPlan) -> list[JudgedRow]:
    """Apply to the end; the rows as they went."""
    return [row for progress in apply_book(actor, plan) for row in progress.rows]


def faults(plan: BookPlan) -> list[tuple[int, str, str]]:
    """Row, field and code of each problem."""
    return [(row.record.row, p.field, p.code) for row in plan.rows for p in row.problems]


def told(plan: BookPlan) -> list[list[str]]:
    """The codes of each row's notes."""
    return [[note.code for note in row.notes] for row in plan.rows]


def subscription(reference: str) -> Subscription:
    """The subscription of this reference, as it is in the database."""
    with database.read_session() as session:
        found = session.scalars(select(Subscription).where(Subscription.reference == reference)).one()
        session.expunge(found)
        return found


def origin(reference: str) -> ImportedSubscription:
    """Where it came from."""
    key = subscription(reference)
    with database.read_session() as session:
        found = session.get_one(ImportedSubscription, (key.account_id, key.id))
        session.expunge(found)
        return found


def movements(code: str) -> list[tuple[date, str, str, int]]:
    """Day, kind, plan and amount of an account's movements, in order."""
    with database.read_session() as session:
        rows = session.execute(
            select(Movement.moved_on, Movement.kind, Movement.plan, Movement.amount_minor)
            .where(Movement.account_id == account_id(code))
            .order_by(Movement.moved_on, Movement.plan)
        )
        return [tuple(row) for row in rows]
