"""Writes what begins at a boundary: starts and renewals, and what was scheduled for them; each with its event."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from data.models import Account, Subscription
from services.bulk import Rows, day_text
from services.facts import dimensions_of
from services.facts.cycles import cash_day
from services.journal.cycle_sums import add_cycles
from services.journal.scheduled import settle_change
from services.journal.subscriptions import add_billed_period, add_event, state_text
from services.rules import cycles, pricing
from services.rules.cycle_sums import Counted
from services.rules.nights import Standing, Step

_PERIOD = ("anchor_on", "period_start", "period_end", "sequence", "cash_on")


def take_on(session: Session, account_id: int, subscription_id: int, step: Step) -> None:
    """Have a subscription start, or take on what was scheduled for its renewal; its period follows (`move_on`)."""
    after, discount = step.after, step.after.discount
    subscription = session.get_one(Subscription, (account_id, subscription_id), populate_existing=True)
    subscription.status, subscription.seats = after.status.value, after.seats
    subscription.plan, subscription.price_id = after.price.plan, after.price.price_id
    subscription.interval = after.price.interval.value
    subscription.discount_percent = discount.percent if discount else None
    subscription.negotiated_amount = discount.unit_amount if discount else None
    if step.applied is not None or step.left is not None:
        settle_change(session, subscription, step.applied, step.left, step.day)
    session.flush()


def add_step(rows: Rows, account_id: int, subscription_id: int, step: Step, at: datetime) -> None:
    """Keep the event of a start or renewal and, where it is charged, its billed period."""
    after = step.after
    add_event(
        rows,
        account_id,
        subscription_id,
        day=step.day,
        kind=step.kind.value,
        key=str(after.sequence),
        before=_told(step.before),
        after=_told(after),
        at=at,
    )
    if step.line is not None:
        add_billed_period(rows, account_id, subscription_id, after.sequence, after.period)


class Moved(NamedTuple):
    """A subscription that a night moved on: as it is stored with the period it had, and as it stands after."""

    account: Account
    product: str
    before: Standing
    after: Standing


def move_on(rows: Rows, moved: Iterable[Moved]) -> None:
    """Set the periods of subscriptions, many at once; all else of them is stored as it stands after."""
    changed = []
    for account, product, before, after in moved:
        days = (after.anchor_on, after.period.start, after.period.end)
        now, of = _counted(after, product, account), dimensions_of(account)
        cash_on = day_text(now.cash_on) if now.cash_on else None
        changed.append((*map(day_text, days), after.sequence, cash_on, account.id, after.subscription_id))
        was = now._replace(period_end=before.period.end, anchor_on=before.anchor_on)
        if now.cash_on:
            was = was._replace(cash_on=cash_day(before.period.end, account))
        add_cycles(rows, was, of, -1)
        add_cycles(rows, now, of)
    rows.change("subscriptions", _PERIOD, changed)


def _counted(standing: Standing, product: str, account: Account) -> Counted:
    price, is_auto_renewed = standing.price, standing.is_auto_renewed
    is_renewing = cycles.renews(standing.status, is_trial=standing.is_trial, is_auto_renewed=is_auto_renewed)
    cash_on = cash_day(standing.period.end, account) if is_renewing else None
    minor = pricing.amount(price, seats=standing.seats, discount=standing.discount).minor
    return Counted(
        standing.status.value, is_auto_renewed, standing.period.end, standing.anchor_on, price.interval.value,
        price.currency, product, minor, cash_on,
    )  # fmt: skip


def _told(standing: Standing) -> str:
    """A standing as events keep it."""
    price = standing.price
    return state_text(price.plan, standing.seats, price.interval.value, standing.status.value, standing.period)
