"""What the customer would get for an order, seen before it is placed: the draft invoice, the mails, the proposal."""

import json
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Account, Document, Order, OrderLine, OutboxMail, Proposal
from services.access import reading
from services.deeds.order_documents import from_balance
from services.deeds.order_mails import order_mails
from services.documents.render import images
from services.documents.sheet import sheet_of
from services.errors import NotFound
from services.journal import Issued
from services.mails.packing import worded
from services.permissions import Actor, Permission
from services.rules.order_request import OrderRequest
from services.worksheets import paperwork
from services.worksheets.orders import work_out

UNNUMBERED = "…"  # numbers are given when the order is placed


@dataclass(frozen=True, slots=True)
class MailDraft:
    """A mail as its reader will get it, with the names of its attachments."""

    kind: str
    recipients: tuple[str, ...]
    copies: tuple[str, ...]
    subject: str
    html: str
    text: str
    attachments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QueuedMail:
    """A mail of a placed order; `status`: queued · sending · sent · failed · kept."""

    mail_id: int
    kind: str
    status: str
    recipients: tuple[str, ...]
    copies: tuple[str, ...]


def draft_pages(actor: Actor, request: OrderRequest, *, today: date) -> tuple[bytes, ...]:
    """The draft invoice as PNG pages; empty where nothing will be invoiced. Raises `NotFound`."""
    with reading(actor, Permission.USE_CART) as session:
        sheet = work_out(session, actor, _account(session, request.account_id), request, today)
        draft = paperwork.draft(session, sheet, today, from_balance(session, sheet)) if sheet.seller else None
        worded = sheet_of(draft) if draft else None
    return images(worded) if worded else ()


def mail_drafts(actor: Actor, request: OrderRequest, *, today: date) -> tuple[MailDraft, ...]:
    """The mails that placing the order would send, worded by the same code. Raises `NotFound`."""
    with reading(actor, Permission.USE_CART) as session:
        account = _account(session, request.account_id)
        sheet = work_out(session, actor, account, request, today)
        bills = [("credit_note", bill) for _po, bill in sheet.credit_notes]
        bills += [("invoice", sheet.charges)] if sheet.charges is not None else []
        documents = [(kind, Issued(0, UNNUMBERED, bill.total)) for kind, bill in bills]
        unnumbered = [(0, UNNUMBERED)] * len(sheet.quote.items)
        drafts = []
        for mail in order_mails(session, actor, sheet, 0, UNNUMBERED, unnumbered, documents):
            row = OutboxMail(kind=mail.kind, language=account.language, seller=account.seller, facts=mail.facts)
            words = worded(session, row)
            files = tuple(file["name"] for file in mail.attachments)
            drafts.append(
                MailDraft(mail.kind, mail.recipients, mail.copies, words.subject, words.html, words.text, files)
            )
        return tuple(drafts)


def proposal_pages(actor: Actor, account_id: int, proposal_id: int) -> tuple[bytes, ...]:
    """A proposal as it was sent, as PNG pages. Raises `NotFound`."""
    with reading(actor, Permission.USE_CART, of=account_id) as session:
        row = session.scalar(select(Proposal).where(Proposal.account_id == account_id, Proposal.id == proposal_id))
        if row is None:
            raise NotFound(kind="document")
        sheet = json.loads(row.sheet)
    return images(sheet)


def mails_of_order(actor: Actor, account_id: int, order_id: int) -> tuple[QueuedMail, ...]:
    """The mails that placing an order queued: to the contact first, then the documents. Raises `NotFound`."""
    with reading(actor, Permission.SEE_SUBSCRIPTIONS, of=account_id) as session:
        if session.scalar(select(Order.id).where(Order.account_id == account_id, Order.id == order_id)) is None:
            raise NotFound(kind="order")
        lines = session.scalars(
            select(OrderLine.subscription_id).where(
                OrderLine.account_id == account_id, OrderLine.order_id == order_id, OrderLine.kind == "trial"
            )
        )
        papers = session.execute(
            select(Document.kind, Document.id).where(Document.account_id == account_id, Document.order_id == order_id)
        )
        keys = [f"order_confirmation:{order_id}", *(f"trial_welcome:{subscription_id}" for subscription_id in lines)]
        keys += [f"{kind}:{document_id}" for kind, document_id in papers]
        rows = session.scalars(
            select(OutboxMail).where(OutboxMail.account_id == account_id, OutboxMail.event_key.in_(keys))
        ).all()
        rows = sorted(rows, key=lambda row: keys.index(row.event_key))
        return tuple(QueuedMail(row.id, row.kind, row.status, tuple(row.recipients), tuple(row.copies)) for row in rows)


def _account(session: Session, account_id: int) -> Account:
    account = session.scalar(select(Account).where(Account.id == account_id))
    if account is None:
        raise NotFound(kind="account")
    return account
