"""What crediting an invoice would do, before it is done."""

from dataclasses import dataclass

from data.models import Account
from data.money import Money
from services.access import reading
from services.credit_worksheet import work_out_credit
from services.errors import NotFound
from services.permissions import Actor, Permission


@dataclass(frozen=True, slots=True)
class CreditPreview:
    """What crediting an invoice would do. `total` negative; `set_off` and `balance` positive.

    `is_partial`: part of the invoice was credited before. `recipients`: where the credit note would be mailed.
    """

    number: str
    total: Money
    tax: Money
    set_off: Money
    balance: Money
    is_partial: bool
    recipients: tuple[str, ...]


def preview_credit(actor: Actor, account_id: int, document_id: int) -> CreditPreview:
    """What crediting the whole invoice would do now. Raises `NotFound`, `InvoiceNotCreditable`."""
    with reading(actor, Permission.CREDIT_INVOICES) as session:
        account = session.get(Account, account_id)
        if account is None:
            raise NotFound(kind="account")
        sheet = work_out_credit(session, account, document_id)
        return CreditPreview(
            number=sheet.invoice.number,
            total=sheet.bill.total,
            tax=sheet.bill.tax,
            set_off=sheet.set_off,
            balance=sheet.balance,
            is_partial=-sheet.bill.total.minor < sheet.invoice.total_minor,
            recipients=sheet.recipients,
        )
