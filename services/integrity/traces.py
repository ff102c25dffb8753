"""Checks of what events leave behind: one mail each, an audit row each, nothing due that a finished night forgot."""

from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from data.models import (
    Account,
    AuditEntry,
    Contact,
    Document,
    Night,
    Order,
    OrderLine,
    OutboxMail,
    ParkedAccount,
    Payment,
    Subscription,
)
from services.integrity.violations import Found
from services.rules.lifecycle import Status


def mails(session: Session) -> Found:
    """Each document, order and trial has exactly one mail (its key is unique), if there is somebody to write to."""
    documents = select(Document.account_id, Document.number).where(
        Document.taken_over_on.is_(None), ~_mailed(Document.kind, Document.id), _reachable(Document.account_id)
    )
    bought = exists().where(
        OrderLine.account_id == Order.account_id, OrderLine.order_id == Order.id, OrderLine.kind != "trial"
    )
    orders = select(Order.account_id, Order.number).where(bought, ~_mailed("order_confirmation", Order.id))
    tried = (
        select(Subscription.account_id, Subscription.reference)
        .join(
            OrderLine,
            and_(OrderLine.account_id == Subscription.account_id, OrderLine.subscription_id == Subscription.id),
        )
        .where(OrderLine.kind == "trial", ~_mailed("trial_welcome", Subscription.id))
    )
    for statement in (documents, orders, tried):
        for account_id, subject in session.execute(statement):
            yield account_id, subject, "1 mail", "none"


def _mailed(kind: Any, about: Any) -> ColumnElement[bool]:
    named = literal(kind) if isinstance(kind, str) else kind
    key = named + ":" + cast(about, String)
    return exists().where(OutboxMail.event_key == key)


def _reachable(account_id: Any) -> ColumnElement[bool]:
    return exists().where(
        Contact.account_id == account_id,
        Contact.is_active,
        or_(Contact.is_billing_contact, Contact.is_invoice_recipient),
    )


def audits(session: Session) -> Found:
    """Every order and every payment has its audit row."""
    orders = select(Order.account_id, Order.number).where(~_audited(Order, "place_order"))
    payments = select(Payment.account_id, Payment.reference).where(
        Payment.kind == "receipt", Payment.recorded_by.is_not(None), ~_audited(Payment, "record_payment")
    )
    for statement in (orders, payments):
        for account_id, subject in session.execute(statement):
            yield account_id, subject, "an audit row", "none"


def _audited(model: Any, action: str) -> ColumnElement[bool]:
    return exists().where(
        AuditEntry.account_id == model.account_id, AuditEntry.action == action, AuditEntry.subject_id == model.id
    )


def due(session: Session) -> Found:
    """What was due up to the last night that finished was done, but for accounts that were set aside."""
    last = session.scalar(select(func.max(Night.day)).where(Night.finished_at.is_not(None)))
    if last is None:
        return
    parked = exists().where(ParkedAccount.account_id == Subscription.account_id, ParkedAccount.resolved_on.is_(None))
    running = (Status.ACTIVE, Status.PENDING_CANCELLATION)
    forgotten = select(Subscription.account_id, Subscription.reference, Subscription.status, Account.code).where(
        Account.id == Subscription.account_id,
        Account.kind != "self_service",  # the site bills those
        ~parked,
        or_(
            and_(Subscription.status.in_(running), Subscription.period_end <= last),
            and_(Subscription.status == Status.TRIALING, Subscription.trial_ends_on <= last),
            and_(Subscription.status == Status.SCHEDULED, Subscription.starts_on <= last),
        ),
    )
    for account_id, reference, status, code in session.execute(forgotten):
        yield account_id, f"{code} {reference}", f"done by the night of {last}", status
