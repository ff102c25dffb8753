"""Subscriptions cancelled at the end of their term, reactivated until then, and renewed by themselves or not."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from data.models import Account, Product, Subscription
from services.access import acting, record
from services.deeds import before_start, endings
from services.deeds import lifecycle_mails as mails
from services.errors import Invalid
from services.facts.accounts import open_account
from services.journal import lifecycle as journal
from services.permissions import Actor, Permission
from services.rules import cancelling, text
from services.rules.cancelling import Term
from services.rules.changes import NothingChanges
from services.rules.lifecycle import Status


def cancel_subscription(actor: Actor, account_id: int, subscription_id: int, reason: str, today: date) -> date:
    """Have a subscription end with its paid period, without a credit; returns the first day without access.

    One that has not begun never does, and what was invoiced for it is credited in full. What is scheduled for the
    renewal waits, and comes back with `reactivate_subscription` (billing rules §5, §7). Raises `StatusMoveRefused`,
    `StartDue`, `TrialNotCancelled`, `RenewalDue`, `Invalid`, `NotFound`, `SelfServiceAccount`.
    """
    reason = text.one_line(reason)
    Invalid.when(text.reason_problems(reason, limit=text.LONGEST_LINE))
    with acting(actor, Permission.CHANGE_SUBSCRIPTIONS) as session:
        account = open_account(session, account_id)
        subscription = endings.subscription_of(session, account, subscription_id)
        term = _term(session, subscription)
        if cancelling.is_called_off(term, today):
            return _call_off(session, actor, account, subscription, reason, today)
        ends_on = cancelling.end_of_term(term, today)
        event = journal.cancel(session, subscription, ends_on, reason, today)
        parties, about = mails.parties_of(session, account, actor), mails.about(session, subscription)
        mails.queue(session, account, mails.cancellation_confirmed(parties, about, ends_on=ends_on, event_id=event))
        after = {"status": subscription.status, "ends_on": ends_on.isoformat(), "reason": reason}
        _record(session, account, "cancel_subscription", subscription, {"status": Status.ACTIVE.value}, after)
        return ends_on


def reactivate_subscription(actor: Actor, account_id: int, subscription_id: int, today: date) -> date:
    """Take a cancellation back before it takes effect; returns the day on which the period ends and renews.

    Raises `EndReached`, `NotCancelled`, `NotFound`, `SelfServiceAccount`.
    """
    with acting(actor, Permission.CHANGE_SUBSCRIPTIONS) as session:
        account = open_account(session, account_id)
        subscription = endings.subscription_of(session, account, subscription_id)
        cancelling.check_reactivation(_term(session, subscription), today)
        before = {"status": subscription.status, "reason": subscription.cancel_reason}
        event = journal.reactivate(session, subscription, today)
        parties, about = mails.parties_of(session, account, actor), mails.about(session, subscription)
        renews_on = subscription.period_end
        mails.queue(
            session,
            account,
            mails.reactivated(parties, about, renews_on=renews_on, renews=subscription.is_auto_renewed, event_id=event),
        )
        _record(session, account, "reactivate_subscription", subscription, before, {"status": subscription.status})
        return renews_on


def set_auto_renewal(actor: Actor, account_id: int, subscription_id: int, is_on: bool, today: date) -> date:
    """Have a subscription renew by itself, or end with its period; returns the last day to act before that period ends.

    The agreed notice is shown and does not bind the portal (billing rules §7). Raises `NothingChanges`,
    `StatusMoveRefused`, `TrialNotCancelled`, `RenewalDue`, `NotFound`, `SelfServiceAccount`.
    """
    with acting(actor, Permission.CHANGE_SUBSCRIPTIONS) as session:
        account = open_account(session, account_id)
        subscription = endings.subscription_of(session, account, subscription_id)
        cancelling.check_renewal(_term(session, subscription), today)
        if subscription.is_auto_renewed == is_on:
            raise NothingChanges
        journal.set_renewal(session, subscription, is_on, today)
        _record(session, account, "set_auto_renewal", subscription, {"renews": not is_on}, {"renews": is_on})
        return cancelling.last_day_to_act(subscription.period_end, subscription.notice_days)


def _call_off(
    session: Session, actor: Actor, account: Account, subscription: Subscription, reason: str, today: date
) -> date:
    event, notes = before_start.call_off(session, account, subscription, reason, today)
    starts_on = subscription.starts_on
    parties, about = mails.parties_of(session, account, actor), mails.about(session, subscription)
    mails.queue(
        session,
        account,
        mails.cancellation_confirmed(parties, about, ends_on=starts_on, event_id=event, is_called_off=True),
    )
    after = {"status": subscription.status, "reason": reason, "documents": [note.number for note in notes]}
    _record(session, account, "cancel_subscription", subscription, {"status": Status.SCHEDULED.value}, after)
    return starts_on


def _term(session: Session, row: Subscription) -> Term:
    return Term(
        product=session.get_one(Product, row.product).name,
        status=Status(row.status),
        is_trial=row.is_trial,
        starts_on=row.starts_on,
        period_end=row.period_end,
        ends_on=row.ends_on,
    )


def _record(
    session: Session,
    account: Account,
    action: str,
    subscription: Subscription,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> None:
    record(
        session,
        action,
        account_id=account.id,
        subject=subscription.reference,
        subject_id=subscription.id,
        before=before,
        after=after,
    )
