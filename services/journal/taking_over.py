"""Writes subscriptions taken over from another system: how they stand, what became of them, and their movements."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import Account, Entitlement, ImportedSubscription, Subscription
from data.money import Money
from services import access
from services.bulk import Rows
from services.facts.parties import dimensions_of
from services.journal.coming import keep
from services.journal.movements import Moved, write_movements
from services.journal.subscriptions import add_billed_period, add_event, state_text
from services.journal.use_marks import mark
from services.rules.import_book import Taken
from services.rules.lifecycle import Status

IMPORTED = "imported"
NO_ORDER = 0
# How a subscription that is over ended: the event's kind, and what it was before.
_ENDS = {
    (False, Status.CANCELLED): ("subscription_ended", Status.ACTIVE),
    (False, Status.EXPIRED): ("subscription_expired", Status.ACTIVE),
    (True, Status.EXPIRED): ("trial_expired", Status.TRIALING),
}


def take_over(session: Session, taken: Sequence[tuple[Account, Taken]], *, cut_over_on: date, actor_id: int) -> None:
    """Write subscriptions of any accounts, which are locked, with their history.

    Movements stand on the days things happened, in the source's months; events too. The running period is kept as
    billed, without a document: another system issued it.
    """
    rows, at, moved = Rows(session), access.now(), list[Moved]()
    mark(rows, {account.id for account, _ in taken})
    for account, one in taken:
        subscription_id = derive_id(one.starts_on, "imported subscription", account.id, one.reference)
        _keep(rows, account, one, subscription_id, cut_over_on=cut_over_on, actor_id=actor_id, at=at)
        moved += _movements(account, one, subscription_id)
    rows.write()
    write_movements(session, rows, moved)
    rows.write()


def _keep(
    rows: Rows, account: Account, one: Taken, subscription_id: int, *, cut_over_on: date, actor_id: int, at: datetime
) -> None:
    is_billed = one.sequence > 0 and not one.is_over
    ends_on = None if one.status is Status.TRIALING else one.ends_on
    subscription = Subscription(
        account_id=one.account_id,
        id=subscription_id,
        reference=one.reference,
        product=one.plan.product,
        plan=one.plan.plan,
        price_id=one.price.price_id,
        status=one.status.value,
        is_trial=one.is_trial,
        seats=one.seats,
        seats_assigned=0,
        interval=one.price.interval.value,
        starts_on=one.starts_on,
        anchor_on=one.starts_on,
        period_start=one.period.start,
        period_end=one.period.end,
        sequence=one.sequence,
        trial_starts_on=one.starts_on if one.is_trial else None,
        trial_ends_on=one.ends_on if one.is_trial else None,
        ends_on=ends_on,
        cancelled_on=cut_over_on if one.status is Status.PENDING_CANCELLATION else None,
        discount_percent=one.discount.percent if one.discount else None,
        negotiated_amount=one.discount.unit_amount if one.discount else None,
        order_id=NO_ORDER,
        is_auto_renewed=one.is_auto_renewed,
        created_at=at,
    )
    keep(rows, subscription, one.price, account)
    rows.keep(
        Entitlement(
            account_id=one.account_id,
            id=derive_id(one.starts_on, "entitlement", subscription_id),
            subscription_id=subscription_id,
            product=one.plan.product,
            starts_on=one.starts_on,
            ends_on=one.ends_on,
        )
    )
    rows.keep(
        ImportedSubscription(
            account_id=one.account_id,
            id=subscription_id,
            cut_over_on=cut_over_on,
            billed_from=one.period.start if is_billed else None,
            billed_until=one.period.end if is_billed else None,
            seats=one.seats,
            facts=dict(one.facts),
            imported_by=actor_id,
            imported_at=at,
        )
    )
    if one.sequence:
        add_billed_period(rows, one.account_id, subscription_id, one.sequence, one.period)
    for day, kind, before, after in _events(one, cut_over_on):
        add_event(
            rows,
            one.account_id,
            subscription_id,
            day=day,
            kind=kind,
            key="0",
            before=_state(one, before) if before else {},
            after=_state(one, after),
            at=at,
            actor_id=actor_id,
        )


def _events(one: Taken, cut_over_on: date) -> Iterator[tuple[date, str, Status | None, Status]]:
    """Day, kind, status before and after: begun, and how it ended if it is over; of no days, only that it came in."""
    has_ended = one.is_over and one.ends_on is not None and one.ends_on != one.starts_on
    if not has_ended:
        yield min(one.starts_on, cut_over_on), IMPORTED, None, one.status
        return
    kind, before = _ENDS[one.is_trial, one.status]
    yield one.starts_on, IMPORTED, None, before
    yield one.ends_on or one.starts_on, kind, before, one.status


def _state(one: Taken, status: Status) -> str:
    return state_text(one.plan.plan, one.seats, one.price.interval.value, status.value, one.period)


def _movements(account: Account, one: Taken, subscription_id: int) -> Iterator[Moved]:
    if not one.yearly:
        return
    zero = Money.zero(one.yearly.currency)
    facts = (one.plan.plan, None, dimensions_of(account))
    yield Moved(account.id, subscription_id, one.starts_on, zero, one.yearly, *facts)
    if one.is_over and one.ends_on is not None:
        yield Moved(account.id, subscription_id, one.ends_on, one.yearly, zero, *facts)
