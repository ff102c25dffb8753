"""Issued documents read again: their facts from frozen rows, their sheet, and the hash that seals them."""

from collections.abc import Sequence
from decimal import Decimal
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Document, DocumentLine, PartySnapshot
from data.money import Money
from data.period import Period
from services.bulk import columns_of
from services.documents.facts import DocumentFacts, DocumentKind, LineFacts, TaxFacts
from services.documents.frozen import HEAD, LINE, Thawed, hash_of_parties, sealed, thaw_details, thaw_parties
from services.documents.sheet import canonical, sheet_of
from services.rules.derivations import Derivation


def sheet_text(session: Session, document: Document) -> str:
    """The worded document as canonical JSON: as it was sent, or else made of its frozen facts."""
    return document.sheet or canonical(sheet_of(document_facts(session, document)))


def document_facts(session: Session, document: Document) -> DocumentFacts:
    """Everything an issued document prints, from what was frozen. Raises ValueError for one of before revision 0007."""
    if document.facts is None:
        raise ValueError(f"document {document.id} has no facts but its sheet")
    seller, buyer = thaw_parties(_parties(session, document).content)
    thawed, lines = thaw_details(document.facts), _lines(session, document)
    details, is_invoice = thawed.details, document.kind == DocumentKind.INVOICE
    return DocumentFacts(
        kind=DocumentKind(document.kind),
        language=document.language,
        issued_on=document.issued_on,
        currency=document.currency,
        seller=seller,
        buyer=buyer,
        lines=tuple(
            LineFacts(
                product=product,
                plan=plan,
                period=Period(line.starts_on, line.ends_on) if line.starts_on < line.ends_on else None,
                derivation=Derivation.from_json(line.derivation),
                net=Money(line.net_minor, document.currency),
                tax_treatment=line.tax_treatment,
                tax_rate=line.tax_rate,
            )
            for line, (product, plan) in zip(lines, thawed.names, strict=True)
        ),
        taxes=_taxes(lines, thawed, document.currency),
        subtotal=Money(document.subtotal_minor, document.currency),
        tax=Money(document.tax_minor, document.currency),
        total=Money(document.total_minor, document.currency),
        number=document.number,
        due_on=document.due_on if is_invoice else None,
        payment=details.payment,
        order_number=details.order_number,
        po_number=details.po_number,
        ordered_by=details.ordered_by,
        exchange=details.exchange,
        settled=details.settled,
        corrects=details.corrects,
        reason=document.reason,
        previous_hash=document.previous_hash,
        qr_svg=details.qr_svg,
        template=thawed.template,
    )


def hash_of(session: Session, document: Document) -> str:
    """The hash of the document as it stands now; another than the stored one means that it was changed."""
    if document.facts is None:
        return sha256((document.sheet or "").encode()).hexdigest()
    parties = hash_of_parties(_parties(session, document).content)
    head = columns_of(document, HEAD)
    return sealed(document.previous_hash, parties, head, [columns_of(line, LINE) for line in _lines(session, document)])


def seals_of(session: Session, documents: Sequence[Document]) -> dict[int, str]:
    """The hash of each document as it stands now, by id: `hash_of` for many, in two statements."""
    ids, party_ids = [row.id for row in documents], {row.party_id for row in documents} - {None}
    lines: dict[int, list[DocumentLine]] = {}
    ordered = select(DocumentLine).order_by(DocumentLine.document_id, DocumentLine.position)
    for line in session.scalars(ordered.where(DocumentLine.document_id.in_(ids))):
        lines.setdefault(line.document_id, []).append(line)
    parties = {
        (account_id, party_id): hash_of_parties(content)
        for account_id, party_id, content in session.execute(
            select(PartySnapshot.account_id, PartySnapshot.id, PartySnapshot.content).where(
                PartySnapshot.id.in_(sorted(party_id for party_id in party_ids if party_id is not None))
            )
        )
    }
    return {
        row.id: sha256((row.sheet or "").encode()).hexdigest()
        if row.facts is None or row.party_id is None
        else sealed(
            row.previous_hash,
            parties[row.account_id, row.party_id],
            columns_of(row, HEAD),
            [columns_of(line, LINE) for line in lines.get(row.id, ())],
        )
        for row in documents
    }


def _parties(session: Session, document: Document) -> PartySnapshot:
    return session.get_one(PartySnapshot, (document.account_id, document.party_id))


def _lines(session: Session, document: Document) -> Sequence[DocumentLine]:
    mine = (DocumentLine.account_id == document.account_id, DocumentLine.document_id == document.id)
    return session.scalars(select(DocumentLine).where(*mine).order_by(DocumentLine.position)).all()


def _taxes(lines: Sequence[DocumentLine], thawed: Thawed, currency: str) -> tuple[TaxFacts, ...]:
    """Base and tax of each rate, dearest first, as the bill had them (`services.rules.bills`)."""
    groups: dict[tuple[Decimal, str, str, str], list[DocumentLine]] = {}
    for line in lines:
        groups.setdefault((line.tax_rate, line.tax_treatment, line.tax_country, line.tax_reason), []).append(line)
    found = []
    for place, key in enumerate(sorted(groups, reverse=True)):
        rate, treatment, country, reason = key
        base, tax = thawed.seller_taxes[place] if thawed.seller_taxes else (None, None)
        found.append(
            TaxFacts(
                treatment=treatment,
                rate=rate,
                base=Money(sum(line.net_minor for line in groups[key]), currency),
                tax=Money(sum(line.tax_minor for line in groups[key]), currency),
                country=country,
                reason=reason,
                article=groups[key][0].tax_article,
                seller_base=base,
                seller_tax=tax,
            )
        )
    return tuple(found)
