"""What an import of another system's book would do: a verdict on every row, before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from services.access import reading
from services.facts.book_imports import book_ground, imported_before, opened_before, owners, products_tried
from services.facts.catalog import plan_facts
from services.journal.closing import check_open, first_open_day
from services.permissions import Actor, Permission
from services.rules.import_balances import JudgedBalance, judge_balance
from services.rules.import_book import BookGround, CutOverAhead
from services.rules.import_kinds import Days, ImportKind
from services.rules.import_mapping import ColumnMap, Reader, from_plain, make_map
from services.rules.import_records import DaysAsked, Record, ask_about_days, records
from services.rules.import_subscriptions import JudgedSubscription, judge_subscription
from services.rules.import_verdicts import Verdict
from services.rules.tables import Table

# What pages need of a book's values they find here.
__all__ = [
    "BookPlan", "Days", "ImportKind", "JudgedBalance", "JudgedRow", "JudgedSubscription", "Verdict", "days_asked",
    "from_plain", "plan_book", "plans_to_map", "written_so",
]  # fmt: skip

JudgedRow = JudgedSubscription | JudgedBalance


@dataclass(frozen=True, slots=True)
class BookPlan:
    """The verdict on every row of a book, in the file's order, and the ground they were judged on.

    `first_open`: the first day of a month that is not closed.
    """

    kind: ImportKind
    rows: tuple[JudgedRow, ...]
    ground: BookGround
    first_open: date = date.min

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """How many rows of each verdict; none is ever changed."""
        found = Counter(row.verdict for row in self.rows)
        return {verdict: found[verdict] for verdict in Verdict if verdict is not Verdict.CHANGED}

    @property
    def to_write(self) -> tuple[JudgedRow, ...]:
        """The rows that applying would write."""
        return tuple(row for row in self.rows if row.verdict is Verdict.NEW)

    @property
    def before_closing(self) -> int:
        """How many rows to write tell of months that are closed: their recurring revenue on screen will, too."""
        told = [row.taken for row in self.to_write if isinstance(row, JudgedSubscription) and row.taken]
        return sum(1 for taken in told if taken.yearly and taken.starts_on < self.first_open)

    @property
    def refused(self) -> tuple[JudgedRow, ...]:
        """The rows that do not come in."""
        return tuple(row for row in self.rows if row.verdict is Verdict.REFUSED)

    @property
    def notes(self) -> Mapping[str, int]:
        """How many rows carry a note of each code, the most frequent first."""
        found = Counter(code for row in self.rows for code in {note.code for note in row.notes})
        return dict(found.most_common())

    def outcome(self, written: Iterable[JudgedRow]) -> BookPlan:
        """The plan's rows with what applying it made of those that were to be written."""
        done = {row.record.row: row for row in written}
        return replace(self, rows=tuple(done.get(row.record.row, row) for row in self.rows))


def plan_book(actor: Actor, table: Table, columns: ColumnMap, *, cut_over_on: date, today: date) -> BookPlan:
    """The verdict on every subscription, or opening item, of the file; nothing is written.

    Raises `ColumnsMissing`, `FieldsUnmapped`, `DaysAsked`, `CutOverAhead`, `MonthClosed`, `NotAllowed`.
    """
    if cut_over_on > today:
        raise CutOverAhead(field="cut_over_on", today=today)
    reader = Reader.of(columns, table.header)
    ask_about_days(table, reader)
    is_of_balances = columns.kind is ImportKind.BALANCES
    found = tuple(records(table, reader, key=("code", "reference") if is_of_balances else ("reference",)))
    with reading(actor, Permission.IMPORT_BOOKS) as session:
        if is_of_balances:  # they are posted on that day
            check_open(session, cut_over_on)
        ground = book_ground(session, cut_over_on=cut_over_on, today=today)
        judge = _balances if is_of_balances else _subscriptions
        return BookPlan(columns.kind, tuple(judge(session, found, ground)), ground, first_open_day(session))


def _subscriptions(session: Session, found: Sequence[Record], ground: BookGround) -> Iterable[JudgedRow]:
    ids = {record.account_id for record in found if record.code}
    known = imported_before(session, {record.reference for record in found if record.reference})
    by_id, tried = owners(session, ids), products_tried(session, ids)
    for record in found:
        owner = by_id.get(record.account_id) if record.code else None
        row = judge_subscription(record, owner, known.get(record.reference), ground, tried=tried)
        if row.verdict is Verdict.NEW and row.taken is not None and row.taken.is_trial:
            tried.add((row.taken.account_id, row.taken.plan.product))
        yield row


def _balances(session: Session, found: Sequence[Record], ground: BookGround) -> Iterable[JudgedRow]:
    ids = {record.account_id for record in found if record.code}
    by_id, opened = owners(session, ids), opened_before(session, ids)
    for record in found:
        owner = by_id.get(record.account_id) if record.code else None
        yield judge_balance(record, owner, opened.get(record.account_id, {}), ground)


def plans_to_map(actor: Actor) -> dict[str, str]:
    """The plans that a file's can be translated to: code → product and plan by name."""
    with reading(actor, Permission.IMPORT_BOOKS) as session:
        return {code: f"{plan.product_name} {plan.name}" for code, plan in plan_facts(session).items()}


def days_asked(table: Table, columns: ColumnMap) -> DaysAsked | None:
    """The question how the file writes days, with the first that can be read in several ways; None: it is clear."""
    try:
        ask_about_days(table, Reader.of(written_so(columns, None), table.header))
    except DaysAsked as question:
        return question
    return None


def written_so(columns: ColumnMap, days: Days | None) -> ColumnMap:
    """The map with what was answered."""
    return make_map(dict(columns.sources), columns.kind, days)
