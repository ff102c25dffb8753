"""What stands on the tabs of an account: subscriptions and trials, orders, invoices."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from data.models import (
    Contact,
    Dispute,
    Document,
    Movement,
    Order,
    OrderLine,
    Plan,
    Product,
    PurchaseOrder,
    Subscription,
    User,
)
from services.access import reading
from services.permissions import Actor, Permission
from services.rules.lifecycle import Status

_ORDER = {
    Status.TRIALING: 0,
    Status.ACTIVE: 1,
    Status.PENDING_CANCELLATION: 1,
    Status.SCHEDULED: 2,
    Status.EXPIRED: 3,
    Status.CANCELLED: 3,
}


def subscriptions_of(actor: Actor, account_id: int, today: date) -> pd.DataFrame:
    """The account's subscriptions and trials, what runs first.

    Columns: id, account_id (int), reference, product, plan (texts), status (Status, or past_due), interval (Interval;
    "" for a trial), seats, assigned (int), starts_on, until_on (date: the trial's or paid period's end), renews (bool),
    mrr_minor (minor units) with currency (None for a trial). Past due is shown, not stored: billing rules §7.
    """
    with reading(actor, Permission.SEE_SUBSCRIPTIONS, of=account_id) as session:
        owned = Subscription.account_id == account_id
        rows = session.execute(
            select(Subscription, Product.name, Plan.name)
            .join(Product, Product.code == Subscription.product)
            .join(Plan, Plan.code == Subscription.plan)
            .where(owned)
            .order_by(case(_ORDER, value=Subscription.status, else_=9), Subscription.period_end, Subscription.id)
        ).all()
        mrr = _mrr(session, account_id, today)
        late = late_orders(session, account_id, today)
        frame = [
            (
                row.id,
                row.account_id,
                row.reference,
                product,
                plan,
                "past_due" if row.status == Status.ACTIVE and row.order_id in late else row.status,
                "" if row.status == Status.TRIALING else row.interval,
                row.seats,
                row.seats_assigned,
                row.starts_on,
                row.ends_on or row.period_end,
                row.status == Status.ACTIVE and row.is_auto_renewed,
                None if row.is_trial else mrr.get(row.id, (0, None))[0],
                None if row.is_trial else mrr.get(row.id, (0, None))[1],
            )
            for row, product, plan in rows
        ]
    return _table(
        frame,
        "id account_id reference product plan status interval seats assigned starts_on until_on renews mrr_minor "
        "currency",
    )


def orders_of(actor: Actor, account_id: int) -> pd.DataFrame:
    """The account's orders, the newest first.

    Columns: id, account_id (int), number, placed_on (date), ordered_by (the contact), placed_by (the user), evidence
    (code: purchase_order · mail · call), evidence_reference, items (int), total_minor with currency (minor units).
    """
    with reading(actor, Permission.SEE_SUBSCRIPTIONS, of=account_id) as session:
        items = (
            select(func.count())
            .where(OrderLine.account_id == Order.account_id, OrderLine.order_id == Order.id)
            .correlate(Order)
            .scalar_subquery()
        )
        rows = session.execute(
            select(Order, Contact.name, User.name, items)
            .join(User, User.id == Order.placed_by)
            .outerjoin(Contact, (Contact.account_id == Order.account_id) & (Contact.id == Order.contact_id))
            .where(Order.account_id == account_id)
            .order_by(Order.placed_at.desc(), Order.id)
        )
        frame = [
            (
                order.id,
                order.account_id,
                order.number,
                order.placed_on,
                contact or "",
                user,
                order.evidence,
                order.evidence_reference,
                count,
                order.total_minor,
                order.currency,
            )
            for order, contact, user, count in rows
        ]
    return _table(
        frame,
        "id account_id number placed_on ordered_by placed_by evidence evidence_reference items total_minor currency",
    )


def invoices_of(actor: Actor, account_id: int, today: date) -> pd.DataFrame:
    """The account's invoices and credit notes, the newest first.

    Columns: id, account_id (int), number, kind (invoice · credit_note), status (open · partly_paid · overdue ·
    disputed · paid · credited), po_number, issued_on, due_on (date; None for a credit note), total_minor, open_minor
    with currency.
    """
    with reading(actor, Permission.SEE_INVOICES, of=account_id) as session:
        rows = session.execute(
            select(Document, PurchaseOrder.number)
            .outerjoin(
                PurchaseOrder,
                (PurchaseOrder.account_id == Document.account_id) & (PurchaseOrder.id == Document.po_id),
            )
            .where(Document.account_id == account_id)
            .order_by(Document.issued_on.desc(), Document.number.desc())
        )
        in_dispute = set(
            session.scalars(
                select(Dispute.document_id).where(Dispute.account_id == account_id, Dispute.closed_on.is_(None))
            )
        )
        frame = [
            (
                document.id,
                document.account_id,
                document.number,
                document.kind,
                "disputed" if document.id in in_dispute and document.open_minor else _state(document, today),
                po_number or "",
                document.issued_on,
                document.due_on if document.kind == "invoice" else None,
                document.total_minor,
                document.open_minor,
                document.currency,
            )
            for document, po_number in rows
        ]
    return _table(frame, "id account_id number kind status po_number issued_on due_on total_minor open_minor currency")


def _state(document: Document, today: date) -> str:
    if document.kind == "credit_note":
        return "credited"
    if document.open_minor <= 0:
        return "paid"
    if document.due_on < today:
        return "overdue"
    return "open" if document.open_minor == document.total_minor else "partly_paid"


def _mrr(session: Session, account_id: int, today: date) -> dict[int, tuple[int, str]]:
    rows = session.execute(
        select(Movement.subscription_id, func.sum(Movement.amount_minor), func.min(Movement.currency))
        .where(Movement.account_id == account_id, Movement.moved_on <= today)
        .group_by(Movement.subscription_id)
    )
    return {subscription_id: (int(minor), currency) for subscription_id, minor, currency in rows}


def late_orders(session: Session, account_id: int, today: date) -> set[int]:
    """Ids of the account's orders with an invoice that is open after its due day."""
    rows = session.scalars(
        select(Document.order_id).where(
            Document.account_id == account_id, Document.open_minor > 0, Document.due_on < today
        )
    )
    return {order_id for order_id in rows if order_id is not None}


def _table(rows: list[Any], columns: str) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns.split(), dtype=object)
