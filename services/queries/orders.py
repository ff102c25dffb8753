"""Orders: what one would come to before it is placed, and what was placed."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from data.models import Account, Attachment, Contact, Document, Order, OrderLine, Plan, Product, PurchaseOrder, User
from data.models import Subscription as SubscriptionRow
from data.money import Money
from data.period import Interval, Period
from services.access import keep_to, reading
from services.deeds.order_documents import from_balance
from services.deeds.order_mails import Addresses, addresses_of
from services.documents.sheet import sheet_of
from services.errors import NotFound, Refusal
from services.permissions import Actor, Permission
from services.rules.bills import Bill, TaxTotal
from services.rules.changes import Timing
from services.rules.order_request import OrderRequest
from services.rules.ordering import QuotedItem
from services.rules.vat_numbers import has_vat_number
from services.worksheets import paperwork
from services.worksheets.orders import work_out


@dataclass(frozen=True, slots=True)
class OrderPreview:
    """An order before it is placed: the same sheet that posting books.

    `refusals`: what stands in the way, each with its field. `total`: due in all (charges less credits, with tax).
    `totals_by_vat`: (with VAT now, as the number would make it) when the VAT number was refused.
    `draft_sheet`: the worded draft invoice for `documents.render`, None where no invoice will be issued.
    `from_balance`: what of the account's balance its invoice uses at once.
    """

    items: tuple[QuotedItem, ...]
    item_refusals: tuple[tuple[int, Refusal], ...]
    charges: Bill | None
    credits: Bill | None
    subtotal: Money
    tax: Money
    total: Money
    taxes: tuple[TaxTotal, ...]
    tax_reason: str
    tax_country: str
    warnings: tuple[str, ...]
    refusals: tuple[Refusal, ...]
    asks_vat_number: bool
    totals_by_vat: tuple[Money, Money] | None
    due_on: date
    payment_means: str
    addresses: Addresses
    draft_sheet: dict[str, object] | None
    from_balance: Money

    @property
    def to_pay(self) -> Money:
        """What is left to pay of the total once the balance is used."""
        return self.total - self.from_balance

    @property
    def is_payment_due(self) -> bool:
        """Whether an invoice will be issued, so that PO, payment means and VAT number are asked."""
        return self.charges is not None

    @property
    def may_be_placed(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.refusals


def preview_order(actor: Actor, request: OrderRequest, *, today: date) -> OrderPreview:
    """What the request comes to today. Raises `NotFound` for a foreign account, contact or purchase order."""
    with reading(actor, Permission.USE_CART) as session:
        account = session.get(Account, request.account_id)
        if account is None:
            raise NotFound(kind="account")
        keep_to(session, account)
        sheet = work_out(session, actor, account, request, today)
        balance = from_balance(session, sheet)
        draft = paperwork.draft(session, sheet, today, balance) if sheet.seller else None
        return OrderPreview(
            items=sheet.quote.items,
            item_refusals=sheet.quote.refusals,
            charges=sheet.charges,
            credits=sheet.credits,
            subtotal=sheet.subtotal,
            tax=sheet.tax,
            total=sheet.total,
            taxes=tuple(total for bill in sheet.bills for total in bill.taxes),
            tax_reason=sheet.decision.reason if sheet.decision else "",
            tax_country=sheet.decision.country if sheet.decision else "",
            warnings=sheet.decision.warnings if sheet.decision and sheet.charges else (),
            refusals=sheet.refusals,
            asks_vat_number=sheet.charges is not None and account.is_business and has_vat_number(account.country),
            totals_by_vat=sheet.totals_by_vat,
            due_on=sheet.due_on,
            payment_means=sheet.payment_means,
            addresses=addresses_of(session, actor, sheet),
            draft_sheet=sheet_of(draft) if draft else None,
            from_balance=balance,
        )


@dataclass(frozen=True, slots=True)
class OrderedLine:
    """An item as it was ordered; of a change what was before, its timing and the day it takes effect."""

    kind: str
    product: str
    plan: str
    seats: int
    interval: Interval
    period: Period
    net: Money
    discount_percent: Decimal | None
    negotiated_amount: Decimal | None
    discount_reason: str
    subscription_id: int
    reference: str
    status: str
    timing: Timing | None = None
    starts_on: date | None = None
    plan_before: str = ""
    seats_before: int = 0
    interval_before: Interval | None = None


@dataclass(frozen=True, slots=True)
class OrderCard:
    """A placed order with its lines, documents (id, kind, number, total) and the file that proves it."""

    order_id: int
    account_id: int
    account: str
    number: str
    placed_on: date
    placed_at: datetime
    placed_by: str
    ordered_by: str
    evidence: str
    evidence_reference: str
    evidence_file: str
    payment_means: str
    po_number: str
    subtotal: Money
    tax: Money
    total: Money
    lines: tuple[OrderedLine, ...]
    documents: tuple[tuple[int, str, str, Money], ...]


def order_card(actor: Actor, account_id: int, order_id: int) -> OrderCard:
    """One order. Raises `NotFound`."""
    with reading(actor, Permission.SEE_SUBSCRIPTIONS, of=account_id) as session:
        order = session.get(Order, (account_id, order_id))
        if order is None:
            raise NotFound(kind="order")
        account = session.get_one(Account, account_id)
        contact = session.get(Contact, (account_id, order.contact_id)) if order.contact_id else None
        po = session.get(PurchaseOrder, (account_id, order.po_id)) if order.po_id else None
        file = session.scalar(
            select(Attachment.name).where(Attachment.account_id == account_id, Attachment.order_id == order_id)
        )
        rows = session.execute(
            select(OrderLine, SubscriptionRow, Plan.name, Product.name)
            .join(
                SubscriptionRow,
                (SubscriptionRow.account_id == OrderLine.account_id)
                & (SubscriptionRow.id == OrderLine.subscription_id),
            )
            .join(Plan, Plan.code == OrderLine.plan)
            .join(Product, Product.code == Plan.product)
            .where(OrderLine.account_id == account_id, OrderLine.order_id == order_id)
            .order_by(OrderLine.position)
        ).all()
        changed = {line.before["plan"] for line, *_ in rows if "plan" in line.before}
        asked = select(Plan).where(Plan.code.in_(sorted(changed)))
        names: dict[Any, str] = {row.code: row.name for row in session.scalars(asked)} if changed else {}
        documents = session.execute(
            select(Document.id, Document.kind, Document.number, Document.total_minor)
            .where(Document.account_id == account_id, Document.order_id == order_id)
            .order_by(Document.kind.desc())
        ).all()
        money = [Money(minor, order.currency) for minor in (order.subtotal_minor, order.tax_minor, order.total_minor)]
        return OrderCard(
            order_id=order.id,
            account_id=account_id,
            account=account.legal_name,
            number=order.number,
            placed_on=order.placed_on,
            placed_at=order.placed_at,
            placed_by=session.get_one(User, order.placed_by).name,
            ordered_by=contact.name if contact else "",
            evidence=order.evidence,
            evidence_reference=order.evidence_reference,
            evidence_file=file or "",
            payment_means=order.payment_means,
            po_number=po.number if po else "",
            subtotal=money[0],
            tax=money[1],
            total=money[2],
            lines=tuple(
                OrderedLine(
                    kind=line.kind,
                    product=product,
                    plan=plan,
                    seats=line.seats,
                    interval=Interval(line.interval),
                    period=Period(row.period_start, row.period_end),
                    net=Money(line.net_minor, order.currency),
                    discount_percent=line.discount_percent,
                    negotiated_amount=line.negotiated_amount,
                    discount_reason=line.discount_reason,
                    subscription_id=row.id,
                    reference=row.reference,
                    status=row.status,
                    timing=Timing(line.timing) if line.timing else None,
                    starts_on=line.starts_on,
                    plan_before=names.get(line.before.get("plan"), ""),
                    seats_before=int(line.before.get("seats", 0)),
                    interval_before=Interval(line.before["interval"]) if "interval" in line.before else None,
                )
                for line, row, plan, product in rows
            ),
            documents=tuple(
                (document_id, kind, number, Money(total, order.currency))
                for document_id, kind, number, total in documents
            ),
        )
