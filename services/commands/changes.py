"""Changes of subscriptions that are no order: what waits for a renewal withdrawn, and the newest price put there."""

from dataclasses import replace
from datetime import date

from sqlalchemy import select

from data.models import OutboxMail, Product
from services import facts
from services.access import acting, keep_to, record
from services.deeds import lifecycle_mails as mails
from services.deeds.endings import subscription_of
from services.facts.accounts import open_account
from services.journal import schedule_change, withdraw_change
from services.journal.scheduled import shown
from services.permissions import Actor, Permission
from services.rules.bulk_changes import DoesNotRenew, NoBillingContact, renewal_of
from services.rules.cancelling import last_day_to_act
from services.rules.change_items import check_changeable
from services.rules.lifecycle import Status
from services.rules.order_items import ItemKind, OrderItem
from services.rules.scheduled import NothingScheduled, ScheduledFields


def withdraw_scheduled_change(actor: Actor, account_id: int, subscription_id: int, *, today: date) -> None:
    """Take back the change that waits for the subscription's renewal. Raises NotFound, NothingScheduled."""
    with acting(actor, Permission.CHANGE_SUBSCRIPTIONS) as session:
        account = open_account(session, account_id)
        keep_to(session, account)
        subscription = subscription_of(session, account, subscription_id)
        row = withdraw_change(session, subscription, today)
        if row is None:
            raise NothingScheduled()
        record(
            session,
            "withdraw_scheduled_change",
            account_id=account.id,
            subject=subscription.reference,
            subject_id=subscription.id,
            before=shown(row),
        )


def schedule_new_price(actor: Actor, account_id: int, subscription_id: int, *, today: date) -> bool:
    """Have the next renewal take the price valid on its day, beside whatever else waits for it.

    Returns whether that is new: asked for again, nothing changes. Raises NotFound, and as a change does for a
    subscription that has not started, is cancelled or over.
    """
    with acting(actor, Permission.CHANGE_SUBSCRIPTIONS) as session:
        account = open_account(session, account_id)
        keep_to(session, account)
        subscription = subscription_of(session, account, subscription_id)
        check_changeable(
            session.get_one(Product, subscription.product).name,
            Status(subscription.status),
            is_trial=subscription.is_trial,
            starts_on=subscription.starts_on,
            ends_on=subscription.period_end,
        )
        waiting = facts.scheduled_fields(session, account.id).get(subscription.id)
        if waiting is not None and waiting.takes_new_price:
            return False
        fields = replace(waiting or ScheduledFields(), takes_new_price=True)
        schedule_change(session, subscription, fields, today=today, order_id=None, actor_id=actor.user_id)
        record(
            session,
            "schedule_new_price",
            account_id=account.id,
            subject=subscription.reference,
            subject_id=subscription.id,
            after={"takes_new_price": True},
        )
        return True


def send_renewal_notice(actor: Actor, account_id: int, subscription_id: int, *, today: date) -> bool:
    """Mail the billing contact when and at what price the subscription renews; one a day.

    Returns whether it was sent now: asked for again, nothing happens. Raises NotFound, DoesNotRenew, NoBillingContact,
    NoPrice, and as a change does for what does not run.
    """
    with acting(actor, Permission.CHANGE_SUBSCRIPTIONS) as session:
        account = open_account(session, account_id)
        keep_to(session, account)
        subscription = subscription_of(session, account, subscription_id)
        asked = OrderItem(ItemKind.CHANGE, subscription.plan, subscription.seats, subscription_id=subscription.id)
        found = facts.order_facts(session, actor, account, [asked])
        owned = next(one for one in found.owned if one.subscription_id == subscription.id)
        renews_on = subscription.period_end
        about = mails.about(session, subscription)
        check_changeable(
            about.product,
            Status(subscription.status),
            is_trial=subscription.is_trial,
            starts_on=subscription.starts_on,
            ends_on=renews_on,
        )
        if not subscription.is_auto_renewed:
            raise DoesNotRenew(product=about.product, ends_on=renews_on)
        parties = mails.parties_of(session, account, actor)
        if not parties.recipients:
            raise NoBillingContact
        renewal = renewal_of(owned, found)
        key = mails.renewal_key(subscription.id, renews_on, today)
        if session.scalar(select(OutboxMail.id).where(OutboxMail.event_key == key)) is not None:
            return False
        letter = mails.renewal_notice(
            parties,
            about,
            renews_on=renews_on,
            days=(renews_on - today).days,
            act_until=last_day_to_act(renews_on, subscription.notice_days),
            interval=renewal.terms.price.interval,
            net=renewal.line.amount,
        )
        mails.queue(session, account, letter)
        record(
            session,
            "send_renewal_notice",
            account_id=account.id,
            subject=subscription.reference,
            subject_id=subscription.id,
            after={"recipients": list(parties.recipients)},
        )
        return True
