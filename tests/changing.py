"""Running subscriptions as tests change them, and what was booked for it."""

from dataclasses import replace
from datetime import date

from sqlalchemy import select

from data import database
from data.models import Document, DocumentLine, Subscription
from data.money import Money
from data.period import Interval
from services.commands.orders import PlacedOrder
from services.permissions import Actor
from services.rules.ordering import ItemKind, OrderItem
from tests.builders import TODAY, make_account
from tests.ordering import PRO, order, request

NEW_YEAR = date(2026, 1, 1)


def owned(rep: Actor, item: OrderItem = PRO, day: date = NEW_YEAR, **columns: object) -> tuple[int, int]:
    """An account with a running subscription: both ids."""
    account = make_account(rep=rep, **columns)
    return account, order(rep, request(account, item), today=day).subscription_ids[0]


def change(
    rep: Actor, account: int, subscription: int, day: date = TODAY, *, key: str = "key-2", **wanted: object
) -> PlacedOrder:
    """Place the change: what is not named stays as it runs."""
    with database.read_session() as session:
        row = session.get_one(Subscription, (account, subscription))
        item = OrderItem(ItemKind.CHANGE, row.plan, row.seats, Interval(row.interval), subscription_id=subscription)
    wanted_item = replace(item, **wanted)  # type: ignore[arg-type]
    return order(rep, request(account, wanted_item, key=key, accepts_new_period=True), today=day)


def subscription_row(subscription: int) -> Subscription:
    """The row as it is stored now."""
    with database.read_session() as session:
        row = session.scalars(select(Subscription).where(Subscription.id == subscription)).one()
        session.expunge(row)
        return row


def nets(placed: PlacedOrder) -> list[str]:
    """The lines of the order's documents, credits first, in major units."""
    with database.read_session() as session:
        lines = session.scalars(
            select(DocumentLine)
            .join(Document, Document.id == DocumentLine.document_id)
            .where(DocumentLine.document_id.in_(placed.document_ids))
            .order_by(Document.kind, DocumentLine.position)
        )
        return [f"{Money(line.net_minor, 'EUR').major}" for line in lines]
