"""A trial made longer: by a rep within the limit, by an approval beyond it; the same act."""

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from data.models import Account, Product, Subscription
from data.period import Period
from services import facts
from services.access import record
from services.deeds import endings
from services.deeds import lifecycle_mails as mails
from services.journal import lifecycle as journal
from services.permissions import Actor
from services.rules import trials
from services.rules.lifecycle import Status
from services.rules.trials import NotATrial, TrialOver, TrialPolicy


def running_trial(session: Session, account: Account, subscription_id: int, today: date) -> Subscription:
    """A trial of the locked account that runs today; raises NotATrial, TrialOver, NotFound."""
    subscription = endings.subscription_of(session, account, subscription_id)
    product = session.get_one(Product, subscription.product).name
    if not subscription.is_trial:
        raise NotATrial(product=product)
    if subscription.status != Status.TRIALING or subscription.period_end <= today:
        raise TrialOver(product=product, ended_on=subscription.ends_on or subscription.period_end)
    return subscription


def longer(subscription: Subscription, policy: TrialPolicy | None, *, days: int, limit: int) -> Period:
    """The trial's days when it is so many days longer; raises ExtensionOverLimit."""
    period = Period(subscription.period_start, subscription.period_end)
    # what it was granted by is its own length: the catalog may offer another one by now
    granted = replace(policy or TrialPolicy(), days=max(1, period.days - subscription.trial_extension_days))
    return trials.extended(period, granted, days=days, limit=limit)


def extend(
    session: Session,
    actor: Actor,
    account: Account,
    subscription: Subscription,
    *,
    days: int,
    reason: str,
    limit: int,
    today: date,
) -> date:
    """Extend a running trial with event, mail and audit row; returns the first day after it."""
    policy = facts.trial_policy(session.get_one(Product, subscription.product))
    period = longer(subscription, policy, days=days, limit=limit)
    before = subscription.period_end
    event = journal.lengthen_trial(session, subscription, period, days, reason, today)
    parties, about = mails.parties_of(session, account, actor), mails.about(session, subscription)
    mails.queue(session, account, mails.trial_extended(parties, about, ends_on=period.end, event_id=event))
    record(
        session,
        "extend_trial",
        account_id=account.id,
        subject=subscription.reference,
        subject_id=subscription.id,
        before={"ends_on": before.isoformat()},
        after={"ends_on": period.end.isoformat(), "days": days, "reason": reason},
    )
    return period.end
