"""One invoice or credit note: figures, lines with their reasons, corrections, mails, and its paper."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from data.models import (
    Account,
    Correction,
    Document,
    DocumentLine,
    Order,
    OutboxMail,
    Plan,
    Product,
    PurchaseOrder,
    Seller,
    Subscription,
)
from data.money import Money
from data.period import Period
from services.access import reading
from services.documents.facts import DocumentKind
from services.documents.render import images, render
from services.errors import NotFound
from services.facts.papers import sheet_text
from services.permissions import Actor, Permission
from services.queries.invoices import credited, disputed, status_of
from services.rules.derivations import Derivation


@dataclass(frozen=True, slots=True)
class CardLine:
    """A line as it was issued; `derivation` says why it is this amount (`services.words.derivations`)."""

    position: int
    product: str
    plan: str
    subscription_id: int
    reference: str
    seats: int
    period: Period
    net: Money
    tax: Money
    mention: str
    rate: Decimal
    derivation: Derivation


@dataclass(frozen=True, slots=True)
class CardTax:
    """Base and tax of one rate and mention; `mention`: reverse_charge, out_of_scope, exempt, not_calculated or ""."""

    mention: str
    rate: Decimal
    base: Money
    tax: Money


@dataclass(frozen=True, slots=True)
class Related:
    """The other side of a correction: the credit note of an invoice, or the invoice of a credit note."""

    document_id: int
    number: str
    issued_on: date
    total: Money
    set_off: Money
    reason: str


@dataclass(frozen=True, slots=True)
class CardMail:
    """A mail that carried the document."""

    mail_id: int
    kind: str
    status: str
    recipients: tuple[str, ...]
    created_at: datetime
    sent_at: datetime | None
    error: str


@dataclass(frozen=True, slots=True)
class InvoiceCard:
    """One document. `open`: left to pay. `credited` (positive): what credit notes took back of it, tax included.

    `is_creditable`: something of it is left to credit. Amounts of a credit note are negative.
    """

    document_id: int
    account_id: int
    account: str
    number: str
    kind: str
    status: str
    seller: str
    issued_on: date
    due_on: date
    subtotal: Money
    tax: Money
    total: Money
    open: Money
    credited: Money
    is_creditable: bool
    reason: str
    order_id: int | None
    order_number: str
    po_number: str
    zone: str
    hash: str
    lines: tuple[CardLine, ...]
    taxes: tuple[CardTax, ...]
    related: tuple[Related, ...]
    mails: tuple[CardMail, ...]
    taken_over_on: date | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A document as a file."""

    name: str
    content: bytes


def invoice_card(actor: Actor, account_id: int, document_id: int, *, today: date) -> InvoiceCard:
    """One document with everything its page shows; raises `NotFound`, also for another rep's."""
    with reading(actor, Permission.SEE_INVOICES, of=account_id) as session:
        row = _document(session, account_id, document_id)
        account = session.get_one(Account, account_id)
        seller = session.get_one(Seller, row.seller)
        lines = _lines(session, row)
        taken = credited(session, [(account_id, document_id)]).get(document_id, 0)
        order = session.get(Order, (account_id, row.order_id)) if row.order_id else None
        po = session.get(PurchaseOrder, (account_id, row.po_id)) if row.po_id else None

        def money(minor: int) -> Money:
            return Money(minor, row.currency)

        return InvoiceCard(
            document_id=row.id,
            account_id=account_id,
            account=account.legal_name,
            number=row.number,
            kind=row.kind,
            status=status_of(
                row.kind,
                open_minor=row.open_minor,
                due_on=row.due_on,
                total_minor=row.total_minor,
                credited_minor=taken,
                today=today,
                is_disputed=bool(disputed(session, [(account_id, document_id)])),
            ),
            seller=seller.legal_name,
            issued_on=row.issued_on,
            due_on=row.due_on,
            subtotal=money(row.subtotal_minor),
            tax=money(row.tax_minor),
            total=money(row.total_minor),
            open=money(row.open_minor),
            credited=money(taken),
            is_creditable=row.kind == DocumentKind.INVOICE and taken < row.total_minor and not row.taken_over_on,
            reason=row.reason,
            order_id=row.order_id,
            order_number=order.number if order else "",
            po_number=po.number if po else "",
            zone=seller.time_zone,
            hash=row.hash,
            lines=lines,
            taxes=_taxes(lines),
            related=_related(session, row),
            mails=_mails(session, row),
            taken_over_on=row.taken_over_on,
        )


