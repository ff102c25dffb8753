"""The figures of a story by month: recurring revenue, recognised revenue, aging."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from data.models import Document, Movement, Recognition
from data.money import Money
from data.period import months_after
from services.rules.aging import buckets
from services.rules.recognition import month_of
from services.rules.recurring import MovementKind
from services.scenario.plain import amount
from services.scenario.stage import Stage
from services.scenario.story import Story


def sums(session: Session, column: InstrumentedAttribute[int], by: InstrumentedAttribute[int]) -> dict[int, int]:
    """The sum of a column of minor units by an id."""
    return {key: int(minor) for key, minor in session.execute(select(by, func.sum(column)).group_by(by))}


def mrr(session: Session, story: Story, stage: Stage) -> list[dict[str, Any]]:
    """A row a month and account, from the account's first movement to the month of `until`.

    A month without movement opens and closes at the same figure.
    """
    found: dict[tuple[int, date], dict[str, int]] = {}
    rows = select(Movement.account_id, Movement.moved_on, Movement.kind, Movement.amount_minor).where(
        Movement.moved_on <= story.until
    )
    for account_id, moved_on, kind, minor in session.execute(rows):
        of_month = found.setdefault((account_id, moved_on.replace(day=1)), {})
        of_month[kind] = of_month.get(kind, 0) + minor
    table = []
    for account in story.accounts:
        account_id, standing = stage.accounts[account.code], 0
        mine = [month for owner, month in found if owner == account_id]
        for month in _months(min(mine, default=None), story.until):
            moved = found.get((account_id, month), {})
            opening, standing = standing, standing + sum(moved.values())
            minors = {"opening": opening, **{kind.value: moved.get(kind, 0) for kind in _ORDER}, "closing": standing}
            table.append(
                {"month": f"{month:%Y-%m}", "account": account.code, "currency": account.currency}
                | {name: amount(Money(minor, account.currency)) for name, minor in minors.items()}
            )
    return sorted(table, key=lambda row: row["month"])  # stable: a month's accounts stay in the order of the file


_ORDER = (
    MovementKind.NEW,
    MovementKind.EXPANSION,
    MovementKind.CONTRACTION,
    MovementKind.CHURN,
    MovementKind.REACTIVATION,
)


def revenue(session: Session, story: Story) -> list[dict[str, Any]]:
    """A row a month and currency, from the first document to the month of `until` (billing rules §10).

    `recognised`: what the lines earn in the month; `deferred`: what is invoiced and not yet earned at its end.
    """
    invoiced: dict[tuple[str, int], int] = {}
    for issued_on, currency, minor in session.execute(
        select(Document.issued_on, Document.currency, Document.subtotal_minor)
    ):
        key = (currency, month_of(issued_on))
        invoiced[key] = invoiced.get(key, 0) + minor
    by_month = select(Recognition.currency, Recognition.month, func.sum(Recognition.amount_minor))
    earned = {
        (currency, month): int(minor)
        for currency, month, minor in session.execute(by_month.group_by(Recognition.currency, Recognition.month))
    }
    table = []
    for currency in sorted({currency for currency, _ in invoiced}):
        first = min(month for code, month in invoiced if code == currency)
        deferred = 0
        for month in _months(date(first // 100, first % 100, 1), story.until):
            key = (currency, month_of(month))
            deferred += invoiced.get(key, 0) - earned.get(key, 0)
            minors = {"invoiced": invoiced.get(key, 0), "recognised": earned.get(key, 0), "deferred": deferred}
            table.append(
                {"month": f"{month:%Y-%m}", "currency": currency}
                | {name: amount(Money(minor, currency)) for name, minor in minors.items()}
            )
    return sorted(table, key=lambda row: row["month"])


def aging(session: Session, story: Story, stage: Stage) -> list[dict[str, Any]]:
    """A row an account: what is open at the end of `until`, by days past due (billing rules §12)."""
    owed: dict[int, list[tuple[date, Money]]] = {}
    rows = select(Document.account_id, Document.due_on, Document.open_minor, Document.currency)
    for account_id, due_on, minor, currency in session.execute(rows.where(Document.open_minor > 0)):
        owed.setdefault(account_id, []).append((due_on, Money(minor, currency)))
    return [
        {"account": account.code, "currency": account.currency}
        | {
            bucket.value: amount(minor)
            for bucket, minor in buckets(
                owed.get(stage.accounts[account.code], ()), as_of=story.until, currency=account.currency
            ).items()
        }
        for account in story.accounts
    ]


def _months(first: date | None, until: date) -> Iterator[date]:
    """The first days of the months from one to that of `until`."""
    month = first
    while month is not None and month <= until:
        yield month
        month = months_after(month, 1)
