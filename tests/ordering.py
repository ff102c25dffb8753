"""Orders as tests place them: what the preview shows is agreed to."""

from dataclasses import replace
from datetime import date

from data.period import Interval
from services.commands.orders import PlacedOrder, place_order
from services.permissions import Actor
from services.queries.orders import preview_order
from services.rules.order_request import OrderRequest
from services.rules.ordering import ItemKind, OrderItem
from tests.builders import TODAY

PRO = OrderItem(ItemKind.PURCHASE, "support-pro", 10, Interval.YEAR)
TRIAL = OrderItem(ItemKind.TRIAL, "meetings-team", 5)


def request(account: int, *items: OrderItem, key: str = "key-1", **more: object) -> OrderRequest:
    """A request with its evidence."""
    plain = OrderRequest(account, key, items, evidence="mail", evidence_reference="Mail of 11 April")
    return replace(plain, **more)  # type: ignore[arg-type]


def order(actor: Actor, wanted: OrderRequest, today: date = TODAY) -> PlacedOrder:
    """Place what the preview shows."""
    return place_order(actor, wanted, agreed=preview_order(actor, wanted, today=today).total, today=today)
