"""Movements of recurring revenue: one net movement a subscription and day, each with the facts of that day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import Row, delete, func, select
from sqlalchemy.orm import Session

from data.database import chunks
from data.identity import derive_id
from data.models import Movement
from data.money import Money
from services.bulk import Rows, day_text
from services.journal.closing import first_open_day
from services.journal.figures import FIGURES
from services.rules import recurring
from services.rules.figures import Dimensions, Measure
from services.rules.recognition import month_of
from services.rules.recurring import YearlyChange

_MOVEMENT = (
    "account_id", "id", "subscription_id", "moved_on", "month", "kind", "currency", "yearly_before_minor",
    "yearly_after_minor", "amount_minor", "plan", "order_id", "country", "rep_id", "segment",
)  # fmt: skip
_MRR = Measure.MRR.value
Level = tuple[int, str, Dimensions]  # what a subscription comes to a month, its plan and where it counts
Levels = dict[int, Level]


@dataclass(frozen=True, slots=True)
class Moved:
    """A subscription whose yearly amount changed on a day, with the facts of that day."""

    account_id: int
    subscription_id: int
    moved_on: date
    before: Money
    after: Money
    plan: str
    order_id: int | None
    of: Dimensions


class _Shown(NamedTuple):
    """A movement as the figures have it: its kind, its month and part of the rounded figures, and where it counts."""

    subscription_id: int
    kind: str
    month: int
    minor: int
    plan: str
    of: Dimensions


@dataclass(frozen=True, slots=True)
class _History:
    """An account's movements before a day, summed, and those from then on, with how they are shown."""

    yearly_minor: int = 0
    was_paid: bool = False
    later: tuple[tuple[Moved, _Shown], ...] = ()


def write_movements(session: Session, rows: Rows, moved: Sequence[Moved]) -> None:
    """Keep the movements of changes of any accounts. Days already written from an account's first change on are netted
    and classed again: a change scheduled ahead may be met by an earlier one, and the later day's kind then follows from
    the new sum. A change of a closed month (of an account that was parked then) moves on the first day that is open.
    """
    paid = [change for change in moved if change.before != change.after]
    if paid and min(change.moved_on for change in paid) < (first := first_open_day(session)):
        paid = [replace(change, moved_on=max(change.moved_on, first)) for change in paid]
    if not paid:
        return
    first = min(change.moved_on for change in paid)
    histories = _histories(session, {change.account_id for change in paid}, first)
    levels = _levels(session, histories, first)
    for account_id, changes in groupby(sorted(paid, key=attrgetter("account_id")), attrgetter("account_id")):
        history = histories.get(account_id, _History())
        _write_account(session, rows, account_id, list(changes), history, levels.get(account_id, {}))


def _histories(session: Session, account_ids: Iterable[int], first: date) -> dict[int, _History]:
    found: dict[int, _History] = {}
    delta = Movement.yearly_after_minor - Movement.yearly_before_minor
    later: dict[int, list[tuple[Moved, _Shown]]] = {}
    for ids in chunks(sorted(account_ids)):
        mine = Movement.account_id.in_(ids)
        wanted = select(*(getattr(Movement, name) for name in _MOVEMENT)).where(mine, Movement.moved_on >= first)
        for row in session.execute(wanted.order_by(Movement.account_id, Movement.moved_on, Movement.id)):
            later.setdefault(row.account_id, []).append((_moved(row), _shown(row)))
        sums = select(Movement.account_id, func.sum(delta), func.max(Movement.yearly_after_minor))
        for account_id, yearly, highest in session.execute(
            sums.where(mine, Movement.moved_on < first).group_by(Movement.account_id)
        ):
            found[account_id] = _History(int(yearly), highest > 0, tuple(later.pop(account_id, ())))
    return found | {account_id: _History(later=tuple(rows)) for account_id, rows in later.items()}


def _levels(session: Session, account_ids: Iterable[int], first: date) -> dict[int, Levels]:
    """What the subscriptions of these accounts came to before a day, and where it counts, from their movements."""
    found: dict[int, Levels] = {}
    wanted = select(*(getattr(Movement, name) for name in _MOVEMENT)).where(Movement.moved_on < first)
    for ids in chunks(sorted(account_ids)):
        for row in session.execute(wanted.where(Movement.account_id.in_(ids)).order_by(Movement.moved_on)):
            levels = found.setdefault(row.account_id, {})
            levels[row.subscription_id] = _level(levels.get(row.subscription_id), _shown(row))
    return found


