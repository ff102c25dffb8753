"""What nights to come will bill: sums of subscriptions alike, and by the night's own steps those that turn."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, extract, literal, select, tuple_
from sqlalchemy.orm import Session

from data.database import chunks
from data.models import Account, ScheduledChange, StandingDiscount, Subscription
from data.period import Interval, months_after
from services import facts
from services.errors import Refusal
from services.facts.cycles import cash_day
from services.night.books import standing_of
from services.night.shelf import Shelf
from services.rules import cycles
from services.rules.cycles import Cycle, Days, month_of
from services.rules.lifecycle import Status
from services.rules.nights import Offers, Step, steps
from services.rules.pricing import Discount
from services.rules.report_filters import NOBODY, ReportFilters
from services.rules.trials import EndAction

RENEWING = (Status.ACTIVE, Status.SCHEDULED)
_FAR_BACK = 400  # days before today that a boundary may have been missed


@dataclass(frozen=True, slots=True)
class Turn:
    """A subscription that does more than renew as it runs: its `steps` up to a day.

    `plain`: what the sums count for it, as if it renewed as it runs. `account`: whose it is. `refusal`: what stops it.
    """

    account: Account
    subscription: Subscription
    steps: tuple[Step, ...]
    plain: Cycle | None
    refusal: Refusal | None = None

    def charges(self) -> Iterator[tuple[date, int]]:
        """Day and minor units of each period that is billed."""
        for step in self.steps:
            if step.line is not None:
                yield step.day, step.line.amount.minor


def of_filters(wanted: ReportFilters) -> list[ColumnElement[bool]]:
    """The filters as criteria on `Subscription`: by the account's present country, representative and segment."""
    found: list[ColumnElement[bool]] = []
    if wanted.currency:
        found.append(Subscription.currency == wanted.currency)
    if wanted.product is not None:
        found.append(Subscription.product == wanted.product)
    return [*found, *of_accounts(wanted, Subscription.account_id)]


def of_accounts(wanted: ReportFilters, account_id: Any) -> list[ColumnElement[bool]]:
    """The filters of accounts as criteria on a column with their ids."""
    accounts: list[ColumnElement[bool]] = []
    if wanted.country is not None:
        accounts.append(Account.country == wanted.country)
    if wanted.rep_id is not None:
        accounts.append(Account.rep_id.is_(None) if wanted.rep_id == NOBODY else Account.rep_id == wanted.rep_id)
    if wanted.segment is not None:
        accounts.append(Account.segment == wanted.segment)
    return [account_id.in_(select(Account.id).where(*accounts))] if accounts else []


def turning(
    session: Session, wanted: ReportFilters, *, until: date, of: Collection[tuple[int, int]] | None = None
) -> list[Turn]:
    """Those that change, convert, or are billed from their start, each by the steps of the night before `until`.

    Few, whatever the size of the book: what waits for a renewal, trials that convert, and what was imported ahead.
    `of`: only these subscriptions (account and id).
    """
    shelf = Shelf(session)
    converting = [code for code, policy in shelf.trials.items() if policy and policy.end_action is not EndAction.EXPIRE]
    kept = of_filters(wanted)
    if of is not None:
        accounts_of = sorted({account_id for account_id, _key in of})
        kept += [Subscription.account_id.in_(accounts_of), tuple_(Subscription.account_id, Subscription.id).in_(of)]
    rows: dict[tuple[int, int], tuple[Subscription, ScheduledChange | None]] = {}
    is_ahead = Subscription.status == literal(Status.SCHEDULED.value, literal_execute=True)
    for mine in (
        (is_ahead, Subscription.sequence == 0, Subscription.period_start < until),
        (Subscription.status == Status.TRIALING, Subscription.product.in_(converting), Subscription.period_end < until),
    ):
        for row in session.scalars(select(Subscription).where(*mine, *kept)):
            rows[row.account_id, row.id] = (row, None)
    changes = {(one.account_id, one.subscription_id): one for one in open_changes(session, of)}
    for some in chunks(sorted(changes)):  # each is looked up: an index of subscriptions would be walked for few
        those = (Subscription.account_id.in_({key[0] for key in some}), Subscription.id.in_([key[1] for key in some]))
        for row in session.scalars(select(Subscription).where(*those, *kept)):
            change = changes.get((row.account_id, row.id))
            if change and row.status in RENEWING and row.is_auto_renewed and row.period_end < until:
                rows[row.account_id, row.id] = (row, change)
    ids = sorted({account_id for account_id, _key in rows})
    accounts = {one.id: one for one in session.scalars(select(Account).where(Account.id.in_(ids)))}
    standing = _standing(session, ids)
    return [
        _turn(shelf, standing[row.account_id], row, accounts[row.account_id], change, until)
        for _key, (row, change) in sorted(rows.items())
    ]


