"""The mails of an order: confirmation or welcome to the billing contact, documents to the invoice recipients."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from data.models import Order, Subscription, User
from data.money import Money
from services import facts
from services.journal import Issued, queue_mail
from services.permissions import Actor
from services.rules.ordering import ItemKind, QuotedItem
from services.worksheet import Worksheet


@dataclass(frozen=True, slots=True)
class Addresses:
    """Who gets what: shown before the order is placed, used when it is."""

    confirmation: tuple[str, ...]
    copies: tuple[str, ...]
    documents: tuple[str, ...]


def addresses_of(session: Session, actor: Actor, sheet: Worksheet) -> Addresses:
    """The billing contact (copy to the account's rep, and to the actor when it is another) and the recipients."""
    contact = facts.billing_contact(session, sheet.account.id)
    rep = session.get(User, sheet.account.rep_id) if sheet.account.rep_id else None
    copies = dict.fromkeys([rep.email] if rep and rep.is_active else [])
    copies[actor.email] = None
    return Addresses(
        confirmation=(contact.email,) if contact else (),
        copies=tuple(copies),
        documents=facts.invoice_recipients(session, sheet.account.id) if sheet.bills else (),
    )


def queue_order_mails(
    session: Session,
    actor: Actor,
    sheet: Worksheet,
    order: Order,
    subscriptions: Sequence[Subscription],
    documents: Mapping[str, Issued],
) -> None:
    """One mail an event: `trial_welcome` for each trial, `order_confirmation` for what was bought, one a document.

    Facts: amounts as {minor, currency}, days as ISO text, ids as text.
    """
    account, to = sheet.account, addresses_of(session, actor, sheet)
    contact = facts.billing_contact(session, account.id)
    common = {
        "account": account.legal_name,
        "contact": contact.name if contact else "",
        "rep": actor.name,
        "rep_email": actor.email,
        "order_number": order.number,
    }
    items = list(zip(sheet.quote.items, subscriptions, strict=True))
    for quoted, subscription in items:
        if quoted.item.kind is ItemKind.TRIAL:
            queue_mail(
                session,
                kind="trial_welcome",
                account=account,
                event_key=f"trial_welcome:{subscription.id}",
                recipients=to.confirmation,
                copies=to.copies,
                facts=common | _item(quoted, subscription),
            )
    bought = [_item(quoted, row) for quoted, row in items if quoted.item.kind is not ItemKind.TRIAL]
    if bought:
        queue_mail(
            session,
            kind="order_confirmation",
            account=account,
            event_key=f"order_confirmation:{order.id}",
            recipients=to.confirmation,
            copies=to.copies,
            facts=common
            | {
                "items": bought,
                "subtotal": _money(sheet.subtotal),
                "tax": _money(sheet.tax),
                "total": _money(sheet.total),
                "due_on": sheet.due_on.isoformat(),
                "invoice_number": documents["invoice"].number if "invoice" in documents else "",
                "invoice_recipients": list(to.documents),
            },
        )
    for kind, issued in documents.items():
        queue_mail(
            session,
            kind=kind,
            account=account,
            event_key=f"{kind}:{issued.document_id}",
            recipients=to.documents,
            facts=common | {"number": issued.number, "total": _money(issued.total), "due_on": sheet.due_on.isoformat()},
            attachments=[{"kind": kind, "id": str(issued.document_id), "name": f"{issued.number}.pdf"}],
        )


def _money(amount: Money) -> dict[str, Any]:
    return {"minor": amount.minor, "currency": amount.currency}


def _item(quoted: QuotedItem, subscription: Subscription) -> dict[str, Any]:
    return {
        "kind": quoted.item.kind.value,
        "product": quoted.plan.product_name,
        "plan": quoted.plan.name,
        "seats": quoted.item.seats,
        "seats_before": quoted.seats_before,
        "interval": quoted.price.interval.value,
        "reference": subscription.reference,
        "starts_on": quoted.period.start.isoformat(),
        "ends_on": quoted.period.end.isoformat(),
        "net": _money(quoted.net),
    }
