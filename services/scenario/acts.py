"""Events done through the portal's commands."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import select

from data.models import Account, Document, DocumentLine, LicensedUser, Subscription
from data.money import Money
from data.period import Interval
from services.access import reading
from services.commands.cancellations import cancel_subscription, reactivate_subscription
from services.commands.changes import schedule_new_price
from services.commands.credit_notes import CreditRequest, credit_invoice
from services.commands.orders import place_order
from services.commands.payments import PaymentRequest, record_payment
from services.commands.purchase_orders import save_purchase_order
from services.commands.seats import assign_seats, release_seats
from services.commands.trials import change_trial, extend_trial
from services.errors import NotFound, Refusal
from services.permissions import Permission
from services.queries.credit_notes import preview_credit
from services.queries.orders import preview_order
from services.rules.credits import CreditScope
from services.rules.lifecycle import Status
from services.rules.order_request import OrderRequest
from services.rules.ordering import ItemKind, OrderItem
from services.rules.payment_means import PaymentMeans
from services.rules.purchase_order_form import PurchaseOrderForm
from services.scenario.stage import Stage
from services.scenario.story import (
    Changes,
    ConvertsTrial,
    Credits,
    Event,
    ExtendsTrial,
    MovesSeats,
    OfSubscription,
    Pays,
    PlacesOrder,
)


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


def _change(stage: Stage, event: Changes) -> None:
    """What the event does not name stays as it runs; it takes the place of what waits for the renewal.

    A trial bills nothing under any timing: it is changed as the trial desk does.
    """
    account, subscription = find(stage, event.ref)
    with reading(stage.actor, Permission.SEE_SUBSCRIPTIONS) as session:
        row = session.get_one(Subscription, (account, subscription))
        plan, interval = event.plan or row.plan, event.interval or Interval(row.interval)
        seats, is_trial = row.seats if event.seats is None else event.seats, row.status == Status.TRIALING
    if is_trial:
        change_trial(stage.actor, account, subscription, plan=plan, seats=seats, interval=interval, today=event.on)
        return
    item = OrderItem(
        ItemKind.CHANGE,
        plan=plan,
        seats=seats,
        interval=interval,
        subscription_id=subscription,
        timing=event.timing,
        replaces_scheduled=True,
    )
    place(stage, _request(account, event.place, (item,)), event.on)


def _convert_trial(stage: Stage, event: ConvertsTrial) -> None:
    account, subscription = find(stage, event.ref)
    with reading(stage.actor, Permission.SEE_SUBSCRIPTIONS) as session:
        row = session.get_one(Subscription, (account, subscription))
        item = OrderItem(
            ItemKind.PURCHASE,
            plan=row.plan,
            seats=row.seats if event.seats is None else event.seats,
            interval=event.interval or Interval(row.interval),
            subscription_id=subscription,
        )
    place(stage, _request(account, event.place, (item,)), event.on)


def _extend_trial(stage: Stage, event: ExtendsTrial) -> None:
    account, subscription = find(stage, event.ref)
    extend_trial(stage.actor, account, subscription, event.days, event.reason, event.on)


def _of_subscription(stage: Stage, event: OfSubscription) -> None:
    account, subscription = find(stage, event.ref)
    match event.do:
        case "cancel":
            cancel_subscription(stage.actor, account, subscription, "As the story tells", event.on)
        case "reactivate":
            reactivate_subscription(stage.actor, account, subscription, event.on)
        case _:
            schedule_new_price(stage.actor, account, subscription, today=event.on)


def _pay(stage: Stage, event: Pays) -> None:
    account = stage.accounts[event.account]
    with reading(stage.actor, Permission.SEE_PAYMENTS) as session:
        currency = session.get_one(Account, account).currency
        invoice = None
        if event.invoice is not None:
            numbered = select(Document.id).where(
                Document.account_id == account, Document.number == event.invoice, Document.kind == "invoice"
            )
            invoice = session.scalar(numbered)
            if invoice is None:
                raise NotFound(kind="invoice", number=event.invoice)
    request = PaymentRequest(
        account,
        amount=Money.of(event.amount, currency),
        received_on=event.on,
        means=PaymentMeans.BANK_TRANSFER,
        reference=f"Payment of {event.on}",
        request_key=event.place,
        invoice_id=invoice,
    )
    record_payment(stage.actor, request, event.on)


def _credit(stage: Stage, event: Credits) -> None:
    """A part of the latest invoice with a charge line of the subscription, split over what is left of its lines."""
    account, subscription = find(stage, event.ref)
    with reading(stage.actor, Permission.SEE_INVOICES) as session:
        latest = session.execute(
            select(Document.id, Document.currency)
            .join(
                DocumentLine,
                (DocumentLine.account_id == Document.account_id) & (DocumentLine.document_id == Document.id),
            )
            .where(
                Document.account_id == account,
                Document.kind == "invoice",
                DocumentLine.subscription_id == subscription,
                DocumentLine.kind == "charge",
            )
            .order_by(Document.issued_on.desc(), Document.number.desc())
            .limit(1)
        ).one_or_none()
    if latest is None:
        raise NotFound(kind="invoice", ref=event.ref)
    scope = CreditScope(net=Money.of(event.amount, latest.currency))
    agreed = preview_credit(stage.actor, account, latest.id, scope).total
    request = CreditRequest(account, latest.id, event.reason, event.place, scope)
    credit_invoice(stage.actor, request, agreed=agreed, today=event.on)


def _move_seats(stage: Stage, event: MovesSeats) -> None:
    account, subscription = find(stage, event.ref)
    if event.do == "assign_seats":
        assign_seats(stage.actor, account, subscription, pasted="\n".join(event.users), notify=True, today=event.on)
        return
    with reading(stage.actor, Permission.SEE_SEATS) as session:
        wanted = [user.lower() for user in event.users]
        found = select(LicensedUser.email, LicensedUser.id).where(
            LicensedUser.account_id == account, LicensedUser.email.in_(wanted)
        )
        users = {row.email: row.id for row in session.execute(found)}
    unknown = [user for user in wanted if user not in users]
    if unknown:
        raise NotFound(kind="licensed_user", users=unknown)
    release_seats(stage.actor, account, subscription, list(users.values()), notify=True, today=event.on)


_DOES: dict[type[Event], Callable[[Stage, Any], None]] = {
    PlacesOrder: _order,
    Changes: _change,
    ExtendsTrial: _extend_trial,
    ConvertsTrial: _convert_trial,
    OfSubscription: _of_subscription,
    Pays: _pay,
    Credits: _credit,
    MovesSeats: _move_seats,
}