def open_changes(session: Session, of: Collection[tuple[int, int]] | None = None) -> list[ScheduledChange]:
    """What waits for a renewal: all, or of these subscriptions."""
    is_open = ScheduledChange.status == literal("scheduled", literal_execute=True)  # as its partial index says it
    asked = select(ScheduledChange).where(is_open)
    if of is not None:
        asked = asked.where(ScheduledChange.account_id.in_({account_id for account_id, _key in of}))
    some = None if of is None else set(of)
    return [one for one in session.scalars(asked) if some is None or (one.account_id, one.subscription_id) in some]


def _standing(session: Session, account_ids: Sequence[int]) -> dict[int, dict[str, Discount]]:
    found: dict[int, dict[str, Discount]] = defaultdict(dict)
    if account_ids:
        asked = select(StandingDiscount).where(StandingDiscount.account_id.in_(account_ids))
        for row in session.scalars(asked):
            discount = facts.discount_of(row.percent, row.unit_amount)
            if discount is not None:
                found[row.account_id][row.plan] = discount
    return found


def _turn(
    shelf: Shelf,
    standing: dict[str, Discount],
    row: Subscription,
    account: Account,
    change: ScheduledChange | None,
    until: date,
) -> Turn:
    scheduled = facts.fields_of(change) if change is not None else None
    offers = Offers(account.currency, shelf.prices_in(account.currency), standing)
    done: list[Step] = []
    refusal = None
    try:
        for step in steps(standing_of(row, shelf, scheduled), offers, until - timedelta(days=1)):
            done.append(step)
    except Refusal as stopped:  # the night will set the account aside: nothing of it is billed from there on
        refusal = stopped
    plain = None
    if row.is_auto_renewed and not row.is_trial:
        minor, interval = cast(int, row.period_minor), Interval(row.interval)
        plain = Cycle(row.period_end, interval, row.currency, minor, 1, row.anchor_on.day)
    return Turn(account, row, tuple(done), plain, refusal)


def billed_days(alike: Sequence[Cycle], turns: Sequence[Turn], *, since: date, until: date) -> Days:
    """What is billed by currency and day, in `[since, until)`, before tax."""
    sums = cycles.spread(alike, since=since, until=until)
    for turn in turns:
        _take_off(sums, turn.plain, since, until)
        for day, minor in turn.charges():
            if since <= day < until:
                cycles.add(sums, _currency(turn), day, minor, 1)
    return sums


def cash_days(alike: Sequence[Cycle], turns: Sequence[Turn], *, until: date) -> Days:
    """When the money of what is billed is expected, by currency, before `until` (the first of a month), before tax.

    `alike`: by the first of their months; so are the sums.
    """
    sums = cycles.spread(alike, since=date.min, until=until)
    for turn in turns:
        if turn.plain is not None and turn.subscription.cash_on is not None:
            plain = turn.plain
            on = Cycle(month_of(turn.subscription.cash_on), plain.interval, plain.currency, plain.minor, 1)
            _take_off(sums, on, date.min, until)
        for day, minor in turn.charges():
            month = month_of(cash_day(day, turn.account))
            if month < until:
                cycles.add(sums, _currency(turn), month, minor, 1)
    return sums


def _take_off(sums: Days, plain: Cycle | None, since: date, until: date) -> None:
    if plain is not None:
        for day in plain.days(until):
            if day >= since:
                cycles.add(sums, plain.currency, day, -plain.minor, -1)


def _currency(turn: Turn) -> str:
    return next((step.line.amount.currency for step in turn.steps if step.line is not None), turn.subscription.currency)


def plain_days(day: date, today: date) -> dict[Interval, list[date]]:
    """The ends of running periods from which a later boundary falls on the day, by interval; the day itself is apart.

    A clamped end only counts for anchors that the day fits: see `fits`.
    """
    found: dict[Interval, list[date]] = {}
    for interval in Interval:
        ends: set[date] = set()
        month = months_after(day.replace(day=1), -interval.months)
        while months_after(month, 1) > today - timedelta(days=_FAR_BACK):
            last = months_after(month, 1) - timedelta(days=1)
            anchors = range(day.day, 32) if _is_month_end(day) else (day.day,)
            ends |= {month.replace(day=min(anchor, last.day)) for anchor in anchors}
            month = months_after(month, -interval.months)
        found[interval] = sorted(ends)
    return found


def fits(day: date) -> ColumnElement[bool]:
    """Subscriptions whose anchor has a boundary on the day's day of month."""
    anchor: Any = extract("day", Subscription.anchor_on)
    return cast("ColumnElement[bool]", anchor >= day.day if _is_month_end(day) else anchor == day.day)


def _is_month_end(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1
