"""What waits for a decision: a kind's most urgent lines, cancellations that can be taken back, approvals to give."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.orm import Session

from data.models import Account, Approval, Product, Subscription
from data.money import Money
from services.access import keeping_order
from services.deeds.approvals import DEEDS
from services.permissions import Actor
from services.rules.approvals import ApprovalStatus
from services.rules.lifecycle import Status

SHOWN = 8  # of a kind
COUNTED = 100  # more are not counted: the list behind says how many


@dataclass(frozen=True, slots=True)
class Decision:
    """Something that waits. `subject`: product, number or kind of mail; `count`: items, seats, free seats or tries.

    `due_on`: the day it ends, renews, fell due or was left; `act_until`: the last day to act before a renewal.
    """

    account_id: int
    account: str
    subject: str = ""
    due_on: date | None = None
    act_until: date | None = None
    count: int = 0
    amount: Money | None = None
    ids: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Waiting:
    """All decisions of a kind: the most urgent, and how many there are (100 stands for 100 or more).

    `kind`: trials · carts · renewals · cancellations · approvals · mails · incomplete · overdue · vat_numbers ·
    new_seats.
    """

    kind: str
    rows: tuple[Decision, ...]
    total: int


def waiting_of(
    session: Session, kind: str, statement: Select[*tuple[object, ...]], rows: Iterable[Decision]
) -> Waiting:
    """The decisions listed, and how many the statement finds in all."""
    listed = tuple(rows)
    if len(listed) < SHOWN:
        return Waiting(kind, listed, len(listed))
    some = statement.with_only_columns(literal(1), maintain_column_froms=True).order_by(None).limit(COUNTED)
    return Waiting(kind, listed, int(session.scalar(select(func.count()).select_from(some.subquery())) or 0))


def subscriptions(session: Session, kind: str, *criteria: ColumnElement[bool]) -> Waiting:
    """Subscriptions by the end of their period, and of accounts by name where it is the same day."""
    found = (
        select(Subscription.account_id, Subscription.id)
        .where(*criteria)
        .order_by(Subscription.period_end, Subscription.id)
    )
    keys = session.execute(found.limit(SHOWN)).all()
    counted = found.order_by(None).limit(COUNTED).subquery()
    total = session.scalar(select(func.count()).select_from(counted)) if len(keys) == SHOWN else len(keys)
    shown = (
        select(Subscription, Account.legal_name, Product.name)
        .join(Account, Account.id == Subscription.account_id)
        .join(Product, Product.code == Subscription.product)
        .where(
            Subscription.account_id.in_([account_id for account_id, _ in keys]),
            Subscription.id.in_([subscription_id for _, subscription_id in keys]),
        )
        .order_by(Subscription.period_end, Account.search_text)
    )
    rows = tuple(
        Decision(
            row.account_id,
            account,
            product,
            row.ends_on if kind == "cancellations" else row.period_end,
            row.period_end - timedelta(days=row.notice_days) if kind == "renewals" else None,
            count=row.seats,
            ids={"subscription": row.id},
        )
        for row, account, product in session.execute(shown)
    )
    return Waiting(kind, rows, int(total or 0))


def cancellations(session: Session) -> Waiting:
    """Subscriptions that end by cancellation, the next first: until then they can be won back."""
    with keeping_order(session):  # few of all subscriptions
        return subscriptions(session, "cancellations", Subscription.status == Status.PENDING_CANCELLATION)


def approvals(session: Session, actor: Actor) -> Waiting:
    """Requests that wait for this actor as the second person, the oldest first."""
    kinds = [kind.value for kind, deed in DEEDS.items() if actor.may(deed.decided_by)]
    statement = (
        select(Account.id, Account.legal_name, Approval.kind, Approval.requested_at)
        .join(Account, Account.id == Approval.account_id)
        .where(
            Approval.status == ApprovalStatus.PENDING,
            Approval.kind.in_(kinds),
            Approval.requested_by != actor.user_id,
        )
        .order_by(Approval.requested_at, Approval.id)
    )
    rows = (
        Decision(account, name, kind, asked_at.date())
        for account, name, kind, asked_at in session.execute(statement.limit(SHOWN))
    )
    return waiting_of(session, "approvals", statement, rows)
