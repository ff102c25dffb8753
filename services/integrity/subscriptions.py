"""Checks of subscriptions: moves, billed periods, trials, access, seats."""

from datetime import date

from sqlalchemy import Date, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from data.models import BilledPeriod, DocumentLine, Entitlement, LicensedUser, Seat, Subscription, SubscriptionEvent
from services.integrity.violations import CHUNK, Found, in_chunks
from services.rules.lifecycle import NEXT, Status

PAID = (Status.SCHEDULED, Status.ACTIVE, Status.PENDING_CANCELLATION)


def moves(session: Session) -> Found:
    """A subscription's history goes only by moves of the table, and ends in the state it is in."""
    subscriptions = session.execute(
        select(Subscription.account_id, Subscription.id, Subscription.reference, Subscription.status).execution_options(
            yield_per=CHUNK
        )
    )
    for chunk in in_chunks(subscriptions):
        histories: dict[int, list[SubscriptionEvent]] = {}
        for event in session.scalars(
            select(SubscriptionEvent)
            .where(SubscriptionEvent.subscription_id.in_([row.id for row in chunk]))
            .order_by(SubscriptionEvent.happened_on, SubscriptionEvent.recorded_at, SubscriptionEvent.id)
        ):
            histories.setdefault(event.subscription_id, []).append(event)
        for account_id, subscription_id, reference, status in chunk:
            now = None
            for event in histories.get(subscription_id, ()):
                before, after = event.before.get("status"), event.after.get("status")
                if after is None:
                    continue  # tells of what is only scheduled
                if now is not None and before != now:
                    yield account_id, reference, str(now), f"{before} before {event.kind}"
                if before is not None and before != after and after not in NEXT[Status(before)]:
                    yield account_id, reference, f"no move from {before} to {after}", event.kind
                now = after
            if now != status:
                yield account_id, reference, str(now or "an event"), status


def periods(session: Session) -> Found:
    """Billed periods are counted from 1 without a gap and follow each other without a hole; the last one is running."""
    counted = (
        select(
            BilledPeriod.account_id,
            BilledPeriod.subscription_id,
            func.count(BilledPeriod.id).label("number"),
            func.max(BilledPeriod.sequence).label("last"),
        )
        .group_by(BilledPeriod.account_id, BilledPeriod.subscription_id)
        .subquery()
    )
    rows = session.execute(
        select(Subscription.account_id, Subscription.reference, Subscription.sequence, counted.c.number, counted.c.last)
        .outerjoin(
            counted,
            and_(counted.c.account_id == Subscription.account_id, counted.c.subscription_id == Subscription.id),
        )
        .where(
            or_(
                Subscription.sequence != func.coalesce(counted.c.number, 0),
                Subscription.sequence != func.coalesce(counted.c.last, 0),
            )
        )
    )
    for account_id, reference, sequence, number, last in rows:
        yield account_id, reference, int(sequence), int((last if number == sequence else number) or 0)
    yield from _holes(session)
    running = session.execute(
        select(Subscription, BilledPeriod)
        .join(
            BilledPeriod,
            and_(
                BilledPeriod.account_id == Subscription.account_id,
                BilledPeriod.subscription_id == Subscription.id,
                BilledPeriod.sequence == Subscription.sequence,
            ),
        )
        .where(
            Subscription.status.in_(PAID),
            Subscription.is_trial.is_(False),
            or_(BilledPeriod.starts_on != Subscription.period_start, BilledPeriod.ends_on != Subscription.period_end),
        )
    )
    for row, billed in running:
        wanted = f"{billed.starts_on} .. {billed.ends_on}"
        yield row.account_id, row.reference, wanted, f"{row.period_start} .. {row.period_end}"


def _holes(session: Session) -> Found:
    before, after = aliased(BilledPeriod), aliased(BilledPeriod)
    rows = session.execute(
        select(Subscription.account_id, Subscription.reference, before, after)
        .select_from(before)
        .join(
            after,
            and_(
                after.account_id == before.account_id,
                after.subscription_id == before.subscription_id,
                after.sequence == before.sequence + 1,
            ),
        )
        .join(
            Subscription,
            and_(Subscription.account_id == before.account_id, Subscription.id == before.subscription_id),
        )
        .where(or_(after.starts_on > before.ends_on, after.starts_on < before.starts_on))
    )
    for account_id, reference, first, then in rows:
        wanted = f"from {first.starts_on} to {first.ends_on}"
        yield account_id, f"{reference} period {then.sequence}", wanted, then.starts_on.isoformat()


