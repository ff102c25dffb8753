"""What an import of another system's book would do: a verdict on every row, before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from services.access import reading
from services.facts.book_imports import book_ground, imported_before, owners, products_tried
from services.permissions import Actor, Permission
from services.rules.import_book import BookGround, CutOverAhead
from services.rules.import_mapping import ColumnMap, Reader
from services.rules.import_records import ask_about_days, records
from services.rules.import_subscriptions import JudgedSubscription, judge_subscription
from services.rules.import_verdicts import Verdict
from services.rules.tables import Table


@dataclass(frozen=True, slots=True)
class BookPlan:
    """The verdict on every row of a book's subscriptions, in the file's order, and the ground they were judged on."""

    rows: tuple[JudgedSubscription, ...]
    ground: BookGround

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """How many rows of each verdict."""
        found = Counter(row.verdict for row in self.rows)
        return {verdict: found[verdict] for verdict in Verdict}

    @property
    def to_write(self) -> tuple[JudgedSubscription, ...]:
        """The rows that applying would write."""
        return tuple(row for row in self.rows if row.verdict is Verdict.NEW)

    @property
    def notes(self) -> Mapping[str, int]:
        """How many rows carry a note of each code."""
        return Counter(code for row in self.rows for code in {note.code for note in row.notes})

    def outcome(self, written: Iterable[JudgedSubscription]) -> BookPlan:
        """The plan's rows with what applying it made of those that were to be written."""
        done = {row.record.row: row for row in written}
        return BookPlan(tuple(done.get(row.record.row, row) for row in self.rows), self.ground)


def plan_subscriptions(actor: Actor, table: Table, columns: ColumnMap, *, cut_over_on: date, today: date) -> BookPlan:
    """The verdict on every subscription of the file; nothing is written.

    Raises `ColumnsMissing`, `FieldsUnmapped`, `DaysAsked`, `CutOverAhead`, `NotAllowed`.
    """
    if cut_over_on > today:
        raise CutOverAhead(field="cut_over_on", today=today)
    reader = Reader.of(columns, table.header)
    ask_about_days(table, reader)
    found = tuple(records(table, reader, key=("reference",)))
    with reading(actor, Permission.IMPORT_BOOKS) as session:
        ground = book_ground(session, cut_over_on=cut_over_on, today=today)
        ids = {record.account_id for record in found if record.code}
        known = imported_before(session, {record.reference for record in found if record.reference})
        by_id, tried = owners(session, ids), products_tried(session, ids)
    judged: list[JudgedSubscription] = []
    for record in found:
        owner = by_id.get(record.account_id) if record.code else None
        row = judge_subscription(record, owner, known.get(record.reference), ground, tried=tried)
        if row.verdict is Verdict.NEW and row.taken is not None and row.taken.is_trial:
            tried.add((row.taken.account_id, row.taken.plan.product))
        judged.append(row)
    return BookPlan(tuple(judged), ground)
