"""What an import of licensed users would do: a verdict on every row, before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from data.models import Account
from services.access import reading
from services.errors import NotFound
from services.permissions import Actor, Permission
from services.rules.import_mapping import ColumnMap, Reader
from services.rules.import_people import JudgedPerson, Step, StepKind
from services.rules.import_records import records
from services.rules.import_verdicts import Verdict
from services.rules.tables import Table
from services.worksheets.people_import import judged_people

__all__ = ["JudgedPerson", "PeoplePlan", "Step", "StepKind", "plan_people"]


@dataclass(frozen=True, slots=True)
class PeoplePlan:
    """The verdict on every row, in the file's order. `notify`: who gets or loses a seat is told by mail."""

    account_id: int
    rows: tuple[JudgedPerson, ...]
    today: date
    notify: bool

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """How many rows of each verdict."""
        found = Counter(row.verdict for row in self.rows)
        return {verdict: found[verdict] for verdict in Verdict}

    @property
    def steps(self) -> Mapping[StepKind, int]:
        """How many changes of each kind."""
        return Counter(step.kind for row in self.rows for step in row.steps)

    @property
    def to_write(self) -> tuple[JudgedPerson, ...]:
        """The rows that applying would write."""
        return tuple(row for row in self.rows if row.verdict in (Verdict.NEW, Verdict.CHANGED))

    def outcome(self, written: Iterable[JudgedPerson]) -> PeoplePlan:
        """The plan's rows with what applying it made of those that were to be written."""
        done = {row.row: row for row in written}
        return replace(self, rows=tuple(done.get(row.row, row) for row in self.rows))


def plan_people(
    actor: Actor, account_id: int, table: Table, columns: ColumnMap, *, notify: bool, today: date
) -> PeoplePlan:
    """The verdict on every row, each given the rows before it; nothing is written.

    Raises `NotFound`, `ColumnsMissing`, `FieldsUnmapped`, `NotAllowed`.
    """
    # No row is refused for standing twice: a person has a row for each product.
    found = list(records(table, Reader.of(columns, table.header), key=("",)))
    with reading(actor, Permission.CHANGE_SEATS, of=account_id) as session:
        account = session.get(Account, account_id)
        if account is None:
            raise NotFound(kind="account")
        return PeoplePlan(account_id, judged_people(session, account, found, today), today, notify)
