"""Which accounts a night has something to do for, found by indexes on days; and the next such night."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Date, Select, and_, bindparam, func, literal, or_, select, union
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

    @property
    def days(self) -> dict[str, date]:
        """The days that the criteria of this module name: statements are put together once, and asked with these."""
        found = {"day": self.day}
        for n in {*TRIAL_DAYS, *RENEWAL_DAYS}:
            found[f"ahead_from_{n}"] = max(self.since + timedelta(n), self.day)
            found[f"ahead_to_{n}"] = self.day + timedelta(n)
        for n in PAYMENT_DAYS:
            found[f"behind_from_{n}"] = self.since - timedelta(n)
            found[f"behind_to_{n}"] = self.day - timedelta(n)
        return found


# In the words of the partial indexes that answer them: a bound value would hide that from the database.
_IS_SCHEDULED = Subscription.status == literal(Status.SCHEDULED.value, literal_execute=True)
_IS_OWED = Document.open_minor > literal(0, literal_execute=True)


def _told(name: str) -> BindParameter[date]:
    return bindparam(name, type_=Date)


def _ahead_by(column: InstrumentedAttribute[date], counts: tuple[int, ...]) -> ColumnElement[bool]:
    """Rows whose day is still to come and, less one of the counts, lies in the span."""
    return or_(*(and_(column > _told(f"ahead_from_{n}"), column <= _told(f"ahead_to_{n}")) for n in counts))


def _behind_by(column: InstrumentedAttribute[date], counts: tuple[int, ...]) -> ColumnElement[bool]:
    """Rows whose day plus one of the counts lies in the span."""
    return or_(*(and_(column > _told(f"behind_from_{n}"), column <= _told(f"behind_to_{n}")) for n in counts))


def ended(day: BindParameter[date]) -> ColumnElement[bool]:
    """Subscriptions whose period, or trial, is over by the day."""
    return and_(Subscription.status.in_(ENDING), Subscription.period_end <= day)


def starting(day: BindParameter[date]) -> ColumnElement[bool]:
    """Scheduled subscriptions whose first day has come."""
    return and_(_IS_SCHEDULED, Subscription.period_start <= day)


def at_boundary() -> ColumnElement[bool]:
    """Subscriptions that begin or end something by the span's day."""
    return or_(ended(_told("day")), starting(_told("day")))


def is_at_boundary(status: str, starts_on: date, ends_on: date, day: date) -> bool:
    """The same of a subscription that was read."""
    return (status in ENDING and ends_on <= day) or (status == Status.SCHEDULED and starts_on <= day)


def trials_to_announce() -> ColumnElement[bool]:
    """Trials that end in 7, 3 or 1 days."""
    return and_(Subscription.status == Status.TRIALING, _ahead_by(Subscription.period_end, TRIAL_DAYS))


def renewals_to_announce() -> ColumnElement[bool]:
    """Annual terms that renew in 60, 30 or 7 days."""
    return and_(
        Subscription.status == Status.ACTIVE,
        Subscription.interval == "year",
        _ahead_by(Subscription.period_end, RENEWAL_DAYS),
    )


def invoices_to_remind_of() -> ColumnElement[bool]:
    """Invoices that are 1, 7 or 14 days past due."""
    return and_(_IS_OWED, _behind_by(Document.due_on, PAYMENT_DAYS))


def due_accounts(session: Session, span: Span) -> array[int]:
    """The ids of the accounts with anything due, in order: what a night works through, in chunks."""
    rows = session.connection().execute(_accounts(), span.days, execution_options={"yield_per": 10_000})
    return array("q", (row[0] for row in rows))


@cache
def _accounts() -> Select[Any]:
    """One range of days a question, each of which one index answers; a union of several is scanned instead."""
    questions = [select(Subscription.account_id).where(criterion) for criterion in _of_subscriptions()]
    questions += [
        select(Document.account_id).where(
            _IS_OWED, Document.due_on > _told(f"behind_from_{n}"), Document.due_on <= _told(f"behind_to_{n}")
        )
        for n in PAYMENT_DAYS
    ]
    found = union(*questions).subquery()
    return select(found.c.account_id).order_by(found.c.account_id)


def _of_subscriptions() -> Iterator[ColumnElement[bool]]:
    ends, day = Subscription.period_end, _told("day")
    for status in ENDING:
        yield and_(Subscription.status == status, ends <= day)
    yield starting(day)
    for status, counts in ((Status.TRIALING, TRIAL_DAYS), (Status.ACTIVE, RENEWAL_DAYS)):
        is_annual = [Subscription.interval == "year"] if status is Status.ACTIVE else []
        for n in counts:
            within = (ends > _told(f"ahead_from_{n}"), ends <= _told(f"ahead_to_{n}"))
            yield and_(Subscription.status == status, *is_annual, *within)


def next_due_day(session: Session, after: date) -> date | None:
    """The first day later than `after` whose night has anything to do; None where nothing is ahead.

    What is due already and could not be done (a parked account, a skipped night) is tried again the next day.
    """
    waiting, *firsts = session.connection().execute(_next_of(), {"after": after} | _shifted(after)).one()
    if waiting:
        return after + timedelta(days=1)
    days = (day + timedelta(days=ahead[2]) for day, ahead in zip(firsts, _ahead(), strict=True) if day is not None)
    return min(days, default=None)


@cache
def _next_of() -> Select[Any]:
    """One statement for all questions, put together once: stories ask it for every night."""
    day = _told("after")
    over = [and_(Subscription.status == status, Subscription.period_end <= day) for status in ENDING]
    waiting = [select(Subscription.id).where(rows).exists() for rows in (*over, starting(day))]
    firsts: list[Any] = [
        select(func.min(column)).where(rows, column > _told(f"after_{days}")).scalar_subquery()
        for column, rows, days in _ahead()
    ]
    asked: list[Any] = [or_(*waiting), *firsts]
    return select(*asked)


def _shifted(after: date) -> dict[str, date]:
    return {f"after_{days}": after - timedelta(days=days) for _, _, days in _ahead()}


@cache
def _ahead() -> tuple[tuple[InstrumentedAttribute[date], ColumnElement[bool], int], ...]:
    """A column of days, whose rows, and how many days after (before: negative) the night looks at them."""
    ends, starts = Subscription.period_end, Subscription.period_start
    annual = and_(Subscription.status == Status.ACTIVE, Subscription.interval == "year")
    return (
        *((ends, Subscription.status == status, 0) for status in ENDING),
        (starts, _IS_SCHEDULED, 0),
        *((ends, Subscription.status == Status.TRIALING, -n) for n in TRIAL_DAYS),
        *((ends, annual, -n) for n in RENEWAL_DAYS),
        *((Document.due_on, _IS_OWED, n) for n in PAYMENT_DAYS),
    )
