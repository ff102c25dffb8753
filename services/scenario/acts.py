"""Events done through the portal's commands."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import select

from data.models import LicensedUser
from services.access import reading
from services.commands.orders import place_order
from services.commands.purchase_orders import save_purchase_order
from services.commands.seats import assign_seats, release_seats
from services.errors import NotFound, Refusal
from services.permissions import Permission
from services.queries.orders import preview_order
from services.rules.order_request import OrderRequest
from services.rules.ordering import ItemKind, OrderItem
from services.rules.purchase_order_form import PurchaseOrderForm
from services.scenario.stage import Stage
from services.scenario.story import Event, MovesSeats, PlacesOrder


def do(stage: Stage, event: Event) -> Refusal | None:
    """Do it; the refusal where the portal says no, and nothing is left of it then."""
    try:
        _DOES[type(event)](stage, event)
    except Refusal as refusal:
        return refusal
    return None


def find(stage: Stage, ref: str) -> tuple[int, int]:
    """The subscription's account and id. Raises NotFound: its order is still to come, or was refused."""
    if ref not in stage.subscriptions:
        raise NotFound(kind="subscription", ref=ref)
    return stage.subscriptions[ref]


def place(stage: Stage, request: OrderRequest, today: date) -> tuple[int, ...]:
    """Place an order as a rep does: what the preview comes to is agreed. Returns the subscription of each item."""
    preview = preview_order(stage.actor, request, today=today)
    return place_order(stage.actor, request, agreed=preview.total, today=today).subscription_ids


def _request(account: int, key: str, items: tuple[OrderItem, ...], po: int | None = None) -> OrderRequest:
    return OrderRequest(
        account,
        request_key=key,
        items=items,
        evidence="mail",
        evidence_reference="As the story tells",
        po_id=po,
        accepts_new_period=True,
    )


def _order(stage: Stage, event: PlacesOrder) -> None:
    account = stage.accounts[event.account]
    items = tuple(
        OrderItem(ItemKind.TRIAL if item.is_trial else ItemKind.PURCHASE, item.plan, item.seats, item.interval)
        for item in event.items
    )
    po = _purchase_order(stage, account, event, items) if event.po else None
    placed = place(stage, _request(account, event.place, items, po), event.on)
    for item, subscription in zip(event.items, placed, strict=True):
        stage.subscriptions[item.ref] = (account, subscription)


def _purchase_order(stage: Stage, account: int, event: PlacesOrder, items: tuple[OrderItem, ...]) -> int:
    """The customer's purchase order, written down with the first order that names it and is not refused."""
    known, number = stage.purchase_orders, event.po or ""
    if (account, number) not in known:
        preview = preview_order(stage.actor, _request(account, event.place, items), today=event.on)
        if preview.refusals:
            raise preview.refusals[0]
        known[account, number] = save_purchase_order(stage.actor, account, PurchaseOrderForm(number), today=event.on)
    return known[account, number]


def _assign_seats(stage: Stage, event: MovesSeats) -> None:
    account, subscription = find(stage, event.ref)
    if event.do == "assign_seats":
        assign_seats(stage.actor, account, subscription, pasted="\n".join(event.users), notify=True, today=event.on)
        return
    with reading(stage.actor, Permission.SEE_SEATS) as session:
        wanted = [user.lower() for user in event.users]
        found = select(LicensedUser.email, LicensedUser.id).where(
            LicensedUser.account_id == account, LicensedUser.email.in_(wanted)
        )
        users: dict[str, int] = dict(session.execute(found).tuples())
    unknown = [user for user in wanted if user not in users]
    if unknown:
        raise NotFound(kind="licensed_user", users=unknown)
    release_seats(stage.actor, account, subscription, list(users.values()), notify=True, today=event.on)


_DOES: dict[type[Event], Callable[[Stage, Any], None]] = {
    PlacesOrder: _order,
    MovesSeats: _assign_seats,
}
