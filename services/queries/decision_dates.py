"""Where dates that can cost money stand: each kind of decision as rows that an index finds by their day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, TextClause, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from data.days import days_before
from data.models import Account, Price, Product, ScheduledChange, Subscription
from data.models.subscriptions import IS_RENEWING
from data.money import exponent
from services.queries.trials import is_owned_otherwise
from services.rules.decisions import DecisionFilter, Kind, minor_at_least
from services.rules.lifecycle import Status
from services.rules.report_filters import NOBODY

DAY = timedelta(days=1)
IS_SCHEDULED = Subscription.status == literal(Status.SCHEDULED.value, literal_execute=True)  # as its index says it
IS_OPEN = ScheduledChange.status == literal("scheduled", literal_execute=True)
OPEN_CHANGE = (
    (ScheduledChange.account_id == Subscription.account_id)
    & (ScheduledChange.subscription_id == Subscription.id)
    & IS_OPEN
)
_MINOR: Any = Subscription.period_minor
Criterion = ColumnElement[bool] | TextClause
# A change leads to its subscription, and few have one: what is worked out is looked up in no index.
LED_TO = (
    (Subscription.account_id == ScheduledChange.account_id + 0)
    & (Subscription.id == ScheduledChange.subscription_id + 0)
    & IS_OPEN
)


@dataclass(frozen=True, slots=True)
class Dated:
    """One kind's rows within days: whose they are, `last_on` as SQL, and what they come to.

    `order`: by day, as the index has it. `minor`: minor units that rank them, in `currency`; they are what is at stake
    where `sign` says how: 1 is billed if nothing is done, -1 is not; 0: it is worked out row by row. `shift`: days from
    `last_on` to `day`, a plain column, where all rows have the same. `has_changing`: the criteria are
    met by rows with an open change, too, which are not of the kind.
    """

    kind: Kind
    account_id: Any
    subject_id: Any
    last_on: Any
    order: Sequence[Any]
    minor: Any
    currency: Any
    sign: int
    criteria: Sequence[Criterion]
    source: Callable[[Select[Any]], Select[Any]] = lambda rows: rows
    day: Any = None
    shift: int = 0
    has_changing: bool = False

    def keys(self) -> Select[Any]:
        """kind, account_id, subject_id, last_on and rank of its rows, in order."""
        rank = func.coalesce(self.minor, 0)
        columns = (
            literal(self.kind.value).label("kind"), self.account_id.label("account_id"),
            self.subject_id.label("subject_id"), self.last_on.label("last_on"), rank.label("rank"),
        )  # fmt: skip
        return self.where(self.source(select(*columns))).order_by(*self.order, self.account_id, self.subject_id)

    def where(self, rows: Select[Any]) -> Select[Any]:
        """The rows of a selection that are of the kind."""
        return rows.where(*self.criteria, *([~has_change()] if self.has_changing else []))


def has_change() -> ColumnElement[bool]:
    """Whether a change of the subscription waits for its renewal: settled, or a kind of its own."""
    return select(ScheduledChange.id).where(OPEN_CHANGE).exists()


def of_subscriptions(session: Session, wanted: DecisionFilter, since: date, until: date) -> Iterator[Dated]:
    """The kinds that are dates of subscriptions, with their last day in `[since, until)`, which is not past."""
    since = max(since, wanted.today)
    mine = [*_of_subscription(wanted), *at_least(session, wanted, _MINOR, Subscription.currency)]
    if wanted.kind in ("", Kind.NOTICE, Kind.RENEWAL, Kind.CO_TERM):
        common = [_on_common_date(session, since, until + timedelta(days=366))] if wanted.kind == Kind.CO_TERM else []
        for days in _notice_days(session):
            yield from _renewals(wanted, days, since, until, [*mine, *common])
    if session.connection().scalar(select(literal(1)).select_from(ScheduledChange).where(IS_OPEN).limit(1)):
        yield from _changing(wanted, since, until, mine)  # where nothing waits, SQLite would still walk everything
    end: Any = Subscription.period_end
    yield _plain(
        Kind.END, end, -1, [Subscription.status == Status.ACTIVE, ~Subscription.is_auto_renewed, *mine], since, until
    )
    ahead = (IS_SCHEDULED, Subscription.is_trial.is_(False), *mine)
    yield _plain(Kind.START, Subscription.period_start, 1, ahead, since, until)
    yield _plain(Kind.TRIAL, end, 0, [*_of_trials(), *_of_subscription(wanted)], since, until)


def _renewals(
    wanted: DecisionFilter, days: int, since: date, until: date, mine: Sequence[Criterion]
) -> Iterator[Dated]:
    """What renews by itself with so many days' notice: by the notice, and where it is over by the day before."""
    lead, end = timedelta(days=max(days, 1)), Subscription.period_end
    spans = {
        Kind.NOTICE: (lead, since + lead, until + lead),
        Kind.RENEWAL: (DAY, since + DAY, min(until + DAY, wanted.today + lead)),
    }
    for kind, (shift, first, last) in spans.items():
        if first < last and wanted.kind in ("", kind, Kind.CO_TERM):
            within = (Subscription.notice_days == days, end >= first, end < last, *mine)
            yield _subscriptions(kind, end, shift.days, 1, (IS_RENEWING, *within), has_changing=True)


