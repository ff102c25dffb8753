"""The schedule of an invoice: in which months each of its lines is earned, and what credit notes take back of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Account, Correction, Document, DocumentLine, Recognition
from data.money import Money
from services.access import keep_to_those, reading
from services.facts.catalog import plan_facts
from services.permissions import Actor, Permission


@dataclass(frozen=True, slots=True)
class ScheduledLine:
    """A line, days `[starts_on, ends_on)`; `earned` (by yyyymm) adds up to its net, a credit's is negative."""

    document_id: int
    number: str
    kind: str
    issued_on: date
    position: int
    plan: str
    seats: int
    starts_on: date
    ends_on: date
    net: Money
    earned: Mapping[int, Money]

    def earned_until(self, month: int) -> Money:
        """What is earned at the end of a month."""
        return Money.total((amount for of, amount in self.earned.items() if of <= month), self.net.currency)


@dataclass(frozen=True, slots=True)
class Schedule:
    """What was looked for, and with it the invoices a credit note corrects, or the credit notes of an invoice."""

    account_id: int
    document_id: int
    account: str
    number: str
    currency: str
    lines: tuple[ScheduledLine, ...]

    @property
    def months(self) -> tuple[int, ...]:
        """Every month in which anything is earned."""
        return tuple(sorted({month for line in self.lines for month in line.earned}))


def recognition_schedule(actor: Actor, number: str) -> Schedule | None:
    """Of the document with the number, of the actor's accounts; None where there is none."""
    asked = "".join(number.split()).upper()
    with reading(actor, Permission.SEE_REPORTS) as session:
        found = session.execute(
            select(Document, Account.legal_name)
            .join(Account, Account.id == Document.account_id)
            .where(Document.number == asked)
            .limit(1)
        ).first()
        if found is None:
            return None
        document, name = found
        keep_to_those(session, [document.account_id])
        lines = _lines(session, document)
        return Schedule(document.account_id, document.id, name, document.number, document.currency, lines)


def _lines(session: Session, document: Document) -> tuple[ScheduledLine, ...]:
    account_id = document.account_id
    here, other = Correction.invoice_id, Correction.credit_note_id
    if document.kind == "credit_note":
        here, other = other, here
    corrected = select(other).where(Correction.account_id == account_id, here == document.id)
    ids = [document.id, *session.scalars(corrected)]
    rows = session.execute(
        select(DocumentLine, Document)
        .join(Document, (Document.account_id == DocumentLine.account_id) & (Document.id == DocumentLine.document_id))
        .where(DocumentLine.account_id == account_id, DocumentLine.document_id.in_(ids))
        .order_by(Document.issued_on, Document.number, DocumentLine.position)
    ).all()
    earned: defaultdict[int, dict[int, Money]] = defaultdict(dict)
    for part in session.scalars(
        select(Recognition)
        .where(Recognition.account_id == account_id, Recognition.line_id.in_([line.id for line, _ in rows]))
        .order_by(Recognition.month)
    ):
        earned[part.line_id][part.month] = Money(part.amount_minor, part.currency)
    plans = plan_facts(session)
    return tuple(
        ScheduledLine(
            of.id, of.number, of.kind, of.issued_on, line.position,
            f"{plans[line.plan].product_name} {plans[line.plan].name}",
            line.seats, line.starts_on, line.ends_on, Money(line.net_minor, of.currency), earned[line.id],
        )
        for line, of in rows
    )  # fmt: skip
