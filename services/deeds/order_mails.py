"""The mails of an order: confirmation or welcome to the billing contact, documents to the invoice recipients."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from data.models import Order, Subscription, User
from data.money import Money
from services import access, facts
from services.bulk import Rows
from services.journal import Issued, add_mail
from services.permissions import Actor
from services.rules.order_items import ItemKind, QuotedItem
from services.worksheets.orders import Worksheet


@dataclass(frozen=True, slots=True)
class Addresses:
    """Who gets what: shown before the order is placed, used when it is."""

    confirmation: tuple[str, ...]
    copies: tuple[str, ...]
    documents: tuple[str, ...]


def addresses_of(session: Session, actor: Actor, sheet: Worksheet) -> Addresses:
    """The billing contact (copy to the account's rep, and to the actor when it is another) and the recipients."""
    contact = sheet.billing_contact
    rep = session.get(User, sheet.account.rep_id) if sheet.account.rep_id else None
    copies = dict.fromkeys([rep.email] if rep and rep.is_active else [])
    copies[actor.email] = None
    return Addresses(
        confirmation=(contact.email,) if contact else (),
        copies=tuple(copies),
        documents=facts.invoice_recipients(session, sheet.account.id) if sheet.bills else (),
    )


@dataclass(frozen=True, slots=True)
class OrderMail:
    """A mail of an order before it is queued; `about`: what its event is the event of."""

    kind: str
    about: int
    recipients: tuple[str, ...]
    copies: tuple[str, ...]
    facts: dict[str, Any]
    attachments: tuple[dict[str, str], ...] = ()


def queue_order_mails(
    session: Session,
    rows: Rows,
    actor: Actor,
    sheet: Worksheet,
    order: Order,
    subscriptions: Sequence[Subscription],
    documents: Sequence[tuple[str, Issued]],
) -> None:
    """Queue the mails of a placed order, each once."""
    account, at = sheet.account, access.now()
    started = [(subscription.id, subscription.reference) for subscription in subscriptions]
    for mail in order_mails(session, actor, sheet, order.id, order.number, started, documents):
        add_mail(
            rows,
            kind=mail.kind,
            account_id=account.id,
            language=account.language,
            seller=account.seller,
            event_key=f"{mail.kind}:{mail.about}",
            recipients=mail.recipients,
            copies=mail.copies,
            facts=mail.facts,
            attachments=mail.attachments,
            day=order.placed_on,
            at=at,
        )


def order_mails(
    session: Session,
    actor: Actor,
    sheet: Worksheet,
    order_id: int,
    order_number: str,
    subscriptions: Sequence[tuple[int, str]],
    documents: Sequence[tuple[str, Issued]],
) -> Iterator[OrderMail]:
    """One mail an event: `trial_welcome` for each trial, `order_confirmation` for what was bought, one a document.

    `subscriptions`: id and reference of each item. Facts: amounts as {minor, currency}, days as ISO text, ids as text.
    """
    to = addresses_of(session, actor, sheet)
    contact = sheet.billing_contact
    common = {
        "account": sheet.account.legal_name,
        "contact": contact.name if contact else "",
        "rep": actor.name,
        "rep_email": actor.email,
        "order_number": order_number,
    }
    items = list(zip(sheet.quote.items, subscriptions, strict=True))
    for quoted, (subscription_id, reference) in items:
        if quoted.item.kind is ItemKind.TRIAL:
            told = common | _item(quoted, reference)
            yield OrderMail("trial_welcome", subscription_id, to.confirmation, to.copies, told)
    bought = [_item(quoted, reference) for quoted, (_, reference) in items if quoted.item.kind is not ItemKind.TRIAL]
    if bought:
        told = common | {
            "items": bought,
            "subtotal": _money(sheet.subtotal),
            "tax": _money(sheet.tax),
            "total": _money(sheet.total),
            "due_on": sheet.due_on.isoformat(),
            "invoice_number": next((issued.number for kind, issued in documents if kind == "invoice"), ""),
            "invoice_recipients": list(to.documents),
        }
        yield OrderMail("order_confirmation", order_id, to.confirmation, to.copies, told)
    for kind, issued in documents:
        told = common | {"number": issued.number, "total": _money(issued.total), "due_on": sheet.due_on.isoformat()}
        paper = {"kind": kind, "id": str(issued.document_id), "name": f"{issued.number}.pdf"}
        yield OrderMail(kind, issued.document_id, to.documents, (), told, (paper,))


def _money(amount: Money) -> dict[str, Any]:
    return {"minor": amount.minor, "currency": amount.currency}


def _item(quoted: QuotedItem, reference: str) -> dict[str, Any]:
    before = quoted.before
    changed = {} if before is None else {
        "plan_before": before.plan.name,
        "interval_before": before.running.price.interval.value,
        "effective_on": quoted.effective_on.isoformat(),
        "is_scheduled": quoted.schedules is not None,
    }  # fmt: skip
    return changed | {
        "kind": quoted.item.kind.value,
        "product": quoted.plan.product_name,
        "plan": quoted.plan.name,
        "seats": quoted.item.seats,
        "seats_before": quoted.seats_before,
        "interval": quoted.price.interval.value,
        "reference": reference,
        "starts_on": quoted.period.start.isoformat(),
        "ends_on": quoted.period.end.isoformat(),
        "net": _money(quoted.net),
    }
