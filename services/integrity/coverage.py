"""The check that nothing is billed twice and nothing forgotten: seats charged on each day are the seats contracted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from data.models import (
    DocumentLine,
    HeldDocument,
    ImportedSubscription,
    LineCorrection,
    Movement,
    Subscription,
    SubscriptionEvent,
)
from services.integrity.violations import CHUNK, Found, in_chunks
from services.night.held import lines_of
from services.rules.derivations import Operation

# Credits that a change of the subscription gave; every other one takes money back and leaves the contract as it is.
_BY_CHANGE = (Operation.CREDIT_UNUSED.value, Operation.CREDIT_SEATS.value)
DAYS_OF_A_YEAR = 365


@dataclass(slots=True)
class _Days:
    """What was billed and contracted of one subscription, as spans of days with a number of seats."""

    charged: list[tuple[date, date, int]]
    changed: list[tuple[date, date, int]]
    forgiven: list[tuple[date, date, int]]
    contracted: list[tuple[date, int]]
    worth: list[tuple[date, int]]


def net_coverage(session: Session) -> Found:
    """For each subscription and day, charged less credited seats are the seats contracted; never more.

    Money taken back without a change may leave fewer; lines of 0.00 count for nothing, since a bill that comes to 0.00
    has no document, and seats of some days that are worth less than a minor unit together come to such a line.
    """
    rows = session.execute(
        select(Subscription.account_id, Subscription.id, Subscription.reference, Subscription.period_end)
        .where(Subscription.sequence > 0)
        .execution_options(yield_per=CHUNK)
    )
    for chunk in in_chunks(rows):
        found = _load(session, [row.id for row in chunk])
        for account_id, subscription_id, reference, period_end in chunk:
            days = found.get(subscription_id)
            if days is None:
                continue
            days.contracted.append((period_end, 0))  # from there on nothing is billed yet
            for start, end, wanted, seats in _faults(days):
                yield account_id, f"{reference} {start} .. {end}", wanted, seats


def _faults(days: _Days) -> Iterator[tuple[date, date, int, int]]:
    """Spans where the seats billed are not those contracted: start, end, contracted, billed."""
    bounds = sorted(
        {day for span in (*days.charged, *days.changed, *days.forgiven) for day in span[:2]}
        | {day for day, _ in (*days.contracted, *days.worth)}
    )
    for start, end in pairwise(bounds):
        charged = _on(days.charged, start)
        if not charged:
            continue  # before the first line, or a span without documents
        most = charged - _on(days.changed, start)
        least = most - _on(days.forgiven, start)
        wanted = _latest(days.contracted, start)
        worth = _latest(days.worth, start)
        if least <= wanted and (most >= wanted or not worth):
            continue
        found = least if least > wanted else most
        if wanted and worth * abs(found - wanted) * (end - start).days < wanted * DAYS_OF_A_YEAR:
            continue  # less than a minor unit: its line came to 0.00
        yield start, end, wanted, found


def _on(spans: Iterable[tuple[date, date, int]], day: date) -> int:
    return sum(seats for start, end, seats in spans if start <= day < end)


def _latest(steps: Iterable[tuple[date, int]], day: date) -> int:
    found = 0
    for since, value in steps:
        if since <= day:
            found = value
    return found


def _load(session: Session, ids: list[int]) -> dict[int, _Days]:
    found: dict[int, _Days] = {}

    def of(subscription_id: int) -> _Days:
        return found.setdefault(subscription_id, _Days([], [], [], [], []))

    lines = select(
        DocumentLine.subscription_id, DocumentLine.starts_on, DocumentLine.ends_on, DocumentLine.seats
    ).where(DocumentLine.subscription_id.in_(ids), DocumentLine.kind == "charge", DocumentLine.net_minor != 0)
    for subscription_id, start, end, seats in session.execute(lines):
        of(subscription_id).charged.append((start, end, seats))
    elsewhere = select(
        ImportedSubscription.id,
        ImportedSubscription.billed_from,
        ImportedSubscription.billed_until,
        ImportedSubscription.seats,
    ).where(ImportedSubscription.id.in_(ids))
    for subscription_id, since, until, seats in session.execute(elsewhere):
        if subscription_id in found and since is not None and until is not None:  # it is asked where lines stand, too
            of(subscription_id).charged.append((since, until, seats))
    credit, charge = aliased(DocumentLine), aliased(DocumentLine)
    corrections = (
        select(credit.subscription_id, credit.starts_on, credit.ends_on, LineCorrection.seats, credit.derivation)
        .add_columns(charge.seats)
        .join(credit, and_(credit.account_id == LineCorrection.account_id, credit.id == LineCorrection.credit_line_id))
        .join(charge, and_(charge.account_id == LineCorrection.account_id, charge.id == LineCorrection.line_id))
        .where(credit.subscription_id.in_(ids), charge.net_minor != 0)
    )
    for subscription_id, start, end, seats, derivation, charged in session.execute(corrections):
        days = of(subscription_id)
        if any(f'"operation":"{operation}"' in derivation for operation in _BY_CHANGE):
            days.changed.append((start, end, seats))
        else:  # what an agreed amount left of a line may be too little for a change to credit it
            days.forgiven.append((start, end, seats or charged))
    for held in session.scalars(select(HeldDocument).where(HeldDocument.status == "held")):
        for item, line in lines_of(held):  # counts as billed
            if item.subscription_id in ids:
                of(item.subscription_id).charged.append((line.period.start, line.period.end, line.seats))
    events = (
        select(SubscriptionEvent.subscription_id, SubscriptionEvent.happened_on, SubscriptionEvent.after)
        .where(SubscriptionEvent.subscription_id.in_(ids))
        .order_by(SubscriptionEvent.happened_on, SubscriptionEvent.recorded_at, SubscriptionEvent.id)
    )
    for subscription_id, day, after in session.execute(events):
        if subscription_id in found and "status" in after:  # the others tell of what is only scheduled
            of(subscription_id).contracted.append((day, int(after["seats"])))
    moved = (
        select(Movement.subscription_id, Movement.moved_on, Movement.yearly_after_minor)
        .where(Movement.subscription_id.in_(ids))
        .order_by(Movement.moved_on)
    )
    for subscription_id, day, minor in session.execute(moved):
        if subscription_id in found:
            of(subscription_id).worth.append((day, minor))
    return found
