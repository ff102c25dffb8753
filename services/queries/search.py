"""Search anywhere: what was typed, found as an account, contact, invoice, order, subscription or purchase order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from data.models import Account, Contact, Document, Order, PurchaseOrder, Seller, Subscription
from services.access import reading
from services.permissions import Actor, Permission

SHORTEST = 2  # characters
MOST = 8  # of a kind


@dataclass(frozen=True, slots=True)
class Found:
    """A hit. `kind`: account · contact · invoice · credit_note · order · subscription · purchase_order.

    `title`: its name or number; `account`: whose it is; `page` and `ids` lead there.
    """

    kind: str
    title: str
    account: str
    page: str
    ids: dict[str, int]


def search(actor: Actor, text: str) -> tuple[Found, ...]:
    """What the actor may see of it: numbers as they are written (an invoice also without its prefix), names in part.

    Nothing for less than two characters. Numbers come first, then accounts, then contacts.
    """
    asked = " ".join(text.split())[:100]
    if len(asked) < SHORTEST:
        return ()
    with reading(actor, Permission.SEE_ACCOUNTS) as session:
        return (
            *_documents(session, actor, asked),
            *_orders(session, asked),
            *_subscriptions(session, asked),
            *_purchase_orders(session, asked),
            *_accounts_and_contacts(session, asked),
        )


def _spellings(text: str) -> list[str]:
    return sorted({text, text.upper(), text.upper().replace(" ", "")})


def _documents(session: Session, actor: Actor, text: str) -> Iterable[Found]:
    if not actor.may(Permission.SEE_INVOICES):
        return
    numbers = _spellings(text)
    if text[:1].isdigit() and "-" in text:
        for prefixes in session.execute(select(Seller.invoice_prefix, Seller.credit_prefix)):
            numbers += [f"{prefix}-{text}" for prefix in prefixes]
    rows = session.execute(
        _with_account(select(Document.kind, Document.number, Document.id, Account.id, Account.legal_name), Document)
        .where(Document.number.in_(numbers))
        .limit(MOST)
    )
    for kind, number, document_id, account_id, name in rows:
        yield Found(kind, number, name, "billing/invoice", {"account": account_id, "document": document_id})


def _orders(session: Session, text: str) -> Iterable[Found]:
    rows = session.execute(
        _with_account(select(Order.number, Order.id, Account.id, Account.legal_name), Order)
        .where(Order.number.in_(_spellings(text)))
        .limit(MOST)
    )
    for number, order_id, account_id, name in rows:
        yield Found("order", number, name, "sales/order", {"account": account_id, "order": order_id})


def _subscriptions(session: Session, text: str) -> Iterable[Found]:
    rows = session.execute(
        _with_account(select(Subscription.reference, Subscription.id, Account.id, Account.legal_name), Subscription)
        .where(Subscription.reference.in_(_spellings(text)))
        .limit(MOST)
    )
    for reference, subscription_id, account_id, name in rows:
        ids = {"account": account_id, "subscription": subscription_id}
        yield Found("subscription", reference, name, "sales/subscription", ids)


def _purchase_orders(session: Session, text: str) -> Iterable[Found]:
    rows = session.execute(
        _with_account(select(PurchaseOrder.number, Account.id, Account.legal_name), PurchaseOrder)
        .where(PurchaseOrder.number.in_(_spellings(text)))
        .limit(MOST)
    )
    for number, account_id, name in rows:
        yield Found("purchase_order", number, name, "sales/account", {"account": account_id})


def _with_account(statement: Any, model: Any) -> Any:
    return statement.join(Account, Account.id == model.account_id)


def _accounts_and_contacts(session: Session, text: str) -> Iterable[Found]:
    words = text.casefold().split()
    rows = session.execute(
        select(Account.id, Account.legal_name, Account.code)
        .where(*(Account.search_text.contains(word, autoescape=True) for word in words))
        .order_by(Account.search_text, Account.id)
        .limit(MOST)
    ).all()
    for account_id, name, code in rows:
        yield Found("account", name, code, "sales/account", {"account": account_id})
    names = {account_id: name for account_id, name, _code in rows}
    people = session.execute(
        select(Contact.account_id, Contact.name, Contact.email)
        .where(
            Contact.account_id.in_(names),
            Contact.is_active,
            *(
                or_(Contact.name.icontains(word, autoescape=True), Contact.email.contains(word, autoescape=True))
                for word in words
            ),
        )
        .order_by(Contact.name, Contact.email)
        .limit(MOST)
    )
    for account_id, name, _email in people:
        yield Found("contact", name, names[account_id], "sales/account", {"account": account_id})
