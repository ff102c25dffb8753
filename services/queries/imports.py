"""What an import would do: remembered column maps, verdicts on every row, accounts that came in incomplete."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from data.models import Account, ImportMap, User
from services.access import reading
from services.errors import MapMalformed
from services.facts.imports import SELLING, ground, known_accounts, taken
from services.permissions import Actor, Permission
from services.rules.import_kinds import ImportKind, right_to
from services.rules.import_mapping import ColumnMap, Reader, Source, from_plain, suggest
from services.rules.import_records import Record, records
from services.rules.import_values import convert
from services.rules.import_verdicts import Ground, Judged, Verdict, judge
from services.rules.tables import MAX_BYTES, MAX_ROWS, Table
from services.uploads.reading import read_table

# What pages need of an import's values they find here.
__all__ = [
    "MAX_MEGABYTES", "MAX_ROWS", "ColumnMap", "ImportKind", "ImportPlan", "ImportResult", "Judged", "Rep", "Source",
    "Table", "Unknown", "Verdict", "open_file", "plan_import", "remembered_map", "reps", "suggest", "unknown_values",
]  # fmt: skip

CHUNK = 500
MAX_MEGABYTES = MAX_BYTES // (1024 * 1024)


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """The verdict on every row, in the file's order, and the ground they were judged on."""

    rows: tuple[Judged, ...]
    ground: Ground

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """How many rows of each verdict."""
        return _counts(self.rows)

    @property
    def notes(self) -> Mapping[str, int]:
        """How many rows carry a note of each code."""
        return Counter(code for row in self.rows for code in {note.code for note in row.notes})

    @property
    def to_write(self) -> tuple[Judged, ...]:
        """The rows that applying would write."""
        return tuple(row for row in self.rows if row.verdict in (Verdict.NEW, Verdict.CHANGED))

    @property
    def incomplete(self) -> tuple[Judged, ...]:
        """The rows whose accounts could not order yet."""
        return tuple(row for row in self.rows if row.missing)


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of every row, in the file's order."""

    rows: tuple[Judged, ...]

    @classmethod
    def of(cls, plan: ImportPlan, written: Iterable[Judged]) -> ImportResult:
        """The plan's rows, with what applying it made of those that were to be written."""
        outcome = {row.record.row: row for row in written}
        return cls(tuple(outcome.get(row.record.row, row) for row in plan.rows))

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """How many rows were created, changed, left as they were, refused."""
        return _counts(self.rows)

    @property
    def refused(self) -> tuple[Judged, ...]:
        """The rows that did not come in."""
        return tuple(row for row in self.rows if row.verdict is Verdict.REFUSED)

    @property
    def incomplete(self) -> tuple[Judged, ...]:
        """The rows whose accounts cannot order yet."""
        return tuple(row for row in self.rows if row.missing)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A text that a field cannot take, and in how many rows it stands."""

    field: str
    text: str
    rows: int


@dataclass(frozen=True, slots=True)
class Rep:
    """Somebody accounts can be given to."""

    user_id: int
    name: str
    email: str


def open_file(actor: Actor, content: bytes, *, encoding: str = "", kind: ImportKind = ImportKind.ACCOUNTS) -> Table:
    """The table of an uploaded file; raises a kind of `ImportRefused`, `NotAllowed`."""
    with reading(actor, right_to(kind)):
        pass  # no file is opened for somebody who may not import
    return read_table(content, encoding=encoding)


def remembered_map(actor: Actor, table: Table, kind: ImportKind = ImportKind.ACCOUNTS) -> ColumnMap | None:
    """The map last used for files with this header, if it can still be used."""
    with reading(actor, right_to(kind)) as session:
        found = session.scalar(select(ImportMap).where(ImportMap.shape == table.shape, ImportMap.kind == kind))
        plain = found.mapping if found else None
    if plain is None:
        return None
    try:
        return from_plain(plain, kind)
    except MapMalformed:
        return None


def reps(actor: Actor) -> tuple[Rep, ...]:
    """Those who can be given accounts, by name; empty for an actor who may not choose."""
    with reading(actor, Permission.IMPORT_ACCOUNTS) as session:
        if not actor.may(Permission.ASSIGN_REPS):
            return ()
        rows = session.execute(
            select(User.id, User.name, User.email).where(User.is_active, User.role.in_(SELLING)).order_by(User.name)
        )
        return tuple(Rep(*row) for row in rows)


def plan_import(
    actor: Actor, table: Table, columns: ColumnMap, *, rep_id: int | None = None, today: date
) -> ImportPlan:
    """The verdict on every row; nothing is written. `rep_id`: who new accounts go to when a manager imports.

    Raises `ColumnsMissing`, `FieldsUnmapped`, `NotAllowed`.
    """
    found = tuple(records(table, Reader.of(columns, table.header)))
    judged: list[Judged] = []
    with reading(actor, Permission.IMPORT_ACCOUNTS) as session:
        shared = ground(session, actor, rep_id=rep_id, today=today)
        for chunk in _chunks(found):
            ids = [record.account_id for record in chunk if record.code]
            accounts = session.scalars(select(Account).where(Account.id.in_(ids))).all()
            known = known_accounts(session, accounts)
            existing = taken(session, ids)
            for record in chunk:
                judged.append(
                    judge(
                        record,
                        known.get(record.account_id),
                        is_taken=record.account_id in existing,
                        ground=shared,
                    )
                )
            session.expunge_all()
    return ImportPlan(tuple(judged), shared)


def unknown_values(table: Table, columns: ColumnMap, plans: Mapping[str, str] | None = None) -> tuple[Unknown, ...]:
    """The texts of the file that a field cannot take, most frequent first: what wants a translation. `plans`: ours."""
    reader = Reader.of(columns, table.header)
    counts: Counter[tuple[str, str]] = Counter()
    width = len(table.header)
    for row in table.rows:
        counts.update(reader.texts(row.cells + ("",) * (width - len(row.cells))).items())
    translatable = {"country", "currency", "language", "is_business", "payment_means", "end_of_month", "po_required"}
    translatable |= {"interval", "is_trial", "is_auto_renewed"}
    known = {name.casefold() for name in (plans or {}).values()} | {*(plans or {})}
    return tuple(
        Unknown(field, text, rows)
        for (field, text), rows in counts.most_common()
        if text
        and ((field in translatable and convert(field, text)[1]) or (field == "plan" and text.casefold() not in known))
    )


def _counts(rows: Iterable[Judged]) -> Mapping[Verdict, int]:
    found = Counter(row.verdict for row in rows)
    return {verdict: found[verdict] for verdict in Verdict}


def _chunks(found: Sequence[Record]) -> Sequence[tuple[Record, ...]]:
    return [tuple(found[start : start + CHUNK]) for start in range(0, len(found), CHUNK)]
