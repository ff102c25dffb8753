"""Which accounts a night has something to do for, found by indexes on days; and the next such night."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from data.models import Document, Subscription
from services.rules.lifecycle import Status
from services.rules.reminders import PAYMENT_DAYS, RENEWAL_DAYS, TRIAL_DAYS

ENDING = (Status.TRIALING, Status.ACTIVE, Status.PENDING_CANCELLATION)


@dataclass(frozen=True, slots=True)
class Span:
    """A night and the last one before it: what fell on the days `(since, day]` has not been done or told yet."""

    day: date
    since: date

    def ahead(self, column: InstrumentedAttribute[date], counts: tuple[int, ...]) -> ColumnElement[bool]:
        """Rows whose day is still to come and, less one of the counts, lies in the span."""
        return or_(
            *(
                and_(column > max(self.since + timedelta(n), self.day), column <= self.day + timedelta(n))
                for n in counts
            )
        )

    def behind(self, column: InstrumentedAttribute[date], counts: tuple[int, ...]) -> ColumnElement[bool]:
        """Rows whose day plus one of the counts lies in the span."""
        return or_(*(and_(column > self.since - timedelta(n), column <= self.day - timedelta(n)) for n in counts))


def ended(day: date) -> ColumnElement[bool]:
    """Subscriptions whose period, or trial, is over by the day."""
    return and_(Subscription.status.in_(ENDING), Subscription.period_end <= day)


def starting(day: date) -> ColumnElement[bool]:
    """Scheduled subscriptions whose first day has come."""
    return and_(Subscription.status == Status.SCHEDULED, Subscription.period_start <= day)


def trials_to_announce(span: Span) -> ColumnElement[bool]:
    """Trials that end in 7, 3 or 1 days."""
    return and_(Subscription.status == Status.TRIALING, span.ahead(Subscription.period_end, TRIAL_DAYS))


def renewals_to_announce(span: Span) -> ColumnElement[bool]:
    """Annual terms that renew in 60, 30 or 7 days."""
    return and_(
        Subscription.status == Status.ACTIVE,
        Subscription.interval == "year",
        span.ahead(Subscription.period_end, RENEWAL_DAYS),
    )


def invoices_to_remind_of(span: Span) -> ColumnElement[bool]:
    """Invoices that are 1, 7 or 14 days past due."""
    return and_(Document.open_minor > 0, span.behind(Document.due_on, PAYMENT_DAYS))


def due_accounts(session: Session, span: Span) -> array[int]:
    """The ids of the accounts with anything due, in order: what a night works through, in chunks."""
    found = union(*_questions(span)).subquery()
    rows = session.execute(
        select(found.c.account_id).order_by(found.c.account_id), execution_options={"yield_per": 10_000}
    )
    return array("q", (row[0] for row in rows))


def _questions(span: Span) -> Iterator[Select[Any]]:
    of_subscriptions = select(Subscription.account_id)
    for criterion in (
        ended(span.day),
        starting(span.day),
        trials_to_announce(span),
        renewals_to_announce(span),
    ):
        yield of_subscriptions.where(criterion)
    yield select(Document.account_id).where(invoices_to_remind_of(span))


def next_due_day(session: Session, after: date) -> date | None:
    """The first day later than `after` whose night has anything to do; None where nothing is ahead.

    What is due already and could not be done (a parked account, a skipped night) is tried again the next day.
    """
    waiting = select(Subscription.id).where(or_(ended(after), starting(after))).limit(1)
    if session.scalar(waiting) is not None:
        return after + timedelta(days=1)
    days = (_first(session, *question, after) for question in _ahead())
    return min((day for day in days if day is not None), default=None)


def _ahead() -> Iterator[tuple[InstrumentedAttribute[date], ColumnElement[bool], int]]:
    """A column of days, whose rows, and how many days after (before: negative) the night looks at them."""
    ends, starts = Subscription.period_end, Subscription.period_start
    for status in ENDING:
        yield ends, Subscription.status == status, 0
    yield starts, Subscription.status == Status.SCHEDULED, 0
    for n in TRIAL_DAYS:
        yield ends, Subscription.status == Status.TRIALING, -n
    annual = and_(Subscription.status == Status.ACTIVE, Subscription.interval == "year")
    for n in RENEWAL_DAYS:
        yield ends, annual, -n
    for n in PAYMENT_DAYS:
        yield Document.due_on, Document.open_minor > 0, n


def _first(
    session: Session, column: InstrumentedAttribute[date], rows: ColumnElement[bool], days: int, after: date
) -> date | None:
    found: date | None = session.scalar(select(func.min(column)).where(rows, column > after - timedelta(days=days)))
    return found + timedelta(days=days) if found else None
