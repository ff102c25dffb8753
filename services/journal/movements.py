"""Movements of recurring revenue: one net movement a subscription and day, each with the facts of that day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, delete, func, select
from sqlalchemy.orm import Session

from data.database import chunks
from data.identity import derive_id
from data.models import Movement
from data.money import Money
from services.bulk import Rows, day_text
from services.rules import recurring
from services.rules.recognition import month_of
from services.rules.recurring import YearlyChange

_MOVEMENT = (
    "account_id", "id", "subscription_id", "moved_on", "month", "kind", "currency", "yearly_before_minor",
    "yearly_after_minor", "amount_minor", "plan", "rep_id", "country", "order_id",
)  # fmt: skip


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
    rep_id: int | None
    country: str


@dataclass(frozen=True, slots=True)
class _History:
    """An account's movements before a day, summed, and those from then on."""

    yearly_minor: int
    was_paid: bool
    later: tuple[Moved, ...]


def write_movements(session: Session, rows: Rows, moved: Sequence[Moved]) -> None:
    """Keep the movements of changes of any accounts. Days already written from an account's first change on are netted
    and classed again: a change scheduled ahead may be met by an earlier one, and the later day's kind then follows from
    the new sum.
    """
    paid = [change for change in moved if change.before != change.after]
    if not paid:
        return
    histories = _histories(session, {change.account_id for change in paid}, min(change.moved_on for change in paid))
    for account_id, changes in groupby(sorted(paid, key=attrgetter("account_id")), attrgetter("account_id")):
        _write_account(session, rows, account_id, list(changes), histories.get(account_id, _History(0, False, ())))


def _histories(session: Session, account_ids: Iterable[int], first: date) -> dict[int, _History]:
    found: dict[int, _History] = {}
    delta = Movement.yearly_after_minor - Movement.yearly_before_minor
    later: dict[int, list[Moved]] = {}
    for ids in chunks(sorted(account_ids)):
        mine = Movement.account_id.in_(ids)
        for row in session.execute(
            select(
                Movement.account_id, Movement.subscription_id, Movement.moved_on, Movement.currency, Movement.plan,
                Movement.yearly_before_minor, Movement.yearly_after_minor, Movement.order_id, Movement.rep_id,
                Movement.country,
            )
            .where(mine, Movement.moved_on >= first)
            .order_by(Movement.account_id, Movement.moved_on, Movement.id)
        ):  # fmt: skip
            later.setdefault(row.account_id, []).append(_moved(row))
        sums = select(Movement.account_id, func.sum(delta), func.max(Movement.yearly_after_minor))
        for account_id, yearly, highest in session.execute(
            sums.where(mine, Movement.moved_on < first).group_by(Movement.account_id)
        ):
            found[account_id] = _History(int(yearly), highest > 0, tuple(later.pop(account_id, ())))
    return found | {account_id: _History(0, False, tuple(rows)) for account_id, rows in later.items()}


def _moved(row: Row[*tuple[Any, ...]]) -> Moved:
    before, after = Money(row.yearly_before_minor, row.currency), Money(row.yearly_after_minor, row.currency)
    facts = (row.plan, row.order_id, row.rep_id, row.country)
    return Moved(row.account_id, row.subscription_id, row.moved_on, before, after, *facts)


def _write_account(session: Session, rows: Rows, account_id: int, changes: Sequence[Moved], history: _History) -> None:
    first = min(change.moved_on for change in changes)
    currency = changes[0].before.currency
    settled = [row for row in history.later if row.moved_on < first]
    account_yearly = Money(history.yearly_minor, currency)
    account_yearly += Money.total((row.after - row.before for row in settled), currency)
    had_before = history.was_paid or any(row.after.minor > 0 for row in settled)
    by_day: dict[date, dict[int, Moved]] = {}
    again = [row for row in history.later if row.moved_on >= first]
    if again:
        session.execute(
            delete(Movement)
            .where(Movement.account_id == account_id, Movement.moved_on >= first)
            .execution_options(synchronize_session=False)
        )
    for change in (*again, *changes):
        of_day = by_day.setdefault(change.moved_on, {})
        of_day[change.subscription_id] = _netted(of_day.get(change.subscription_id), change)
    for _day, of_day in sorted(by_day.items()):
        wanted = [YearlyChange(change.subscription_id, change.before, change.after) for change in of_day.values()]
        done = recurring.movements(wanted, account_before=account_yearly, had_before=had_before)
        for movement in done:
            _keep(rows, of_day[movement.subscription_id], movement)
            account_yearly += movement.yearly
        had_before = had_before or bool(done)


def _netted(earlier: Moved | None, change: Moved) -> Moved:
    """Two changes of one subscription on one day are one, from before the first to after the last."""
    if earlier is None:
        return change
    facts = (change.plan, change.order_id, change.rep_id, change.country)
    return Moved(change.account_id, change.subscription_id, change.moved_on, earlier.before, change.after, *facts)


def _keep(rows: Rows, change: Moved, movement: recurring.Movement) -> None:
    rows.shape("movements", _MOVEMENT).append(
        (
            change.account_id,
            derive_id(change.moved_on, "movement", change.subscription_id),
            change.subscription_id,
            day_text(change.moved_on),
            month_of(change.moved_on),
            movement.kind.value,
            movement.monthly.currency,
            change.before.minor,
            change.after.minor,
            movement.monthly.minor,
            change.plan,
            change.rep_id,
            change.country,
            change.order_id,
        )
    )
