"""Packing: an outbox row becomes a parcel, and the parcel what is read or sent, with its documents rendered."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from data.models import Document, OutboxMail, Proposal, Seller
from services.documents.blocks import address_rows
from services.documents.facts import Address, DocumentFacts
from services.documents.render import render
from services.documents.sheet import canonical, sheet_of
from services.errors import NotFound
from services.facts.papers import document_facts
from services.mails.compose import Composed, File, Sender, compose, message
from services.mails.letters import letter
from services.words.i18n import Words


@dataclass(frozen=True, slots=True)
class Paper:
    """An attachment: the sheet it is rendered from, or the facts of a document that was never worded; else nothing."""

    name: str
    sheet: str | None
    facts: DocumentFacts | None = None
    document_id: int | None = None


@dataclass(frozen=True, slots=True)
class Parcel:
    """All that is needed to write a mail without the database: writing takes longer than a lock may be held."""

    mail_id: int
    kind: str
    language: str
    facts: Mapping[str, Any]
    sender: Sender
    recipients: tuple[str, ...]
    copies: tuple[str, ...]
    reply_to: str
    papers: tuple[Paper, ...]

    @property
    def message_id(self) -> str:
        """The row's own, so that a repeated delivery can be recognised."""
        return f"<{self.mail_id}.outbox@{self.sender.address.rpartition('@')[2]}>"


def parcel_of(session: Session, row: OutboxMail) -> Parcel:
    """The row with what it refers to."""
    seller = session.get(Seller, row.seller) if row.seller else None
    sender = sender_of(seller, row.language)
    reply_to = str(row.facts.get("rep_email") or (seller.email if seller else ""))
    return Parcel(
        mail_id=row.id,
        kind=row.kind,
        language=row.language,
        facts=row.facts,
        sender=sender,
        recipients=tuple(row.recipients),
        copies=tuple(row.copies),
        reply_to=reply_to if reply_to != sender.address else "",
        papers=tuple(_paper(session, row, reference) for reference in row.attachments),
    )


def sender_of(seller: Seller | None, language: str) -> Sender:
    """The selling entity, which writes from its own address unless MAIL_FROM names another.

    MAIL_FROM is for a mail server that accepts only one sender.
    """
    address = os.environ.get("MAIL_FROM", "")
    if seller is None:
        return Sender("Corporate Billing Portal", address or "portal@localhost")
    words = Words(language, seller.country)
    where = Address(seller.street, seller.postal_code, seller.city, seller.country, seller.region)
    footer = ", ".join(address_rows(where, words))
    return Sender(
        name=seller.legal_name,
        address=address or seller.email or "portal@localhost",
        country=seller.country,
        footer=" · ".join(part for part in (footer, seller.register_line) if part),
    )


def subject_of(session: Session, row: OutboxMail) -> str:
    """The subject alone, for a list. Raises what `composed` raises."""
    sender = sender_of(session.get(Seller, row.seller) if row.seller else None, row.language)
    return letter(row.kind, row.facts, Words(row.language, sender.country), seller=sender.name).subject


def worded(session: Session, row: OutboxMail) -> Composed:
    """A row in words, also of one that is not queued yet. Raises what `composed` raises."""
    sender = sender_of(session.get(Seller, row.seller) if row.seller else None, row.language)
    return compose(row.kind, row.language, row.facts, sender)


def composed(parcel: Parcel) -> Composed:
    """The mail in words. Raises UnknownMail, and KeyError, ValueError or TypeError for facts that do not fit."""
    return compose(parcel.kind, parcel.language, parcel.facts, parcel.sender)


def rendered(parcel: Parcel, position: int) -> File:
    """An attachment, rendered from its sheet. Raises NotFound."""
    if not 0 <= position < len(parcel.papers):
        raise NotFound(kind="attachment")
    paper = _written(parcel.papers[position])
    if paper.sheet is None:
        raise NotFound(kind="attachment")
    return File(paper.name, render(json.loads(paper.sheet)))


def written(parcel: Parcel) -> Parcel:
    """The parcel with all its documents in words."""
    return replace(parcel, papers=tuple(_written(paper) for paper in parcel.papers))


def keep_sheets(session: Session, account_id: int, parcel: Parcel) -> None:
    """Keep the words of documents that were mailed: they stay so, whatever becomes of translations."""
    for paper in parcel.papers:
        if paper.facts is not None:
            mine = (Document.account_id == account_id, Document.id == paper.document_id, Document.sheet.is_(None))
            session.execute(update(Document).where(*mine).values(sheet=paper.sheet))


def _written(paper: Paper) -> Paper:
    return paper if paper.facts is None else replace(paper, sheet=canonical(sheet_of(paper.facts)))


def sealed(parcel: Parcel, at: datetime) -> EmailMessage:
    """The message as it is sent. Raises what `composed` and `rendered` raise, and ValueError for a wrong address."""
    return message(
        composed(parcel),
        parcel.sender,
        parcel.recipients,
        message_id=parcel.message_id,
        at=at,
        copies=parcel.copies,
        reply_to=parcel.reply_to,
        files=[rendered(parcel, position) for position in range(len(parcel.papers))],
    )


def _paper(session: Session, row: OutboxMail, reference: Mapping[str, Any]) -> Paper:
    if reference["kind"] == "statement":  # of a day and no other: its words are in the row
        return Paper(str(reference["name"]), str(reference["sheet"]))
    key, name = (row.account_id, int(reference["id"])), str(reference["name"])
    if reference["kind"] == "proposal":
        proposal = session.get(Proposal, key)
        return Paper(name, proposal.sheet if proposal else None)
    document = session.get(Document, key)
    if document is None or document.sheet is not None:
        return Paper(name, document.sheet if document else None)
    return Paper(name, None, document_facts(session, document), document.id)
