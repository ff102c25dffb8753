"""An invoice taken back, whole or in part, worked out: preview and credit note are the same sheet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Account, Document, DocumentLine, Order, Plan, Product, PurchaseOrder, Seller
from data.money import Money
from services import facts
from services.documents.facts import DocumentKind, LineFacts
from services.errors import InvoiceNotCreditable, NotFound
from services.journal import BilledItem, Issue
from services.rules.bills import Bill, InvoicedLine, credit_bill
from services.rules.credits import WHOLE, CreditScope, credit_lines
from services.rules.proration import OpenLine
from services.worksheets import paperwork


@dataclass(frozen=True, slots=True)
class CreditWorksheet:
    """The credit of an invoice, or of a part of it. Rows are the session's; `left`: its lines as they stand.

    `bill`: negative lines with the tax of the original; `set_off` is what it pays of the invoice, `balance` the rest,
    which becomes the account's (billing rules §5); both positive. `recipients`: where the credit note is mailed.
    """

    account: Account
    seller: Seller
    invoice: Document
    bill: Bill
    items: Mapping[int, BilledItem]
    invoiced: Mapping[int, InvoicedLine]
    left: tuple[OpenLine, ...]
    recipients: tuple[str, ...]

    @property
    def set_off(self) -> Money:
        """What the credit note pays of the invoice."""
        return min(-self.bill.total, Money(self.invoice.open_minor, self.invoice.currency))

    @property
    def balance(self) -> Money:
        """What is left of the credit note: the account's balance."""
        return -self.bill.total - self.set_off


def work_out_credit(
    session: Session, account: Account, invoice_id: int, scope: CreditScope = WHOLE, *, today: date | None = None
) -> CreditWorksheet:
    """Work out the credit of an invoice; amounts are the same on every day, `today` decides what days a part is for.

    Raises `NotFound`, `Invalid`, `CreditExceedsLines`; `InvoiceNotCreditable` where nothing of it is left.
    """
    invoice = session.get(Document, (account.id, invoice_id))
    if invoice is None or invoice.kind != DocumentKind.INVOICE:
        raise NotFound(kind="invoice")
    lines = session.scalars(
        select(DocumentLine)
        .where(DocumentLine.account_id == account.id, DocumentLine.document_id == invoice_id)
        .order_by(DocumentLine.position)
    ).all()
    left = [line for line in facts.open_lines(session, account.id, lines, invoice.currency) if line.left]
    due = credit_lines(left, scope, today or invoice.issued_on)
    if not due:
        raise InvoiceNotCreditable(number=invoice.number)
    by_id = {line.id: line for line in lines}
    invoiced = facts.invoiced_lines(session, account, [line.line_id for line in left])
    credited = [(by_id[correction.line_id].position, line) for line in due for correction in line.corrections]
    return CreditWorksheet(
        account=account,
        seller=session.get_one(Seller, invoice.seller),
        invoice=invoice,
        bill=credit_bill(credited, invoiced, invoice.currency),
        items=_items(session, lines),
        invoiced=invoiced,
        left=tuple(left),
        recipients=facts.invoice_recipients(session, account.id),
    )


def credit_note_of(session: Session, sheet: CreditWorksheet, *, reason: str, natural_key: str, today: date) -> Issue:
    """What to issue: the lines credited, negated, with the reason and the original's references."""
    account, invoice = sheet.account, sheet.invoice
    order = session.get(Order, (account.id, invoice.order_id)) if invoice.order_id else None
    po = session.get(PurchaseOrder, (account.id, invoice.po_id)) if invoice.po_id else None
    contact = facts.billing_contact(session, account.id)
    document = paperwork.document_facts(
        session,
        account,
        sheet.seller,
        sheet.bill,
        kind=DocumentKind.CREDIT_NOTE,
        lines=_lines(sheet),
        attention=contact.name if contact else "",
        today=today,
        reason=reason,
        corrects=paperwork.corrected(session, account, sheet.bill, sheet.invoiced),
        order_number=order.number if order else "",
        po_number=po.number if po else "",
    )
    return paperwork.issue_of(
        account,
        sheet.seller,
        document,
        sheet.bill,
        sheet.items,
        natural_key=natural_key,
        order_id=invoice.order_id,
        po_id=invoice.po_id,
    )


def _items(session: Session, lines: Sequence[DocumentLine]) -> dict[int, BilledItem]:
    """Whose each line is, by its position."""
    rows = session.execute(
        select(Plan.code, Product.name, Plan.name)
        .join(Product, Product.code == Plan.product)
        .where(Plan.code.in_({line.plan for line in lines}))
    )
    names = {code: (product, plan) for code, product, plan in rows}
    return {
        line.position: BilledItem(line.subscription_id, line.sequence, line.plan, *names[line.plan]) for line in lines
    }


def _lines(sheet: CreditWorksheet) -> tuple[LineFacts, ...]:
    return tuple(
        LineFacts(
            product=sheet.items[line.key].product_name,
            plan=sheet.items[line.key].plan_name,
            period=line.due.period if line.due.period.days else None,
            derivation=line.due.derivation.taxed(line.reason),
            net=line.due.amount,
            tax_treatment=line.treatment.value,
            tax_rate=line.rate,
        )
        for line in sheet.bill.lines
    )