def _level(before: Level | None, shown: _Shown) -> Level:
    return (before[0] if before else 0) + shown.minor, shown.plan, shown.of


def _moved(row: Row[*tuple[Any, ...]]) -> Moved:
    before, after = Money(row.yearly_before_minor, row.currency), Money(row.yearly_after_minor, row.currency)
    facts = (row.plan, row.order_id, Dimensions(row.country, row.rep_id or 0, row.segment))
    return Moved(row.account_id, row.subscription_id, row.moved_on, before, after, *facts)


def _shown(row: Row[*tuple[Any, ...]]) -> _Shown:
    of = Dimensions(row.country, row.rep_id or 0, row.segment)
    return _Shown(row.subscription_id, row.kind, row.month, row.amount_minor, row.plan, of)


def _write_account(
    session: Session, rows: Rows, account_id: int, changes: Sequence[Moved], history: _History, levels: Levels
) -> None:
    first = min(change.moved_on for change in changes)
    currency = changes[0].before.currency
    settled = [row for row in history.later if row[0].moved_on < first]
    account_yearly = Money(history.yearly_minor, currency)
    account_yearly += Money.total((row.after - row.before for row, _ in settled), currency)
    had_before = history.was_paid or any(row.after.minor > 0 for row, _ in settled)
    by_day: dict[date, dict[int, Moved]] = {}
    again = [row for row in history.later if row[0].moved_on >= first]
    if again:
        session.execute(
            delete(Movement)
            .where(Movement.account_id == account_id, Movement.moved_on >= first)
            .execution_options(synchronize_session=False)
        )
    for _, shown in settled:
        levels[shown.subscription_id] = _level(levels.get(shown.subscription_id), shown)
    _add_figures(rows, currency, (shown for _, shown in again), levels, sign=-1)
    for change in (*(row for row, _ in again), *changes):
        of_day = by_day.setdefault(change.moved_on, {})
        of_day[change.subscription_id] = _netted(of_day.get(change.subscription_id), change)
    written = []
    for _day, of_day in sorted(by_day.items()):
        wanted = [YearlyChange(change.subscription_id, change.before, change.after) for change in of_day.values()]
        done = recurring.movements(wanted, account_before=account_yearly, had_before=had_before)
        for movement in done:
            written.append(_keep(rows, of_day[movement.subscription_id], movement))
            account_yearly += movement.yearly
        had_before = had_before or bool(done)
    _add_figures(rows, currency, written, levels, sign=1)


def _add_figures(rows: Rows, currency: str, shown: Iterable[_Shown], levels: Levels, *, sign: int) -> None:
    """Add movements, or take them back: each by its kind, and what recurs from where it counted to where it counts."""
    sums, levels = rows.sums(FIGURES), dict(levels)
    for one in shown:
        sums[one.kind, one.month, currency, one.plan, *one.of] += sign * one.minor
        before = levels.get(one.subscription_id)
        levels[one.subscription_id] = minor, plan, of = _level(before, one)
        if before is not None:
            sums[_MRR, one.month, currency, before[1], *before[2]] -= sign * before[0]
        sums[_MRR, one.month, currency, plan, *of] += sign * minor


def _netted(earlier: Moved | None, change: Moved) -> Moved:
    """Two changes of one subscription on one day are one, from before the first to after the last."""
    if earlier is None:
        return change
    return replace(change, before=earlier.before)


def _keep(rows: Rows, change: Moved, movement: recurring.Movement) -> _Shown:
    month, minor = month_of(change.moved_on), movement.monthly.minor
    rows.shape("movements", _MOVEMENT).append(
        (
            change.account_id,
            derive_id(change.moved_on, "movement", change.subscription_id),
            change.subscription_id,
            day_text(change.moved_on),
            month,
            movement.kind.value,
            movement.monthly.currency,
            change.before.minor,
            change.after.minor,
            minor,
            change.plan,
            change.order_id,
            change.of.country,
            change.of.rep_id or None,
            change.of.segment,
        )
    )
    return _Shown(change.subscription_id, movement.kind.value, month, minor, change.plan, change.of)