def trials(session: Session) -> Found:
    """A trial never meets a charge: no line stands on a trial, or on days before it was converted."""
    rows = session.execute(
        select(Subscription.account_id, Subscription.reference, func.min(DocumentLine.starts_on))
        .join(
            DocumentLine,
            and_(DocumentLine.account_id == Subscription.account_id, DocumentLine.subscription_id == Subscription.id),
        )
        .where(
            Subscription.trial_starts_on.is_not(None),
            DocumentLine.kind == "charge",
            or_(Subscription.is_trial, DocumentLine.starts_on < Subscription.starts_on),
        )
        .group_by(Subscription.account_id, Subscription.reference)
    )
    for account_id, reference, day in rows:
        yield account_id, reference, "no charge", f"one from {day}"


def access(session: Session) -> Found:
    """Each subscription has its entitlement: open while it runs, until the trial's end or the last paid day else."""
    ends_on = case(
        (Subscription.is_trial, func.coalesce(Subscription.ends_on, Subscription.trial_ends_on)),
        else_=Subscription.ends_on,
    )
    rows = session.execute(
        select(Subscription, Entitlement, ends_on)
        .outerjoin(
            Entitlement,
            and_(Entitlement.account_id == Subscription.account_id, Entitlement.subscription_id == Subscription.id),
        )
        .where(
            or_(
                Entitlement.id.is_(None),
                Entitlement.product != Subscription.product,
                func.coalesce(Entitlement.ends_on, _FAR) != func.coalesce(ends_on, _FAR),
            )
        )
    )
    for row, right, wanted in rows:
        found = "none" if right is None else f"{right.product} until {right.ends_on or 'further notice'}"
        yield row.account_id, row.reference, f"{row.product} until {wanted or 'further notice'}", found


_FAR = literal(date(9999, 12, 31), Date)


def seats_counted(session: Session) -> Found:
    """Seats assigned are counted right, and never more than were bought."""
    active = (
        select(Seat.account_id, Seat.subscription_id, func.count(Seat.id).label("number"))
        .where(Seat.released_at.is_(None))
        .group_by(Seat.account_id, Seat.subscription_id)
        .subquery()
    )
    number = func.coalesce(active.c.number, 0)
    rows = session.execute(
        select(Subscription.account_id, Subscription.reference, Subscription.seats_assigned, Subscription.seats, number)
        .outerjoin(
            active, and_(active.c.account_id == Subscription.account_id, active.c.subscription_id == Subscription.id)
        )
        .where(or_(Subscription.seats_assigned != number, number > Subscription.seats))
    )
    for account_id, reference, assigned, seats, found in rows:
        yield account_id, reference, int(found if assigned != found else seats), int(assigned)


def seats_once(session: Session) -> Found:
    """A user holds one active seat of a product, of a subscription to that product; none: suspended."""
    twice = session.execute(
        select(Seat.account_id, LicensedUser.email, Seat.product, func.count(Seat.id))
        .join(LicensedUser, and_(LicensedUser.account_id == Seat.account_id, LicensedUser.id == Seat.user_id))
        .where(Seat.released_at.is_(None))
        .group_by(Seat.account_id, LicensedUser.email, Seat.product)
        .having(func.count(Seat.id) > 1)
    )
    for account_id, email, product, number in twice:
        yield account_id, f"{email} {product}", 1, int(number)
    foreign = session.execute(
        select(Seat.account_id, LicensedUser.email, Subscription.product, Seat.product)
        .join(LicensedUser, and_(LicensedUser.account_id == Seat.account_id, LicensedUser.id == Seat.user_id))
        .join(
            Subscription,
            and_(Subscription.account_id == Seat.account_id, Subscription.id == Seat.subscription_id),
        )
        .where(Subscription.product != Seat.product)
    )
    for account_id, email, product, found in foreign:
        yield account_id, email, product, found