def _plain(kind: Kind, day: Any, sign: int, criteria: Sequence[Criterion], since: date, until: date) -> Dated:
    """A kind whose last day is the one before its day."""
    return _subscriptions(kind, day, 1, sign, (day > since, day <= until, *criteria))


def _subscriptions(
    kind: Kind,
    day: Any,
    shift: int,
    sign: int,
    criteria: Sequence[Criterion],
    *,
    has_changing: bool = False,
) -> Dated:
    order = (day, _MINOR.desc()) if sign else (day,)
    return Dated(
        kind, Subscription.account_id, Subscription.id, days_before(day, shift), order,
        _MINOR if sign else literal(0), Subscription.currency, sign, criteria, day=day, shift=shift,
        has_changing=has_changing,
    )  # fmt: skip


def _changing(wanted: DecisionFilter, since: date, until: date, mine: Sequence[Criterion]) -> Iterator[Dated]:
    """Scheduled changes that do not settle the renewal: a new price alone, or fewer seats than are assigned."""
    end, days = Subscription.period_end, Subscription.notice_days
    eve = days_before(end, 1)
    by_notice = days_before(end, case((days < 1, 1), else_=days))
    new_price = and_(
        ScheduledChange.takes_new_price, ScheduledChange.plan.is_(None), ScheduledChange.interval.is_(None),
        ScheduledChange.seats.is_(None), ScheduledChange.changes_discount.is_(False),
    )  # fmt: skip
    for kind, criterion, last_on in (
        (Kind.NEW_PRICE, new_price, case((by_notice >= wanted.today, by_notice), else_=eve)),
        (Kind.WAITING, ScheduledChange.seats < Subscription.seats_assigned, eve),
    ):
        within = (IS_RENEWING, criterion, last_on >= since, last_on < until, *mine)
        yield Dated(
            kind, Subscription.account_id, Subscription.id, last_on, (last_on,), _MINOR, Subscription.currency, 0,
            within, source=lambda rows: rows.select_from(ScheduledChange).join(Subscription, LED_TO),
        )  # fmt: skip


def _of_trials() -> list[ColumnElement[bool]]:
    """Running trials, but for those that only expire while the account has the product otherwise."""
    goes_on = select(Product.code).where(Product.trial_end != "expire")
    return [
        Subscription.status == Status.TRIALING,
        or_(Subscription.product.in_(goes_on), ~is_owned_otherwise()),
    ]


def _notice_days(session: Session) -> list[int]:
    """The notices there are, hopping through the index from one to the next."""
    found: list[int] = []
    while True:
        more = Subscription.notice_days > (found[-1] if found else -1)
        asked = select(Subscription.notice_days).where(IS_RENEWING, more).order_by(Subscription.notice_days).limit(1)
        days = session.connection().scalar(asked)  # of all accounts: it tells nothing of any
        if days is None:
            return found
        found.append(int(days))


def _on_common_date(session: Session, since: date, until: date) -> ColumnElement[bool]:
    """Renewals on their account's common date."""
    end = Subscription.period_end
    named = session.scalars(select(Account.co_term_on).where(Account.co_term_on.is_not(None)).distinct()).all()
    days = [(on, list(_days_like(str(on), since, until))) for on in named]
    of_account = Account.id == Subscription.account_id
    return or_(
        literal(False),
        *(and_(end.in_(like), select(Account.id).where(of_account, Account.co_term_on == on).exists())
          for on, like in days if like),
    )  # fmt: skip


def _days_like(month_day: str, since: date, until: date) -> Iterator[date]:
    for year in range(since.year, until.year + 1):
        try:
            day = date.fromisoformat(f"{year}-{month_day}")
        except ValueError:  # 29 February
            continue
        if since <= day <= until:
            yield day


def _of_subscription(wanted: DecisionFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = of_accounts(wanted, Subscription.account_id)
    if wanted.currency:
        found.append(Subscription.currency == wanted.currency)
    if wanted.product:
        found.append(Subscription.product == wanted.product)
    if wanted.is_long:
        found.append(Subscription.interval != "month")
    return found


def of_accounts(wanted: DecisionFilter, account_id: Any) -> list[ColumnElement[bool]]:
    """What the filter says of accounts, as criteria on a column of their ids."""
    found: list[ColumnElement[bool]] = []
    if wanted.account_id is not None:
        found.append(account_id == wanted.account_id)
    accounts: list[ColumnElement[bool]] = [
        Account.search_text.contains(word, autoescape=True) for word in wanted.text.casefold().split()
    ]
    if wanted.rep_id is not None:
        accounts.append(Account.rep_id.is_(None) if wanted.rep_id == NOBODY else Account.rep_id == wanted.rep_id)
    return [*found, account_id.in_(select(Account.id).where(*accounts))] if accounts else found


def at_least(session: Session, wanted: DecisionFilter, minor: Any, currency: Any) -> list[ColumnElement[bool]]:
    """Amounts of so many major units of their currency, or more."""
    if not wanted.at_least:
        return []
    if wanted.currency:
        return [minor >= minor_at_least(wanted.at_least, wanted.currency)]
    usual = minor_at_least(wanted.at_least, "EUR")
    sold = session.scalars(select(Price.currency).distinct())
    odd = {code: minor_at_least(wanted.at_least, code) for code in sold if exponent(code) != exponent("EUR")}
    return [minor >= (case(odd, value=currency, else_=usual) if odd else usual)]
