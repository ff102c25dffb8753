"""The papers of an order: its invoice and credit note, and the draft and proposal shown before."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Account, Document, Order, PurchaseOrder, Seller
from data.money import Money
from services import facts
from services.documents.facts import (
    CorrectedInvoice,
    DocumentFacts,
    DocumentKind,
    Exchange,
    LineFacts,
    Settlement,
    TaxFacts,
)
from services.documents.frozen import Details, freeze_parties, seller_text
from services.journal import BilledItem, Issue
from services.rules.bills import Bill, InvoicedLine, TaxTotal
from services.rules.exchange import converted
from services.rules.order_facts import PlanFacts
from services.rules.order_items import Quote, QuotedItem
from services.rules.proration import DueLine, LineKind
from services.words.changes import change_reason
from services.words.i18n import Words
from services.worksheets.orders import Worksheet


def invoice_of_order(
    session: Session,
    sheet: Worksheet,
    order: Order,
    items: Mapping[int, BilledItem],
    today: date,
    settled: tuple[Settlement, ...] = (),
) -> Issue:
    """What to issue for the charges of an order; `settled`: what its credit note already pays of it."""
    assert sheet.charges is not None and sheet.seller is not None
    document = _facts(
        session, sheet, DocumentKind.INVOICE, sheet.charges, today, order_number=order.number, settled=settled
    )
    return issue_of(
        sheet.account,
        sheet.seller,
        document,
        sheet.charges,
        items,
        natural_key=f"order {order.id} invoice",
        order_id=order.id,
        po_id=order.po_id,
    )


def credit_note_of_order(
    session: Session,
    sheet: Worksheet,
    order: Order,
    po: PurchaseOrder | None,
    bill: Bill,
    items: Mapping[int, BilledItem],
    today: date,
) -> Issue:
    """What to issue for credits of an order, under the purchase order of the invoices it corrects, which it names."""
    assert sheet.seller is not None
    document = _facts(
        session,
        sheet,
        DocumentKind.CREDIT_NOTE,
        bill,
        today,
        order_number=order.number,
        reason=change_reason(_credited(sheet.quote, bill), Words(sheet.account.language, sheet.seller.country)),
        corrects=corrected(session, sheet.account, bill, sheet.invoiced),
        po_number=po.number if po else "",
    )
    return issue_of(
        sheet.account,
        sheet.seller,
        document,
        bill,
        items,
        natural_key=f"order {order.id} credit note {po.id if po else 0}",
        order_id=order.id,
        po_id=po.id if po else None,
    )


def issue_of(
    account: Account,
    seller: Seller,
    document: DocumentFacts,
    bill: Bill,
    items: Mapping[int, BilledItem],
    *,
    natural_key: str,
    order_id: int | None,
    po_id: int | None,
) -> Issue:
    """A document of the account as what the journal issues."""
    is_credit = document.kind is DocumentKind.CREDIT_NOTE
    return Issue(
        account_id=account.id,
        seller=seller.code,
        series=seller.credit_prefix if is_credit else seller.invoice_prefix,
        kind=document.kind,
        language=document.language,
        bill=bill,
        items=items,
        parties=freeze_parties(seller_text(document.seller), document.buyer),
        natural_key=natural_key,
        issued_on=document.issued_on,
        due_on=document.due_on or document.issued_on,
        details=Details(
            payment=document.payment,
            order_number=document.order_number,
            po_number=document.po_number,
            ordered_by=document.ordered_by,
            exchange=document.exchange,
            settled=document.settled,
            corrects=document.corrects,
        ),
        reason=document.reason,
        order_id=order_id,
        po_id=po_id,
        dimensions=facts.dimensions_of(account),
    )


def draft(session: Session, sheet: Worksheet, today: date, balance: Money) -> DocumentFacts | None:
    """The invoice as the customer will get it, before it has a number; None where none will be issued.

    `balance`: what of the account's balance pays it at once.
    """
    if sheet.charges is None:
        return None
    settled = (Settlement("", balance),) if balance else ()
    return _facts(session, sheet, DocumentKind.DRAFT, sheet.charges, today, settled=settled)


def proposal(session: Session, sheet: Worksheet, today: date, *, valid_until: date) -> DocumentFacts | None:
    """The order as a proposal, "not an invoice"; None where nothing is charged."""
    if sheet.charges is None:
        return None
    return _facts(session, sheet, DocumentKind.PROPOSAL, sheet.charges, today, valid_until=valid_until)


def document_ids_of(session: Session, order: Order) -> tuple[int, ...]:
    """The documents of an order, in order of issue."""
    return tuple(
        session.scalars(
            select(Document.id)
            .where(Document.account_id == order.account_id, Document.order_id == order.id)
            .order_by(Document.kind, Document.number)
        )
    )


def corrected(
    session: Session, account: Account, bill: Bill, invoiced: Mapping[int, InvoicedLine]
) -> tuple[CorrectedInvoice, ...]:
    """Each invoice a credit note corrects, with its total before and after."""
    totals = corrected_totals(bill, invoiced)
    earlier = facts.credited_totals(session, account, totals)
    rows = session.scalars(
        select(Document)
        .where(Document.account_id == account.id, Document.id.in_(list(totals)))
        .order_by(Document.issued_on, Document.number)
    )
    done = []
    for row in rows:
        old = Money(row.total_minor, row.currency) - earlier.get(row.id, Money.zero(row.currency))
        done.append(CorrectedInvoice(row.number, row.issued_on, old, old - totals[row.id]))
    return tuple(done)


def corrected_totals(bill: Bill, invoiced: Mapping[int, InvoicedLine]) -> dict[int, Money]:
    """What a credit note takes off each invoice, tax included: invoice id → positive amount."""
    totals: dict[int, Money] = {}
    for line in bill.lines:
        weights = [-c.amount.minor for c in line.due.corrections]
        taxes = (-line.tax).allocate(weights) if weights else ()
        for correction, tax in zip(line.due.corrections, taxes, strict=True):
            invoice_id = invoiced[correction.line_id].invoice_id
            before = totals.get(invoice_id, Money.zero(tax.currency))
            totals[invoice_id] = before - correction.amount + tax
    return totals


def document_facts(
    session: Session,
    account: Account,
    seller: Seller,
    bill: Bill,
    *,
    kind: DocumentKind,
    lines: tuple[LineFacts, ...],
    attention: str,
    today: date,
    **more: object,
) -> DocumentFacts:
    """A document of the account over a bill: parties frozen as they are, tax in the seller's currency too.

    `attention`: the billing contact's name.
    """
    rate = facts.exchange(session, account.currency, seller.currency, today)
    return DocumentFacts(
        kind=kind,
        language=account.language,
        issued_on=today,
        currency=account.currency,
        seller=facts.seller_facts(session, seller, account.currency),
        buyer=facts.buyer_facts(account, attention),
        lines=lines,
        taxes=tuple(_tax(total, rate) for total in bill.taxes),
        subtotal=bill.subtotal,
        tax=bill.tax,
        total=bill.total,
        exchange=rate,
        **more,  # type: ignore[arg-type]
    )


def _facts(
    session: Session, sheet: Worksheet, kind: DocumentKind, bill: Bill, today: date, **more: object
) -> DocumentFacts:
    assert sheet.seller is not None
    account = sheet.account
    owed = kind in (DocumentKind.INVOICE, DocumentKind.DRAFT)
    more.setdefault("po_number", sheet.po.number if sheet.po else "")
    done = document_facts(
        session,
        account,
        sheet.seller,
        bill,
        kind=kind,
        lines=_lines(sheet.quote, bill),
        attention=sheet.billing_contact.name if sheet.billing_contact else "",
        today=today,
        due_on=sheet.due_on if owed else None,
        payment=facts.payment_facts(account, sheet.payment_means) if owed else None,
        ordered_by=sheet.contact.name if sheet.contact else "",
        **more,
    )
    # a number entered with the order is on the account only once it is placed; its draft prints it all the same
    number = sheet.vat_number or account.vat_number
    return replace(done, buyer=done.buyer._replace(tax_number=number))


def _credited(quote: Quote, bill: Bill) -> tuple[QuotedItem, ...]:
    """The items whose changes a credit note is for, in order."""
    return tuple(quote.items[key] for key in sorted({line.key for line in bill.lines}))


def _lines(quote: Quote, bill: Bill) -> tuple[LineFacts, ...]:
    return tuple(
        LineFacts(
            product=quote.items[line.key].plan.product_name,
            plan=_plan_of(quote.items[line.key], line.due).name,
            period=line.due.period,
            derivation=line.due.derivation.taxed(line.reason),
            net=line.due.amount,
            tax_treatment=line.treatment.value,
            tax_rate=line.rate,
        )
        for line in bill.lines
    )


def _plan_of(quoted: QuotedItem, line: DueLine) -> PlanFacts:
    """A credit takes back what was invoiced, under the plan that a change gives up."""
    return quoted.before.plan if quoted.before and line.kind is LineKind.CREDIT else quoted.plan


def _tax(total: TaxTotal, rate: Exchange | None) -> TaxFacts:
    return TaxFacts(
        treatment=total.treatment.value,
        rate=total.rate,
        base=total.base,
        tax=total.tax,
        country=total.country,
        reason=total.reason,
        article=total.article,
        seller_base=converted(total.base, rate=rate.rate, to=rate.quote) if rate else None,
        seller_tax=converted(total.tax, rate=rate.rate, to=rate.quote) if rate else None,
    )
