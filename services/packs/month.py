"""The month a pack is of, and its rows as they were at its end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.identity import day_of, first_id
from data.models import Account, Document, Payment, Plan
from data.period import months_after
from services.facts.receivables import open_parts
from services.rules.recognition import month_of

CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Month:
    """A month by its first day."""

    first: date

    @property
    def end(self) -> date:
        """The first day after it."""
        return months_after(self.first, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.end - timedelta(days=1)

    @property
    def number(self) -> int:
        """As yyyymm."""
        return month_of(self.first)

    @classmethod
    def of(cls, number: int) -> "Month":
        """The month of a yyyymm."""
        return cls(date(number // 100, number % 100, 1))

    @property
    def before(self) -> "Month":
        """The month before it."""
        return Month(months_after(self.first, -1))


def documents(session: Session, month: Month) -> Iterator[Sequence[Document]]:
    """The documents of the month in chunks, by series and number."""
    key = (Document.issued_on, Document.number, Document.id)
    wanted = select(Document).where(Document.issued_on >= month.first, Document.issued_on < month.end)
    rows = session.scalars(wanted.order_by(*key).execution_options(yield_per=CHUNK))
    yield from rows.partitions(CHUNK)


def payments(session: Session, month: Month) -> list[tuple[date, Payment, int]]:
    """What came and went in the month: day booked, payment, signed amount; reversals are rows of their own."""
    booked = (Payment.id >= first_id(month.first), Payment.id < first_id(month.end))
    rows = [
        (day_of(row.id), row, row.amount_minor if row.kind == "receipt" else -row.amount_minor)
        for row in session.scalars(select(Payment).where(*booked))
    ]
    reversed_ = select(Payment).where(Payment.reversed_on >= month.first, Payment.reversed_on < month.end)
    for row in session.scalars(reversed_):
        assert row.reversed_on is not None
        rows.append((row.reversed_on, row, -row.amount_minor if row.kind == "receipt" else row.amount_minor))
    return sorted(rows, key=lambda one: (one[0], one[1].id, one[2]))


def open_at_end(session: Session, month: Month) -> list[tuple[int, date, str, int, int]]:
    """What was owed at the month's end: account, due day, currency, invoice, minor units."""
    parts = open_parts(session, month.last, by_invoice=True)
    key: tuple[Any, ...] = (parts.account_id, parts.due_on, parts.currency, parts.document_id)
    total = func.sum(parts.minor)
    rows = session.execute(select(*key, total).group_by(*key).having(total != 0))
    return sorted((row[0], row[1], row[2], row[3], int(row[4])) for row in rows)


def codes_of(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """The accounts' codes, which never change."""
    found: dict[int, str] = {}
    for start in range(0, len(ids), CHUNK):
        some = select(Account.id, Account.code).where(Account.id.in_(ids[start : start + CHUNK]))
        found |= {row.id: row.code for row in session.execute(some)}
    return found


def products(session: Session) -> dict[str, str]:
    """Plan → product."""
    return {row.code: row.product for row in session.execute(select(Plan.code, Plan.product))}
