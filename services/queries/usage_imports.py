"""What an import of activity would do: a verdict on every row, before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from services.access import reading
from services.facts.usage import known_use, usage_ground, use_policies
from services.permissions import Actor, Permission
from services.rules.import_mapping import ColumnMap, Reader
from services.rules.import_records import Record, records
from services.rules.import_verdicts import Verdict
from services.rules.tables import Table
from services.rules.usage import Feed
from services.rules.usage_events import JudgedUse, UsageGround, activities, compared, coverage

__all__ = ["JudgedUse", "UsagePlan", "plan_usage"]

CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class UsagePlan:
    """The verdict on every row of a feed, in the file's order; `covered`: what its days cover, by account, product
    and whether users are named."""

    rows: tuple[JudgedUse, ...]
    covered: Mapping[tuple[int, str, bool], Feed]
    today: date

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """How many rows of each verdict; none is ever changed."""
        found = Counter(row.verdict for row in self.rows)
        return {verdict: found[verdict] for verdict in Verdict if verdict is not Verdict.CHANGED}

    @property
    def to_write(self) -> tuple[JudgedUse, ...]:
        """The rows that applying would write."""
        return tuple(row for row in self.rows if row.verdict is Verdict.NEW)

    @property
    def outside(self) -> int:
        """Rows of days on which their subscription gave no access."""
        return sum(row.outside for row in self.rows)

    @property
    def with_users(self) -> int:
        """Rows that name a licensed user."""
        return sum(row.activity is not None and row.activity.user_id is not None for row in self.rows)

    @property
    def without_users(self) -> int:
        """Rows that are evidence for a subscription only."""
        return sum(row.activity is not None and row.activity.user_id is None for row in self.rows)

    def outcome(self, written: Iterable[JudgedUse]) -> UsagePlan:
        """The plan's rows with what applying it made of those that were to be written."""
        done = {row.row: row for row in written}
        return replace(self, rows=tuple(done.get(row.row, row) for row in self.rows))


def plan_usage(actor: Actor, table: Table, columns: ColumnMap, *, today: date) -> UsagePlan:
    """The verdict on every row of a feed; nothing is written. Raises `ColumnsMissing`, `FieldsUnmapped`, `NotAllowed`.

    Rows that are known already, or stand twice, are unchanged: late and repeated deliveries do no harm.
    """
    found = list(_records(table, columns))
    with reading(actor, Permission.IMPORT_USAGE) as session:
        ground = usage_ground(session, found, today)
        told = list(activities(found, ground))
        rows: list[JudgedUse] = []
        for start in range(0, len(told), CHUNK):
            rows += judged_now(session, told[start : start + CHUNK], ground)
            session.expunge_all()
        gap = longest_gap(session)
    return UsagePlan(tuple(rows), coverage(rows, gap), today)


def judged_now(session: Session, told: Sequence[JudgedUse], ground: UsageGround) -> list[JudgedUse]:
    """The rows compared with what is stored now."""
    known = known_use(session, [row.activity for row in told if row.activity], ground.raw_from)
    return [compared(row, known, ground) for row in told]


def longest_gap(session: Session) -> timedelta:
    """How many days without activity may lie between two days that a feed covers."""
    return timedelta(days=max(policy.stale_days for policy in use_policies(session).values()))


def _records(table: Table, columns: ColumnMap) -> Iterable[Record]:
    # No row is refused for standing twice: what is the same event is found by what it says.
    return records(table, Reader.of(columns, table.header), key=("",))
