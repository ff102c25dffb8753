"""A change worked out with all that follows from it: bills, what credits pay, renewals, recurring revenue."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.models import Account, Document, Movement, PurchaseOrder
from data.money import Money
from data.period import months_after
from services import facts
from services.errors import Refusal
from services.facts.payments import balance_of
from services.rules import recurring
from services.rules.bills import charge_bill
from services.rules.change_outlook import NextInvoice, Outlook, renewals, settled, warnings
from services.rules.derivations import Derivation
from services.rules.order_facts import OrderFacts, Owned
from services.rules.order_items import QuotedItem
from services.rules.proration import DueLine
from services.rules.tax import TaxDecision
from services.worksheets.orders import Decisions, bills_of, corrected_lines, credit_notes_of
from services.worksheets.paperwork import corrected_totals


class ChangeDesk:
    """What the timings of one subscription share, read once."""

    def __init__(
        self,
        session: Session,
        account: Account,
        found: OrderFacts,
        owned: Owned,
        decisions: Decisions,
        today: date,
        quoted: Sequence[QuotedItem],
    ) -> None:
        self.found, self.owned = found, owned
        self.decisions, self.currency = decisions, account.currency
        self.until = months_after(today, 12)
        self.invoiced = facts.invoiced_lines(session, account, corrected_lines(quoted))
        self.originals = {key: Derivation.from_json(line.derivation) for key, line in self.invoiced.items()}
        invoices = {line.invoice_id for line in self.invoiced.values()}
        self.open_on, self.pos = _invoices(session, account, invoices)
        self.balance = Money.total(
            (part.left for part in balance_of(session, account.id, account.currency)), account.currency
        )
        self.totals: dict[tuple[Money, TaxDecision], Money] = {}
        self.yearly = _yearly(session, account, today)

    def outlook(self, quoted: QuotedItem) -> Outlook | Refusal:
        """One timing; a renewal that has no price refuses it."""
        charges, credits = bills_of([quoted], self.decisions, self.invoiced, self.currency)
        notes = credit_notes_of(credits, self.invoiced, self.pos)
        zero = Money.zero(self.currency)
        paid = settled(
            [(-bill.total, list(corrected_totals(bill, self.invoiced))) for _, bill in notes],
            self.open_on,
            charged=charges.total if charges else zero,
            balance=self.balance,
        )
        try:
            following = self._renewals(quoted)
        except Refusal as refusal:
            return refusal
        coming = tuple(one for one in following if one.on < self.until)
        billed = Money.total((one.total for one in coming), self.currency)
        due = (charges.total if charges else zero) + (credits.total if credits else zero)
        before, after = self.yearly, self.yearly - quoted.yearly_before + quoted.yearly_after
        return Outlook(
            quoted=quoted,
            charges=charges,
            credits=credits,
            paid=paid,
            next_invoice=following[0] if following else None,
            renewals=coming,
            cash=max(due + billed - self.balance, zero),
            mrr=(recurring.monthly(before), recurring.monthly(after)),
            warnings=warnings(quoted, self.owned),
            originals={line_id: self.originals[line_id] for line_id in corrected_lines([quoted])},
        )

    def _renewals(self, quoted: QuotedItem) -> list[NextInvoice]:
        return [
            NextInvoice(done.period.start, done.period, done.line, self._billed(done.line))
            for done in renewals(quoted, self.owned, self.found, until=self.until)
        ]

    def _billed(self, line: DueLine) -> Money:
        """The total of an invoice of the line alone; the same line at the same tax comes to the same."""
        if not self.decisions.known:
            return line.amount
        key = (line.amount, self.decisions.on(line.period.start))
        if key not in self.totals:
            self.totals[key] = charge_bill([(0, line)], self.decisions.on, self.currency).total
        return self.totals[key]


def _invoices(
    session: Session, account: Account, invoices: set[int]
) -> tuple[dict[int, Money], dict[int, PurchaseOrder | None]]:
    """What is open on invoices, and the purchase order each was issued under."""
    if not invoices:
        return {}, {}
    rows = session.execute(
        select(Document.id, Document.open_minor, PurchaseOrder)
        .outerjoin(
            PurchaseOrder,
            (PurchaseOrder.account_id == Document.account_id) & (PurchaseOrder.id == Document.po_id),
        )
        .where(Document.account_id == account.id, Document.id.in_(sorted(invoices)))
    ).all()
    open_on = {invoice_id: Money(minor, account.currency) for invoice_id, minor, _ in rows}
    return open_on, {invoice_id: po for invoice_id, _, po in rows}


def _yearly(session: Session, account: Account, today: date) -> Money:
    """The account's yearly amount by its movements up to the day."""
    moved = Movement.yearly_after_minor - Movement.yearly_before_minor
    total = session.scalar(select(func.sum(moved)).where(Movement.account_id == account.id, Movement.moved_on <= today))
    return Money(int(total or 0), account.currency)
