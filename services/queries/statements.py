"""Bank statements: what taking one in would do, what was taken in, and the lines that still wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import pandas as pd
from sqlalchemy import func, select

from data.models import SellerBank, Statement, StatementLine, User
from data.money import Money
from services.access import reading
from services.errors import NotFound
from services.permissions import Actor, Permission
from services.rules.statements import BOOKABLE, LineVerdict, StatementColumns, UnreadRow, guess, read_rows
from services.rules.tables import MAX_BYTES, Table
from services.uploads.reading import read_table
from services.worksheets.statements import JudgedLine, judge_rows

# What pages need of a statement's values they find here.
__all__ = [
    "MAX_MEGABYTES", "LineVerdict", "OpenLine", "StatementColumns", "StatementFile", "StatementPlan", "Table",
    "judge_statement", "open_line", "open_lines", "open_statement", "statements",
]  # fmt: skip

MAX_MEGABYTES = MAX_BYTES // (1024 * 1024)
MOST_OPEN = 200


@dataclass(frozen=True, slots=True)
class StatementFile:
    """A file as it was read, with the columns guessed; `is_known`: the same file was taken in before."""

    name: str
    file_hash: str
    table: Table
    columns: StatementColumns
    currencies: tuple[str, ...]
    is_known: bool


@dataclass(frozen=True, slots=True)
class StatementPlan:
    """The verdict on each line of money received, and the rows that are none."""

    lines: tuple[JudgedLine, ...]
    unread: tuple[UnreadRow, ...]

    @property
    def counts(self) -> Mapping[LineVerdict, int]:
        """How many rows of each verdict."""
        found = Counter([*(line.verdict for line in self.lines), *(row.verdict for row in self.unread)])
        return {verdict: found[verdict] for verdict in LineVerdict if found[verdict]}

    @property
    def to_book(self) -> tuple[JudgedLine, ...]:
        """The lines that would be booked."""
        return tuple(line for line in self.lines if line.verdict in BOOKABLE)

    @property
    def is_new(self) -> bool:
        """Whether there is anything to take in."""
        return any(line.verdict is not LineVerdict.KNOWN for line in self.lines)


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line that waits to be assigned or set aside."""

    statement_id: int
    position: int
    statement: str
    booked_on: date
    amount: Money
    payer: str
    reference: str


def open_statement(actor: Actor, name: str, content: bytes, *, encoding: str = "") -> StatementFile:
    """Read an uploaded file; `encoding` ('utf-8' or 'cp1252') only for a CSV that is not UTF-8.

    Raises a kind of `ImportRefused`.
    """
    with reading(actor, Permission.RECORD_PAYMENTS) as session:
        table = read_table(content, encoding=encoding)
        file_hash = sha256(content).hexdigest()
        known = session.scalar(select(Statement.id).where(Statement.file_hash == file_hash))
        currencies = session.scalars(select(SellerBank.currency).distinct().order_by(SellerBank.currency))
        return StatementFile(name, file_hash, table, guess(table.header), tuple(currencies), known is not None)


def judge_statement(actor: Actor, table: Table, columns: StatementColumns) -> StatementPlan:
    """What taking the statement in would do now. Raises `ColumnsMissing`, `FieldsUnmapped`."""
    with reading(actor, Permission.RECORD_PAYMENTS) as session:
        rows, unread = read_rows(table, columns)
        return StatementPlan(tuple(judge_rows(session, rows)), unread)


def open_lines(actor: Actor) -> pd.DataFrame:
    """The lines that wait, the oldest first, at most 200.

    Columns: statement_id, position (int), payer, reference, booked_on (date), amount_minor with currency, statement.
    """
    with reading(actor, Permission.RECORD_PAYMENTS) as session:
        rows = session.execute(
            select(StatementLine, Statement.name)
            .join(Statement, Statement.id == StatementLine.statement_id)
            .where(StatementLine.status == "open")
            .order_by(StatementLine.booked_on, StatementLine.statement_id, StatementLine.position)
            .limit(MOST_OPEN)
        )
        frame = [
            (
                line.statement_id,
                line.position,
                line.payer,
                line.reference,
                line.booked_on,
                line.amount_minor,
                line.currency,
                name,
            )
            for line, name in rows
        ]
    columns = "statement_id position payer reference booked_on amount_minor currency statement".split()
    return pd.DataFrame(frame, columns=columns, dtype=object)


def open_line(actor: Actor, statement_id: int, position: int) -> OpenLine:
    """One line that waits. Raises `NotFound`, also for one that is booked or set aside by now."""
    with reading(actor, Permission.RECORD_PAYMENTS) as session:
        line = session.get(StatementLine, (statement_id, position))
        if line is None or line.status != "open":
            raise NotFound(kind="statement_line")
        name = session.get_one(Statement, statement_id).name
        amount = Money(line.amount_minor, line.currency)
        return OpenLine(statement_id, position, name, line.booked_on, amount, line.payer, line.reference)


def statements(actor: Actor, *, limit: int = 20) -> pd.DataFrame:
    """The statements taken in, the latest first.

    Columns: id (int), name, imported_at (UTC), imported_by, lines, booked, ignored, waiting (int).
    """
    with reading(actor, Permission.RECORD_PAYMENTS) as session:
        counts: dict[int, Counter[str]] = {}
        rows = session.execute(
            select(Statement, User.name)
            .join(User, User.id == Statement.imported_by)
            .order_by(Statement.imported_at.desc(), Statement.id)
            .limit(limit)
        ).all()
        found = session.execute(
            select(StatementLine.statement_id, StatementLine.status, func.count())
            .where(StatementLine.statement_id.in_([row.id for row, _ in rows]))
            .group_by(StatementLine.statement_id, StatementLine.status)
        )
        for statement_id, status, count in found:
            counts.setdefault(statement_id, Counter())[status] = count
        frame = [
            (
                row.id,
                row.name,
                row.imported_at,
                user,
                sum(counts.get(row.id, Counter()).values()),
                *(counts.get(row.id, Counter())[status] for status in ("booked", "ignored", "open")),
            )
            for row, user in rows
        ]
    columns = "id name imported_at imported_by lines booked ignored waiting".split()
    return pd.DataFrame(frame, columns=columns, dtype=object)
