"""What crediting an invoice would do, before it is done."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Account, DocumentLine, Plan, Product
from data.money import Money
from services.access import reading
from services.errors import NotFound
from services.permissions import Actor, Permission
from services.rules.credits import WHOLE, CreditScope
from services.worksheets.credits import CreditWorksheet, work_out_credit


@dataclass(frozen=True, slots=True)
class CreditableLine:
    """A line of an invoice; `left` (net) can still be credited, `credited` (net, positive) would be now."""

    line_id: int
    name: str
    left: Money
    credited: Money


@dataclass(frozen=True, slots=True)
class CreditPreview:
    """What crediting an invoice would do. `total` negative; `set_off` and `balance` positive.

    `lines`: those of the invoice with something left, whatever is credited now. `is_partial`: not all of the invoice
    is. `recipients`: where the credit note would be mailed.
    """

    number: str
    total: Money
    tax: Money
    set_off: Money
    balance: Money
    is_partial: bool
    recipients: tuple[str, ...]
    lines: tuple[CreditableLine, ...]


def preview_credit(actor: Actor, account_id: int, document_id: int, scope: CreditScope = WHOLE) -> CreditPreview:
    """What crediting the invoice, or a part of it, would do now.

    Raises `NotFound`, `Invalid`, `CreditExceedsLines`, `InvoiceNotCreditable`.
    """
    with reading(actor, Permission.CREDIT_INVOICES, of=account_id) as session:
        account = session.get(Account, account_id)
        if account is None:
            raise NotFound(kind="account")
        sheet = work_out_credit(session, account, document_id, scope)
        return CreditPreview(
            number=sheet.invoice.number,
            total=sheet.bill.total,
            tax=sheet.bill.tax,
            set_off=sheet.set_off,
            balance=sheet.balance,
            is_partial=-sheet.bill.total.minor < sheet.invoice.total_minor,
            recipients=sheet.recipients,
            lines=_lines(session, sheet),
        )


def _lines(session: Session, sheet: CreditWorksheet) -> tuple[CreditableLine, ...]:
    rows = session.execute(
        select(DocumentLine.id, Product.name, Plan.name)
        .join(Plan, Plan.code == DocumentLine.plan)
        .join(Product, Product.code == Plan.product)
        .where(
            DocumentLine.account_id == sheet.account.id,
            DocumentLine.id.in_([line.line_id for line in sheet.left]),
        )
    )
    names = {line_id: f"{product} {plan}" for line_id, product, plan in rows}
    now = {c.line_id: -c.amount for line in sheet.bill.lines for c in line.due.corrections}
    zero = Money.zero(sheet.invoice.currency)
    return tuple(
        CreditableLine(line.line_id, names[line.line_id], line.left, now.get(line.line_id, zero)) for line in sheet.left
    )
