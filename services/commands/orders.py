"""Places orders: subscriptions, trials, added seats, with their documents, mails and access, in one transaction."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import Attachment, Cart, CartLine, Order, OrderLine
from data.money import Money
from services import access
from services.access import acting, keep_to, lock_account, record
from services.bulk import Rows
from services.deeds.order_documents import issue_order
from services.deeds.order_lines import write_subscriptions
from services.deeds.order_mails import queue_order_mails
from services.errors import CartChanged, Invalid, PriceChanged, RequestKeyReused
from services.facts.accounts import refresh_search
from services.permissions import Actor, Permission
from services.rules.order_request import OrderRequest
from services.rules.tax import VatState
from services.worksheets import paperwork
from services.worksheets.orders import Worksheet, work_out

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """What was placed: ids of what it wrote; `is_repeat` when the request key had placed it before."""

    order_id: int
    number: str
    subscription_ids: tuple[int, ...]
    document_ids: tuple[int, ...]
    total: Money
    is_repeat: bool = False


def place_order(actor: Actor, request: OrderRequest, *, agreed: Money, today: date) -> PlacedOrder:
    """Place the order if it still comes to the agreed total; the same request key is the same order, for ever.

    Raises `NotFound`, `PriceChanged`, `RequestKeyReused`, `CartChanged`, and every refusal of `work_out`.
    """
    request = request.cleaned()
    Invalid.when(request.faults())
    with acting(actor, Permission.PLACE_ORDERS) as session:
        account = lock_account(session, request.account_id)  # first: two clicks must not both find no order
        keep_to(session, account)
        earlier = _earlier(session, request)
        if earlier is not None:
            return earlier
        _check_cart(session, request)
        sheet = work_out(session, actor, account, request, today)
        if sheet.refusals:
            raise sheet.refusals[0]
        if sheet.total != agreed:
            raise PriceChanged(agreed=agreed, now=sheet.total)
        rows = Rows(session)
        order = _write_order(session, rows, actor, sheet, request, today)
        subscriptions = write_subscriptions(session, rows, actor, sheet, order, today)
        _empty_cart(session, request)
        documents = issue_order(session, rows, sheet, order, subscriptions, today)
        queue_order_mails(session, rows, actor, sheet, order, subscriptions, documents)
        record(
            session,
            "place_order",
            rows=rows,
            account_id=account.id,
            subject=order.number,
            subject_id=order.id,
            after={
                "total": f"{sheet.total.major} {sheet.total.currency}",
                "documents": [document.number for _kind, document in documents],
                "subscriptions": [subscription.reference for subscription in subscriptions],
            },
        )
        rows.write()
        return PlacedOrder(
            order_id=order.id,
            number=order.number,
            subscription_ids=tuple(subscription.id for subscription in subscriptions),
            document_ids=tuple(document.document_id for _kind, document in documents),
            total=sheet.total,
        )


def order_number(day: date, order_id: int) -> str:
    """A number that can be read out and needs no counter: the day and six characters of the id."""
    rest, letters = order_id, ""
    for _ in range(6):
        rest, digit = divmod(rest, len(ALPHABET))
        letters += ALPHABET[digit]
    return f"ORD-{day:%y%m%d}-{letters}"


def _earlier(session: Session, request: OrderRequest) -> PlacedOrder | None:
    order = session.scalar(
        select(Order).where(Order.account_id == request.account_id, Order.request_key == request.request_key)
    )
    if order is None:
        return None
    if order.payload_hash != request.payload_hash:
        raise RequestKeyReused(number=order.number)
    lines = session.scalars(
        select(OrderLine)
        .where(OrderLine.account_id == order.account_id, OrderLine.order_id == order.id)
        .order_by(OrderLine.position)
    )
    return PlacedOrder(
        order_id=order.id,
        number=order.number,
        subscription_ids=tuple(line.subscription_id for line in lines),
        document_ids=paperwork.document_ids_of(session, order),
        total=Money(order.total_minor, order.currency),
        is_repeat=True,
    )


def _check_cart(session: Session, request: OrderRequest) -> None:
    wanted = {item.cart_line_id for item in request.items if item.cart_line_id is not None}
    if not wanted:
        return
    found = session.scalars(
        select(CartLine.id).where(CartLine.account_id == request.account_id, CartLine.id.in_(wanted))
    )
    if wanted - set(found):
        raise CartChanged()


def _write_order(
    session: Session, rows: Rows, actor: Actor, sheet: Worksheet, request: OrderRequest, today: date
) -> Order:
    account = sheet.account
    if sheet.vat_number != account.vat_number and sheet.vat_number:
        record(
            session,
            "set_vat_number",
            account_id=account.id,
            before={"vat_number": account.vat_number},
            after={"vat_number": sheet.vat_number},
        )
        account.vat_number, account.vat_state = sheet.vat_number, VatState.FORM_ONLY.value
        account.vat_consultation = ""
        refresh_search(session, account)
        account.vat_checked_on, account.version = today, account.version + 1
    if sheet.charges is not None and sheet.payment_means != account.payment_means:
        before, after = {"payment_means": account.payment_means}, {"payment_means": sheet.payment_means}
        record(session, "set_payment_means", account_id=account.id, before=before, after=after)
        account.payment_means, account.version = sheet.payment_means, account.version + 1
    order_id = derive_id(today, "order", account.id, request.request_key)
    order = Order(
        account_id=account.id,
        id=order_id,
        number=order_number(today, order_id),
        request_key=request.request_key,
        payload_hash=request.payload_hash,
        placed_on=today,
        placed_at=access.now(),
        placed_by=actor.user_id,
        contact_id=sheet.contact.id if sheet.contact else None,
        evidence=request.evidence,
        evidence_reference=request.evidence_reference.strip(),
        payment_means=sheet.payment_means if sheet.charges else "",
        po_id=sheet.po.id if sheet.po else None,
        currency=account.currency,
        subtotal_minor=sheet.subtotal.minor,
        tax_minor=sheet.tax.minor,
        total_minor=sheet.total.minor,
    )
    rows.keep(order)
    if request.evidence_file is not None:
        file = request.evidence_file
        rows.keep(
            Attachment(
                account_id=account.id,
                id=derive_id(today, "attachment", order.id, file.name),
                order_id=order.id,
                name=file.name[-200:],
                media_type=file.media_type[:100],
                content=file.content,
                added_at=access.now(),
            )
        )
    return order


def _empty_cart(session: Session, request: OrderRequest) -> None:
    taken = [item.cart_line_id for item in request.items if item.cart_line_id is not None]
    if not taken:
        return
    mine = CartLine.account_id == request.account_id
    session.execute(delete(CartLine).where(mine, CartLine.id.in_(taken)))
    if session.scalar(select(CartLine.id).where(mine).limit(1)) is None:
        # note and saved checkout were about what is ordered now: the next order begins without them
        session.execute(update(Cart).where(Cart.account_id == request.account_id).values(note="", checkout={}))
