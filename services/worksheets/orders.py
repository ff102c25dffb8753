"""An order worked out: what preview shows and posting books are the same sheet."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from data.models import Account, Contact, PurchaseOrder, Seller
from data.money import Money
from services import facts
from services.errors import (
    EmptyCart,
    EvidenceMissing,
    NotFound,
    NotReadyToOrder,
    PaymentMeansMissing,
    PurchaseOrderCapExceeded,
    PurchaseOrderExpired,
    PurchaseOrderRequired,
    Refusal,
    SelfServiceAccount,
    VatNumberRefused,
)
from services.facts.readiness import missing_of
from services.permissions import Actor
from services.rules import payment_terms, tax
from services.rules.bills import Bill, InvoicedLine, charge_bill, credit_bill, split
from services.rules.order_items import ItemKind, Quote, QuotedItem
from services.rules.order_request import EVIDENCE, OrderRequest
from services.rules.ordering import quote
from services.rules.payment_means import MandateMissing, needed_for, payment_means_for
from services.rules.proration import DueLine, LineKind
from services.rules.vat_numbers import check as check_vat


@dataclass(frozen=True, slots=True)
class Worksheet:
    """The order worked out. Rows are the session's; `refusals` say what stands in the way, each with its field.

    `charges` becomes the invoice, `credits` (negative) the `credit_notes`, one for each purchase order that what they
    correct was invoiced under; `total` is what is due in all. A bill of 0.00 lines alone is None: no document.
    """

    account: Account
    seller: Seller | None
    contact: Contact | None
    billing_contact: Contact | None
    po: PurchaseOrder | None
    quote: Quote
    charges: Bill | None
    credits: Bill | None
    credit_notes: tuple[tuple[PurchaseOrder | None, Bill], ...]
    invoiced: dict[int, InvoicedLine]
    decision: tax.TaxDecision | None
    vat_number: str
    payment_means: str
    due_on: date
    refusals: tuple[Refusal, ...]
    totals_by_vat: tuple[Money, Money] | None = None

    @property
    def bills(self) -> tuple[Bill, ...]:
        """The documents to come: credits first, as they are issued."""
        return tuple(bill for bill in (self.credits, self.charges) if bill is not None)

    @property
    def subtotal(self) -> Money:
        """Charges less credits, before tax."""
        return Money.total((bill.subtotal for bill in self.bills), self.account.currency)

    @property
    def tax(self) -> Money:
        """Tax of the charges less tax of the credits."""
        return Money.total((bill.tax for bill in self.bills), self.account.currency)

    @property
    def total(self) -> Money:
        """What is due in all; negative where credits outweigh charges."""
        return self.subtotal + self.tax


def work_out(session: Session, actor: Actor, account: Account, request: OrderRequest, today: date) -> Worksheet:
    """The worksheet of a request on a day. Raises nothing for what a user can mend: that stands in `refusals`."""
    seller = session.get(Seller, account.seller) if account.seller else None
    quoted = quote(
        request.items,
        facts.order_facts(session, actor, account, request.items),
        today=today,
        accepts_new_period=request.accepts_new_period,
    )
    vat_number, vat_state, vat_refusal = _vat(account, request)
    decisions = Decisions(session, account, seller, vat_number, vat_state, today)
    invoiced = facts.invoiced_lines(session, account, corrected_lines(quoted.items))
    pos = facts.po_of_invoices(session, account.id, {line.invoice_id for line in invoiced.values()})
    charges, credits = bills_of(quoted.items, decisions, invoiced, account.currency)
    totals_by_vat = None
    if vat_refusal is not None and charges is not None and seller is not None:
        hoped = Decisions(session, account, seller, "?", tax.VatState.CONFIRMED, today)
        back = credits.total if credits is not None else Money.zero(account.currency)
        without = charge_bill(_keyed(quoted.items, LineKind.CHARGE), hoped.on, account.currency).total
        totals_by_vat = (charges.total + back, without + back)
    po = _purchase_order(session, account, request)
    billing_contact = facts.billing_contact(session, account.id)
    sheet = Worksheet(
        account=account,
        seller=seller,
        contact=_contact(session, account, request) or billing_contact,
        billing_contact=billing_contact,
        po=po,
        quote=quoted,
        charges=charges,
        credits=credits,
        credit_notes=credit_notes_of(credits, invoiced, pos),
        invoiced=invoiced,
        decision=decisions.on(today) if seller else None,
        vat_number=vat_number,
        payment_means=request.payment_means or account.payment_means,
        due_on=payment_terms.due_on(today, facts.terms_of(account)),
        refusals=(),
        totals_by_vat=totals_by_vat,
    )
    vat = () if vat_refusal is None or request.order_with_vat else (vat_refusal,)
    return replace(sheet, refusals=(*_refusals(session, sheet, request, today), *vat))


class Decisions:
    """Tax decisions of one order, by day; `known`: whether there is a seller to decide by."""

    def __init__(
        self, session: Session, account: Account, seller: Seller | None, vat_number: str, state: str, today: date
    ) -> None:
        self._rates = facts.tax_rates(session, [account.country, seller.country] if seller else [])
        base = facts.tax_facts(account, seller.country, today) if seller else None
        self._facts = base and base._replace(vat_number=vat_number, vat_state=tax.VatState(state))
        self._account, self._seller = account, seller
        self._by_day: dict[date, tax.TaxDecision] = {}

    @property
    def known(self) -> bool:
        return self._seller is not None

    def on(self, day: date) -> tax.TaxDecision:
        """The decision for a line whose period begins that day."""
        assert self._facts is not None and self._seller is not None
        if day not in self._by_day:
            exemption = facts.tax_facts(self._account, self._seller.country, day).exemption
            self._by_day[day] = tax.decide(self._facts._replace(day=day, exemption=exemption), self._rates)
        return self._by_day[day]


def bills_of(
    items: Sequence[QuotedItem], decisions: Decisions, invoiced: dict[int, InvoicedLine], currency: str
) -> tuple[Bill | None, Bill | None]:
    """Charges and credits of items; None for one that is no document. Whoever shows or books an order calls this."""
    charge_lines, credit_lines = _keyed(items, LineKind.CHARGE), _keyed(items, LineKind.CREDIT)
    charges = charge_bill(charge_lines, decisions.on, currency) if charge_lines and decisions.known else None
    credits = credit_bill(credit_lines, invoiced, currency) if credit_lines else None
    return (
        charges if charges is not None and charges.is_issued else None,
        credits if credits is not None and credits.is_issued else None,
    )


def corrected_lines(items: Sequence[QuotedItem]) -> set[int]:
    """The ids of the invoiced lines that the items' credits correct."""
    return {c.line_id for item in items for line in item.lines for c in line.corrections}


