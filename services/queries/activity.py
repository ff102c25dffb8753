"""What happened on an account: its audit trail and the events of its subscriptions, who and for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from data.models import Account, AuditEntry, Product, Subscription, SubscriptionEvent, User
from services.access import reading
from services.errors import NotFound
from services.permissions import Actor, Permission
from services.rules.activity import Happened


@dataclass(frozen=True, slots=True)
class Activity:
    """A page of what happened, the latest first, and the `total` of all pages."""

    rows: tuple[Happened, ...]
    total: int


def account_activity(actor: Actor, account_id: int, *, limit: int = 25, offset: int = 0) -> Activity:
    """What happened on an account; raises `NotFound` for one that is unknown or another rep's."""
    with reading(actor, Permission.SEE_ACCOUNTS, of=account_id) as session:
        # the audit trail has no row scope of its own: the account's decides
        if session.scalar(select(Account.id).where(Account.id == account_id)) is None:
            raise NotFound(kind="account")
        upto = limit + offset
        rows = [*_audit(session, account_id, upto), *_events(session, account_id, upto)]
        rows.sort(key=lambda row: row.at, reverse=True)
        total = session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.account_id == account_id))
        events = session.scalar(
            select(func.count()).select_from(SubscriptionEvent).where(SubscriptionEvent.account_id == account_id)
        )
        return Activity(tuple(rows[offset:upto]), int(total or 0) + int(events or 0))


def _audit(session: Session, account_id: int, upto: int) -> list[Happened]:
    absent = aliased(User)
    rows = session.execute(
        select(AuditEntry, User.name, absent.name)
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .outerjoin(absent, absent.id == AuditEntry.on_behalf_of)
        .where(AuditEntry.account_id == account_id)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(upto)
    )
    return [
        Happened(entry.at, name or "", other or "", entry.action, entry.subject, changed(entry.before, entry.after))
        for entry, name, other in rows
    ]


def _events(session: Session, account_id: int, upto: int) -> list[Happened]:
    rows = session.execute(
        select(SubscriptionEvent, Product.name, User.name)
        .join(
            Subscription,
            (Subscription.account_id == SubscriptionEvent.account_id)
            & (Subscription.id == SubscriptionEvent.subscription_id),
        )
        .join(Product, Product.code == Subscription.product)
        .outerjoin(User, User.id == SubscriptionEvent.actor_id)
        .where(SubscriptionEvent.account_id == account_id)
        .order_by(SubscriptionEvent.recorded_at.desc(), SubscriptionEvent.id.desc())
        .limit(upto)
    )
    return [
        Happened(event.recorded_at, name or "", "", event.kind, product, changed(event.before, event.after))
        for event, product, name in rows
    ]


def changed(before: Any, after: Any) -> tuple[tuple[str, Any, Any], ...]:
    """What differs between two stored states: (field, before, after)."""
    old: Mapping[str, Any] = before if isinstance(before, dict) else {}
    new: Mapping[str, Any] = after if isinstance(after, dict) else {}
    names = [*new, *(name for name in old if name not in new)]
    return tuple((name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name))