def paper(actor: Actor, account_id: int, document_id: int) -> Paper:
    """The PDF, rendered from what was frozen: the same bytes every time. Raises `NotFound`."""
    with reading(actor, Permission.SEE_INVOICES, of=account_id) as session:
        row = _with_paper(session, account_id, document_id)
        name, sheet = f"{row.number}.pdf", sheet_text(session, row)
    return Paper(name, render(json.loads(sheet)))


def paper_pages(actor: Actor, account_id: int, document_id: int) -> tuple[bytes, ...]:
    """The pages of the PDF as PNG images, for the screen. Raises `NotFound`."""
    with reading(actor, Permission.SEE_INVOICES, of=account_id) as session:
        return _pages(sheet_text(session, _with_paper(session, account_id, document_id)))


@lru_cache(maxsize=32)
def _pages(sheet: str) -> tuple[bytes, ...]:
    """The same sheet looks the same for ever."""
    return images(json.loads(sheet))


def _document(session: Session, account_id: int, document_id: int) -> Document:
    row = session.scalar(select(Document).where(Document.account_id == account_id, Document.id == document_id))
    if row is None:
        raise NotFound(kind="invoice")
    return row


def _with_paper(session: Session, account_id: int, document_id: int) -> Document:
    row = _document(session, account_id, document_id)
    if row.taken_over_on is None:
        return row
    raise NotFound(kind="document")  # the system that issued it has its paper


def _lines(session: Session, row: Document) -> tuple[CardLine, ...]:
    found = session.execute(
        select(DocumentLine, Product.name, Plan.name, Subscription.reference)
        .join(Plan, Plan.code == DocumentLine.plan)
        .join(Product, Product.code == Plan.product)
        .join(
            Subscription,
            and_(
                Subscription.account_id == DocumentLine.account_id,
                Subscription.id == DocumentLine.subscription_id,
            ),
        )
        .where(DocumentLine.account_id == row.account_id, DocumentLine.document_id == row.id)
        .order_by(DocumentLine.position)
    )
    return tuple(
        CardLine(
            position=line.position,
            product=product,
            plan=plan,
            subscription_id=line.subscription_id,
            reference=reference,
            seats=line.seats,
            period=Period(line.starts_on, line.ends_on),
            net=Money(line.net_minor, row.currency),
            tax=Money(line.tax_minor, row.currency),
            mention=line.tax_mention,
            rate=line.tax_rate,
            derivation=Derivation.from_json(line.derivation),
        )
        for line, product, plan, reference in found
    )


def _taxes(lines: tuple[CardLine, ...]) -> tuple[CardTax, ...]:
    found: dict[tuple[str, Decimal], CardTax] = {}
    for line in lines:
        key = (line.mention, line.rate)
        zero = Money.zero(line.net.currency)
        before = found.get(key, CardTax(line.mention, line.rate, zero, zero))
        found[key] = CardTax(line.mention, line.rate, before.base + line.net, before.tax + line.tax)
    return tuple(found[key] for key in sorted(found, key=lambda key: -key[1]))


def _related(session: Session, row: Document) -> tuple[Related, ...]:
    is_invoice = row.kind == DocumentKind.INVOICE
    mine, other = (
        (Correction.invoice_id, Correction.credit_note_id)
        if is_invoice
        else (Correction.credit_note_id, Correction.invoice_id)
    )
    found = session.execute(
        select(Document, Correction.set_off_minor)
        .join(Correction, and_(Correction.account_id == Document.account_id, other == Document.id))
        .where(Correction.account_id == row.account_id, mine == row.id)
        .order_by(Document.issued_on, Document.number)
    )
    return tuple(
        Related(
            document_id=document.id,
            number=document.number,
            issued_on=document.issued_on,
            total=Money(document.total_minor, document.currency),
            set_off=Money(set_off, document.currency),
            reason=document.reason,
        )
        for document, set_off in found
    )


def _mails(session: Session, row: Document) -> tuple[CardMail, ...]:
    found = session.scalars(
        select(OutboxMail)
        .where(OutboxMail.account_id == row.account_id, OutboxMail.event_key == f"{row.kind}:{row.id}")
        .order_by(OutboxMail.created_at)
    )
    return tuple(
        CardMail(mail.id, mail.kind, mail.status, tuple(mail.recipients), mail.created_at, mail.sent_at, mail.error)
        for mail in found
    )
