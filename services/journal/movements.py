"""Movements of recurring revenue: one net movement a subscription and day, each with the facts of that day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import Account, Movement, Subscription
from data.money import Money
from services.rules import recurring
from services.rules.recurring import YearlyChange


@dataclass(frozen=True, slots=True)
class Moved:
    """A subscription whose yearly amount changed on a day."""

    subscription: Subscription
    moved_on: date
    before: Money
    after: Money


def write_movements(session: Session, account: Account, moved: Sequence[Moved]) -> None:
    """Write the movements of changes. Days already written from the first of them on are netted and classed again.

    A change scheduled ahead may be met by an earlier one: the later day's kind then follows from the new sum.
    """
    paid = [change for change in moved if change.before != change.after]
    if not paid:
        return
    first = min(change.moved_on for change in paid)
    rows = session.scalars(select(Movement).where(Movement.account_id == account.id).order_by(Movement.moved_on)).all()
    before = [row for row in rows if row.moved_on < first]
    facts = {change.subscription.id: (change.subscription.plan, change.subscription.order_id) for change in paid}
    changes: dict[date, dict[int, YearlyChange]] = {}
    for row in rows:
        if row.moved_on >= first:
            facts.setdefault(row.subscription_id, (row.plan, row.order_id or 0))
            changes.setdefault(row.moved_on, {})[row.subscription_id] = _change_of(row)
            session.delete(row)
    session.flush()
    for change in paid:
        of_day = changes.setdefault(change.moved_on, {})
        earlier = of_day.get(change.subscription.id)
        start = earlier.before if earlier else change.before
        of_day[change.subscription.id] = YearlyChange(change.subscription.id, start, change.after)
    account_yearly = _sum(before, account.currency)
    had_before = any(row.yearly_after_minor > 0 for row in before)
    for day, wanted in sorted(changes.items()):
        done = recurring.movements(list(wanted.values()), account_before=account_yearly, had_before=had_before)
        for movement in done:
            session.add(_row(account, day, wanted[movement.subscription_id], movement, facts))
            account_yearly += movement.yearly
        had_before = had_before or bool(done)
    session.flush()


def _change_of(row: Movement) -> YearlyChange:
    before, after = (Money(minor, row.currency) for minor in (row.yearly_before_minor, row.yearly_after_minor))
    return YearlyChange(row.subscription_id, before, after)


def _sum(rows: Iterable[Movement], currency: str) -> Money:
    return Money(sum(row.yearly_after_minor - row.yearly_before_minor for row in rows), currency)


def _row(
    account: Account,
    day: date,
    change: YearlyChange,
    movement: recurring.Movement,
    facts: dict[int, tuple[str, int]],
) -> Movement:
    plan, order_id = facts[change.subscription_id]
    return Movement(
        account_id=account.id,
        id=derive_id(day, "movement", change.subscription_id),
        subscription_id=change.subscription_id,
        moved_on=day,
        month=day.year * 100 + day.month,
        kind=movement.kind.value,
        currency=account.currency,
        yearly_before_minor=change.before.minor,
        yearly_after_minor=change.after.minor,
        amount_minor=movement.monthly.minor,
        plan=plan,
        rep_id=account.rep_id,
        country=account.country,
        order_id=order_id,
    )