def _keyed(items: Sequence[QuotedItem], kind: LineKind) -> list[tuple[int, DueLine]]:
    return [(position, line) for position, item in enumerate(items) for line in item.lines if line.kind is kind]


def _vat(account: Account, request: OrderRequest) -> tuple[str, str, Refusal | None]:
    """The VAT number an order is taxed by, its state, and why it was refused, if it was."""
    given = account.vat_number if request.vat_number is None else request.vat_number.strip()
    if given == account.vat_number:
        return account.vat_number, account.vat_state, None
    if not given:
        return "", tax.VatState.UNCHECKED, None
    checked = check_vat(given, account.country)
    if checked.is_valid:
        same = checked.normalised == account.vat_number
        return checked.normalised, account.vat_state if same else tax.VatState.FORM_ONLY, None
    refusal = VatNumberRefused(field="vat_number", number=given[:40], reason=checked.problem)
    return "", tax.VatState.UNCHECKED, refusal


def credit_notes_of(
    credits: Bill | None, invoiced: dict[int, InvoicedLine], pos: Mapping[int, PurchaseOrder | None]
) -> tuple[tuple[PurchaseOrder | None, Bill], ...]:
    """The credits as credit notes: what was invoiced under another purchase order goes to a note of its own."""
    if credits is None:
        return ()
    parts = split(credits, lambda line: pos[invoiced[line.due.corrections[0].line_id].invoice_id])
    return tuple((po, bill) for po, bill in parts if bill.is_issued)


def _contact(session: Session, account: Account, request: OrderRequest) -> Contact | None:
    if request.contact_id is None:
        return None
    contact = session.get(Contact, (account.id, request.contact_id))
    if contact is None or not contact.is_active:
        raise NotFound(kind="contact", field="contact_id")
    return contact


def _purchase_order(session: Session, account: Account, request: OrderRequest) -> PurchaseOrder | None:
    if request.po_id is None:
        return None
    po = session.get(PurchaseOrder, (account.id, request.po_id))
    if po is None or po.is_closed:
        raise NotFound(kind="purchase_order", field="po_id")
    return po


def _refusals(session: Session, sheet: Worksheet, request: OrderRequest, today: date) -> Iterator[Refusal]:
    account = sheet.account
    if account.kind == "self_service":
        yield SelfServiceAccount()
    missing = missing_of(session, account)
    if missing:
        yield NotReadyToOrder(missing=missing)
    if not request.items:
        yield EmptyCart()
    yield from (refusal for _, refusal in sheet.quote.refusals)
    if all(item.kind is ItemKind.TRIAL for item in request.items):
        return
    if request.evidence not in EVIDENCE or not request.evidence_reference.strip():
        yield EvidenceMissing(field="evidence" if request.evidence not in EVIDENCE else "evidence_reference")
    if sheet.charges is not None:
        yield from _payment_refusals(session, sheet, today)


def _payment_refusals(session: Session, sheet: Worksheet, today: date) -> Iterator[Refusal]:
    """What stands in the way of an invoice; none of it is asked when nothing is due."""
    account = sheet.account
    if sheet.payment_means not in payment_means_for(account.country, account.currency):
        yield PaymentMeansMissing(field="payment_means")
    lacking = [name for name in needed_for(sheet.payment_means) if not getattr(account, name)]
    if lacking:
        yield MandateMissing(field="payment_means", missing=lacking)
    if sheet.po is None and account.po_required:
        yield PurchaseOrderRequired(field="po_id")
    if sheet.po is not None:
        yield from _po_refusals(session, sheet, sheet.po, today)


def _po_refusals(session: Session, sheet: Worksheet, po: PurchaseOrder, today: date) -> Iterator[Refusal]:
    if po.expires_on is not None and po.expires_on < today:
        yield PurchaseOrderExpired(field="po_id", number=po.number, expired_on=po.expires_on)
    if po.cap_minor is not None and sheet.charges is not None:
        used = facts.po_used(session, sheet.account.id, po.id, sheet.account.currency)
        left = Money(po.cap_minor, sheet.account.currency) - used
        back = (bill.total for under, bill in sheet.credit_notes if under is not None and under.id == po.id)
        total = Money.total((sheet.charges.total, *back), sheet.account.currency)
        if total > left:
            yield PurchaseOrderCapExceeded(field="po_id", number=po.number, left=left, total=total)
