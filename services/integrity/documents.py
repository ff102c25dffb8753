"""Checks of issued documents: sums, hashes, corrections, purchase orders, derivations."""

import json

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from data.identity import derive_id
from data.models import Correction, Document, DocumentLine, LineCorrection, Order, OrderLine
from data.money import Money
from services.facts.papers import seals_of
from services.integrity.violations import CHUNK, Found, in_chunks
from services.rules.derivations import Derivation


def totals(session: Session) -> Found:
    """Lines add up to subtotal and tax, those to the total; there is no document without a line that is not 0.00."""
    lines = (
        select(
            DocumentLine.account_id,
            DocumentLine.document_id,
            func.sum(DocumentLine.net_minor).label("net"),
            func.sum(DocumentLine.tax_minor).label("tax"),
            func.max(func.abs(DocumentLine.net_minor)).label("most"),
        )
        .group_by(DocumentLine.account_id, DocumentLine.document_id)
        .subquery()
    )
    rows = session.execute(
        select(Document, lines.c.net, lines.c.tax, lines.c.most)
        .outerjoin(lines, and_(lines.c.account_id == Document.account_id, lines.c.document_id == Document.id))
        .where(
            Document.taken_over_on.is_(None),  # another system issued it: no lines of it are here
            or_(
                lines.c.net.is_(None),
                lines.c.most == 0,
                lines.c.net != Document.subtotal_minor,
                lines.c.tax != Document.tax_minor,
                Document.subtotal_minor + Document.tax_minor != Document.total_minor,
            ),
        )
    )
    for document, net, tax, most in rows:
        if not most:
            yield document.account_id, document.number, "a line", "none that is not 0.00"
        else:
            found = Money(int(net + tax), document.currency)
            yield document.account_id, document.number, Money(document.total_minor, document.currency), found


def signs(session: Session) -> Found:
    """Charges stand on invoices and are not negative; credits stand on credit notes and are not positive."""
    rows = session.execute(
        select(Document, DocumentLine)
        .join(
            DocumentLine,
            and_(DocumentLine.account_id == Document.account_id, DocumentLine.document_id == Document.id),
        )
        .where(
            or_(
                and_(Document.kind == "invoice", or_(DocumentLine.kind != "charge", DocumentLine.net_minor < 0)),
                and_(Document.kind == "credit_note", or_(DocumentLine.kind != "credit", DocumentLine.net_minor > 0)),
            )
        )
    )
    for document, line in rows:
        kind = "charge" if document.kind == "invoice" else "credit"
        found = f"{line.kind} {Money(line.net_minor, document.currency)}"
        yield document.account_id, f"{document.number} line {line.position}", kind, found


def unchanged(session: Session) -> Found:
    """Each document, its lines and its parties are what was sealed at issue; a sheet that was sent has its number."""
    rows = session.scalars(select(Document).execution_options(yield_per=CHUNK))
    for chunk in in_chunks(rows):
        seals = seals_of(session, chunk)
        for document in chunk:
            if seals[document.id] != document.hash:
                yield document.account_id, document.number, document.hash, seals[document.id]
            elif document.sheet is not None and json.loads(document.sheet).get("number") != document.number:
                yield document.account_id, document.number, document.number, "another number on its sheet"


def derivations(session: Session) -> Found:
    """The derivation stored with a line works its amount out again."""
    rows = session.execute(
        select(
            DocumentLine.account_id,
            Document.number,
            DocumentLine.position,
            DocumentLine.net_minor,
            Document.currency,
            DocumentLine.derivation,
        )
        .join(
            Document,
            and_(DocumentLine.account_id == Document.account_id, DocumentLine.document_id == Document.id),
        )
        .execution_options(yield_per=CHUNK)
    )
    for account_id, number, position, minor, currency, derivation in rows:
        stored, again = Money(minor, currency), Derivation.from_json(derivation).evaluate()
        if again != stored:
            yield account_id, f"{number} line {position}", again, stored


def credits_within_lines(session: Session) -> Found:
    """What credit notes take back of a line never exceeds it, neither net nor tax."""
    back = (
        select(
            LineCorrection.account_id,
            LineCorrection.line_id,
            func.sum(LineCorrection.amount_minor).label("net"),
            func.sum(LineCorrection.tax_minor).label("tax"),
        )
        .group_by(LineCorrection.account_id, LineCorrection.line_id)
        .subquery()
    )
    rows = session.execute(
        select(DocumentLine, Document.number, Document.currency, back.c.net, back.c.tax)
        .join(back, and_(back.c.account_id == DocumentLine.account_id, back.c.line_id == DocumentLine.id))
        .join(Document, and_(Document.account_id == DocumentLine.account_id, Document.id == DocumentLine.document_id))
        .where(or_(DocumentLine.net_minor + back.c.net < 0, DocumentLine.tax_minor + back.c.tax < 0))
    )
    for line, number, currency, net, tax in rows:
        most, found = line.net_minor + line.tax_minor, -int(net + tax)
        yield line.account_id, f"{number} line {line.position}", Money(most, currency), Money(found, currency)


