"""Ends of trials and subscriptions with everything that follows: access, seats, movements, mail and audit row.

What a rep does and what the night does are the same acts. Each takes the locked account, reads the row anew and does
nothing where another was faster, so that whatever runs at the same minute ends a subscription once.
"""

from datetime import date

from sqlalchemy.orm import Session

from data.models import Account, Subscription
from services.access import record
from services.deeds import lifecycle_mails as mails
from services.errors import NotFound
from services.journal import lifecycle as journal
from services.permissions import Actor
from services.rules.conversions import Conversion
from services.rules.lifecycle import Status


def subscription_of(session: Session, account: Account, subscription_id: int) -> Subscription:
    """A subscription of the locked account as it is now; raises NotFound."""
    row = session.get(Subscription, (account.id, subscription_id), with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(kind="subscription")
    return row


def expire_trial(session: Session, account: Account, subscription_id: int, *, on: date) -> bool:
    """End a trial that nobody converted; its seats are released. False where it is no running trial any more."""
    subscription = subscription_of(session, account, subscription_id)
    if subscription.status != Status.TRIALING:
        return False
    _end_trial(session, account, subscription, "trial_expired", on)
    return True


def end_trial(
    session: Session, account: Account, subscription: Subscription, reason: str, actor: Actor, *, on: date
) -> None:
    """End a running trial before its day."""
    _end_trial(session, account, subscription, "trial_ended", on, reason, actor)


def convert_trial(session: Session, account: Account, subscription_id: int, done: Conversion) -> bool:
    """Turn a trial into what its end action says; the invoice is the night's. False where it is no running trial."""
    subscription = subscription_of(session, account, subscription_id)
    if subscription.status != Status.TRIALING:
        return False
    journal.convert_by_itself(session, account, subscription, done)
    _record(
        session,
        subscription,
        "convert_trial",
        {"status": Status.TRIALING.value},
        {"plan": subscription.plan},
        done.period.start,
    )
    return True


def end_subscription(session: Session, account: Account, subscription_id: int, *, on: date) -> bool:
    """End a cancelled subscription, or one that is not renewed, with its term. False where neither is so any more."""
    subscription = subscription_of(session, account, subscription_id)
    before = Status(subscription.status)
    if before is Status.PENDING_CANCELLATION:
        to, kind = Status.CANCELLED, "subscription_ended"
    elif before is Status.ACTIVE and not subscription.is_auto_renewed:
        to, kind = Status.EXPIRED, "subscription_expired"
    else:
        return False
    event = journal.end(session, account, subscription, to, kind, on)
    parties, about = mails.parties_of(session, account), mails.about(session, subscription)
    mails.queue(session, account, mails.subscription_ended(parties, about, ended_on=on, event_id=event))
    _record(session, subscription, "end_subscription", {"status": before.value}, {"status": to.value}, on)
    return True


def _end_trial(
    session: Session,
    account: Account,
    subscription: Subscription,
    kind: str,
    on: date,
    reason: str = "",
    actor: Actor | None = None,
) -> None:
    event = journal.end(session, account, subscription, Status.EXPIRED, kind, on, reason)
    parties, about = mails.parties_of(session, account, actor), mails.about(session, subscription)
    mails.queue(session, account, mails.trial_expired(parties, about, ended_on=on, event_id=event))
    after = {"status": Status.EXPIRED.value} | ({"reason": reason} if reason else {})
    _record(session, subscription, "end_trial", {"status": Status.TRIALING.value}, after, on)


def _record(
    session: Session, subscription: Subscription, action: str, before: dict[str, str], after: dict[str, str], on: date
) -> None:
    record(  # once in a subscription's life: a night that is resumed writes the same row
        session,
        action,
        account_id=subscription.account_id,
        subject=subscription.reference,
        subject_id=subscription.id,
        before=before,
        after=after,
        key=(on, f"{action} {subscription.id}"),
    )
