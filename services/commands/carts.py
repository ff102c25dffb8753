"""The cart of an account: lines, note, the checkout as far as it was filled in, and the proposal sent for review."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import Account, Cart, CartLine, Order, OrderLine, Proposal
from data.period import Interval
from services import access, facts
from services.access import acting, record
from services.documents.sheet import canonical, sheet_of
from services.errors import EmptyCart, Invalid, NotFound, NothingToRepeat, Problem, Refusal
from services.facts.accounts import open_account
from services.journal import queue_mail
from services.permissions import Actor, Permission
from services.rules import text
from services.rules.card_numbers import contains_card_number
from services.rules.order_request import OrderRequest, line_faults
from services.rules.ordering import ItemKind, OrderItem, quote_item
from services.worksheets import paperwork
from services.worksheets.orders import work_out

LINE_LIMIT = 50  # lines of a cart
NOTE_LIMIT = 1000  # characters


@dataclass(frozen=True, slots=True)
class SentProposal:
    """A proposal that was mailed."""

    proposal_id: int
    recipient: str
    valid_until: date


def add_to_cart(actor: Actor, account_id: int, item: OrderItem, *, today: date) -> int:
    """Put an item into the account's cart and return the line's id; it is checked as an order would be.

    A seat change replaces the one that waits for the same subscription, a product the line of the same product.
    Raises `NotFound`, `SelfServiceAccount` and the refusals of `quote_item`.
    """
    with acting(actor, Permission.USE_CART) as session:
        account = _open(session, actor, account_id)
        _check(session, actor, account, item, today)
        _make_room(session, account, item, keep=None)
        line = _new_line(actor, account, item, today)
        session.add(line)
        record(session, "add_to_cart", account_id=account.id, subject=item.plan, after=_shown(item))
        return line.id


def change_cart_line(actor: Actor, account_id: int, line_id: int, item: OrderItem, *, today: date) -> None:
    """Replace what a line holds (*Edit Order*). Raises as `add_to_cart`."""
    with acting(actor, Permission.USE_CART) as session:
        account = _open(session, actor, account_id)
        line = _line(session, account, line_id)
        _check(session, actor, account, item, today)
        _make_room(session, account, item, keep=line_id)
        before = {"plan": line.plan, "seats": line.seats, "interval": line.interval}
        for column, value in _columns(item).items():
            setattr(line, column, value)
        record(session, "change_cart_line", account_id=account.id, subject=item.plan, before=before, after=_shown(item))


def remove_from_cart(actor: Actor, account_id: int, line_id: int) -> None:
    """Take a line out. Raises `NotFound`."""
    with acting(actor, Permission.USE_CART) as session:
        account = _open(session, actor, account_id)
        line = _line(session, account, line_id)
        session.delete(line)
        record(session, "remove_from_cart", account_id=account.id, subject=line.plan, before={"seats": line.seats})


def save_note(actor: Actor, account_id: int, note: str) -> None:
    """Leave a note to colleagues on the cart. Raises `Invalid` for one that is too long or holds a card number."""
    note = "\n".join(text.cleaned(line) for line in note.strip().splitlines())
    if contains_card_number(note):
        raise Invalid(Problem("note", "card_number"))
    if len(note) > NOTE_LIMIT:
        raise Invalid(Problem("note", "too_long", {"limit": NOTE_LIMIT}))
    Invalid.when([fault for line in note.splitlines() for fault in text.line_problems("note", line, limit=NOTE_LIMIT)])
    with acting(actor, Permission.USE_CART) as session:
        account = _open(session, actor, account_id)
        cart = session.get_one(Cart, account.id)
        before, cart.note = cart.note, note
        record(session, "note_cart", account_id=account.id, before={"note": before}, after={"note": cart.note})


def save_checkout(actor: Actor, account_id: int, fields: Mapping[str, Any]) -> None:
    """Keep the checkout as far as it is filled in (*Save and continue later*): JSON-ready fields, no file."""
    fields = {name: text.cleaned(value) if isinstance(value, str) else value for name, value in fields.items()}
    typed = {name: value for name, value in fields.items() if isinstance(value, str)}
    Invalid.when([fault for name, value in typed.items() for fault in line_faults(name, value)])
    with acting(actor, Permission.USE_CART) as session:
        account = _open(session, actor, account_id)
        session.get_one(Cart, account.id).checkout = dict(fields)
        record(session, "save_checkout", account_id=account.id, after={"fields": sorted(fields)})


def repeat_order(actor: Actor, account_id: int, *, today: date) -> tuple[Refusal, ...]:
    """Put the items of the account's last order into the cart at today's prices.

    What cannot be ordered again is left out: its refusals are returned. Raises `NotFound`, `NothingToRepeat`.
    """
    with acting(actor, Permission.USE_CART) as session:
        account = _open(session, actor, account_id)
        refusals = []
        added = 0
        for line in _lines_to_repeat(session, account):
            item = OrderItem(ItemKind(line.kind), line.plan, line.seats, Interval(line.interval))
            try:
                _check(session, actor, account, item, today)
            except Refusal as refusal:
                refusals.append(refusal)
                continue
            _make_room(session, account, item, keep=None)
            session.add(_new_line(actor, account, item, today))
            added += 1
        record(session, "repeat_order", account_id=account.id, after={"lines": added})
        return tuple(refusals)


def send_proposal(actor: Actor, request: OrderRequest, *, today: date) -> SentProposal:
    """Mail the order as a PDF proposal, "not an invoice", to the billing contact (*Send for review*).

    Raises `EmptyCart` where nothing is charged, `NotFound`, `SelfServiceAccount`, `Invalid`, the refusals of the items.
    """
    request = request.cleaned()
    Invalid.when(request.faults())
    with acting(actor, Permission.USE_CART) as session:
        account = _open(session, actor, request.account_id)
        sheet = work_out(session, actor, account, request, today)
        for _, refusal in sheet.quote.refusals:
            raise refusal
        contact = facts.billing_contact(session, account.id)
        if contact is None:
            raise Invalid(Problem("billing_contact", "required"))
        valid_until = today + timedelta(days=int(facts.setting(session, "proposal_valid_days")))
        document = paperwork.proposal(session, sheet, today, valid_until=valid_until)
        if document is None:
            raise EmptyCart()
        count = session.scalar(select(func.count()).select_from(Proposal).where(Proposal.account_id == account.id))
        proposal_id = derive_id(today, "proposal", account.id, int(count or 0))
        session.add(
            Proposal(
                account_id=account.id,
                id=proposal_id,
                sent_at=access.now(),
                sent_by=actor.user_id,
                valid_until=valid_until,
                currency=account.currency,
                total_minor=document.total.minor,
                items=[_shown(item) for item in request.items],
                sheet=canonical(sheet_of(document)),
            )
        )
        queue_mail(
            session,
            kind="proposal",
            account=account,
            event_key=f"proposal:{account.id}:{proposal_id}",
            recipients=(contact.email,),
            copies=(actor.email,),
            facts={
                "account": account.legal_name,
                "contact": contact.name,
                "rep": actor.name,
                "rep_email": actor.email,
                "total": {"minor": document.total.minor, "currency": account.currency},
                "valid_until": valid_until.isoformat(),
            },
            attachments=[{"kind": "proposal", "id": str(proposal_id), "name": f"{account.code}-{today}.pdf"}],
        )
        record(session, "send_proposal", account_id=account.id, subject=contact.email, subject_id=proposal_id)
        return SentProposal(proposal_id, contact.email, valid_until)


def _open(session: Session, actor: Actor, account_id: int) -> Account:
    """The account, opened for a change, with its cart, made where there is none yet."""
    account = open_account(session, account_id)
    cart = session.get(Cart, account.id)
    if cart is None:
        cart = Cart(account_id=account.id, note="", checkout={}, updated_by=actor.user_id, updated_at=access.now())
        session.add(cart)
    cart.updated_by, cart.updated_at = actor.user_id, access.now()
    session.flush()
    return account


def _line(session: Session, account: Account, line_id: int) -> CartLine:
    line = session.get(CartLine, (account.id, line_id))
    if line is None:
        raise NotFound(kind="cart_line")
    return line


def _check(session: Session, actor: Actor, account: Account, item: OrderItem, today: date) -> None:
    Invalid.when(line_faults("discount_reason", text.cleaned(item.discount_reason)))
    quote_item(item, facts.order_facts(session, actor, account, [item]), today=today)


def _make_room(session: Session, account: Account, item: OrderItem, *, keep: int | None) -> None:
    """One line a product: a new one takes the place of what waits there."""
    plans = facts.plans_of_same_product(session, item.plan)
    lines = session.scalars(select(CartLine).where(CartLine.account_id == account.id)).all()
    for line in lines:
        is_another = line.kind == item.kind == ItemKind.CHANGE and line.subscription_id != item.subscription_id
        if line.plan in plans and line.id != keep and not is_another:
            session.delete(line)
    if len(lines) >= LINE_LIMIT:
        raise Invalid(Problem("cart", "too_large", {"limit": LINE_LIMIT}))
    session.flush()


def _new_line(actor: Actor, account: Account, item: OrderItem, today: date) -> CartLine:
    return CartLine(
        account_id=account.id,
        id=derive_id(today, "cart line", account.id, uuid4().hex),
        added_by=actor.user_id,
        added_at=access.now(),
        **_columns(item),
    )


def _columns(item: OrderItem) -> dict[str, Any]:
    discount = item.discount
    return {
        "kind": item.kind.value,
        "plan": item.plan,
        "seats": item.seats,
        "interval": item.interval.value,
        "starts_on": item.starts_on,
        "discount_percent": discount.percent if discount else None,
        "negotiated_amount": discount.unit_amount if discount else None,
        "discount_reason": text.cleaned(item.discount_reason),
        "subscription_id": item.subscription_id,
        "timing": item.timing.value if item.timing else None,
        "replaces_scheduled": item.replaces_scheduled,
    }


def _shown(item: OrderItem) -> dict[str, Any]:
    """The item as audit rows and proposals keep it."""
    plain: dict[str, Any] = {}
    for name, value in _columns(item).items():
        if value is not None and value != "" and value is not False:
            plain[name] = str(value) if isinstance(value, date | Decimal) else value
    return plain


def _lines_to_repeat(session: Session, account: Account) -> list[OrderLine]:
    latest = select(Order.id).where(Order.account_id == account.id).order_by(Order.placed_at.desc()).limit(1)
    lines = session.scalars(
        select(OrderLine)
        .where(
            OrderLine.account_id == account.id,
            OrderLine.order_id == latest.scalar_subquery(),
            OrderLine.kind != "change",
        )
        .order_by(OrderLine.position)
    ).all()
    if not lines:
        raise NothingToRepeat()
    return list(lines)