def credit_lines(session: Session) -> Found:
    """A credit line is what it takes back of the lines it corrects, net and tax."""
    parts = (
        select(
            LineCorrection.account_id,
            LineCorrection.credit_line_id,
            func.sum(LineCorrection.amount_minor).label("net"),
            func.sum(LineCorrection.tax_minor).label("tax"),
        )
        .group_by(LineCorrection.account_id, LineCorrection.credit_line_id)
        .subquery()
    )
    rows = session.execute(
        select(DocumentLine, Document.number, Document.currency, parts.c.net, parts.c.tax)
        .join(Document, and_(Document.account_id == DocumentLine.account_id, Document.id == DocumentLine.document_id))
        .outerjoin(
            parts, and_(parts.c.account_id == DocumentLine.account_id, parts.c.credit_line_id == DocumentLine.id)
        )
        .where(
            DocumentLine.kind == "credit",
            or_(
                func.coalesce(parts.c.net, 0) != DocumentLine.net_minor,
                func.coalesce(parts.c.tax, 0) != DocumentLine.tax_minor,
            ),
        )
    )
    for line, number, currency, net, tax in rows:
        found = Money(int((net or 0) + (tax or 0)), currency)
        wanted = Money(line.net_minor + line.tax_minor, currency)
        yield line.account_id, f"{number} line {line.position}", wanted, found


def corrected_invoices(session: Session) -> Found:
    """A credit note names every invoice whose lines it corrects, under the same purchase order and in one currency."""
    note, invoice, credit, line = aliased(Document), aliased(Document), aliased(DocumentLine), aliased(DocumentLine)
    rows = session.execute(
        select(note.account_id, note.number, invoice.number, note.po_id, invoice.po_id, Correction.id)
        .select_from(LineCorrection)
        .join(
            credit,
            and_(credit.account_id == LineCorrection.account_id, credit.id == LineCorrection.credit_line_id),
        )
        .join(line, and_(line.account_id == LineCorrection.account_id, line.id == LineCorrection.line_id))
        .join(note, and_(note.account_id == credit.account_id, note.id == credit.document_id))
        .join(invoice, and_(invoice.account_id == line.account_id, invoice.id == line.document_id))
        .outerjoin(
            Correction,
            and_(
                Correction.account_id == note.account_id,
                Correction.credit_note_id == note.id,
                Correction.invoice_id == invoice.id,
            ),
        )
        .where(
            or_(
                Correction.id.is_(None),
                note.currency != invoice.currency,
                func.coalesce(note.po_id, 0) != func.coalesce(invoice.po_id, 0),
            )
        )
        .distinct()
    )
    for account_id, number, corrected, po, invoice_po, named in rows:
        if named is None:
            yield account_id, number, f"names {corrected}", "does not"
        else:
            yield (
                account_id,
                number,
                f"purchase order and currency of {corrected}",
                f"{po or '-'}, not {invoice_po or '-'}",
            )


def orders(session: Session) -> Found:
    """What was agreed is what was posted: an order's lines and its documents add up to its totals."""
    found = session.scalars(select(Order).execution_options(yield_per=CHUNK))
    for chunk in in_chunks(found):
        ids = [order.id for order in chunk]
        of_lines: dict[int, int] = {}
        for order_id, minor in session.execute(
            select(OrderLine.order_id, func.sum(OrderLine.net_minor))
            .where(OrderLine.order_id.in_(ids))
            .group_by(OrderLine.order_id)
        ):
            of_lines[order_id] = int(minor)
        papers: dict[int, int] = {}
        by_id = {order.id: order for order in chunk}
        for document in session.execute(
            select(Document.id, Document.order_id, Document.kind, Document.po_id, Document.total_minor).where(
                Document.order_id.in_(ids)
            )
        ):
            if document.id == _own_paper(by_id[document.order_id], document.kind, document.po_id):
                papers[document.order_id] = papers.get(document.order_id, 0) + document.total_minor
        for order in chunk:
            for minor, wanted in (
                (of_lines.get(order.id, 0), order.subtotal_minor),
                (papers.get(order.id, 0), order.total_minor),
                (order.subtotal_minor + order.tax_minor, order.total_minor),
            ):
                if minor != wanted:
                    yield order.account_id, order.number, Money(wanted, order.currency), Money(minor, order.currency)


def _own_paper(order: Order, kind: str, po_id: int | None) -> int:
    """The id of the paper that the order itself issued; a later credit note of its invoice has another."""
    key = f"order {order.id} invoice" if kind == "invoice" else f"order {order.id} credit note {po_id or 0}"
    return derive_id(order.placed_on, "document", order.account_id, key)
