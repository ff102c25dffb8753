"""Packing: an outbox row becomes what is sent and shown: its sender, its words, its rendered attachments."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

from sqlalchemy.orm import Session

from data.models import Document, OutboxMail, Proposal, Seller
from services.documents.blocks import address_rows
from services.documents.facts import Address
from services.documents.render import render
from services.errors import NotFound
from services.mails.compose import Composed, File, Sender, compose, message
from services.words.i18n import Words


@dataclass(frozen=True, slots=True)
class Packed:
    """A mail ready to be read or sent. `message_id` is the row's, so that a repeated delivery can be recognised."""

    composed: Composed
    sender: Sender
    reply_to: str
    message_id: str


def pack(session: Session, row: OutboxMail) -> Packed:
    """The mail of a row, worded. Raises UnknownMail, and KeyError or ValueError for facts that do not fit its kind."""
    seller = _seller(session, row)
    sender = sender_of(session, row)
    reply_to = str(row.facts.get("rep_email") or (seller.email if seller else ""))
    return Packed(
        composed=compose(row.kind, row.language, row.facts, sender),
        sender=sender,
        reply_to=reply_to if reply_to != sender.address else "",
        message_id=f"<{row.id}.outbox@{sender.address.rpartition('@')[2]}>",
    )


def seal(session: Session, row: OutboxMail, at: datetime) -> EmailMessage:
    """The message of a row with its attachments rendered. Raises what `pack` and `attached` raise."""
    packed = pack(session, row)
    return message(
        packed.composed,
        packed.sender,
        row.recipients,
        message_id=packed.message_id,
        at=at,
        copies=row.copies,
        reply_to=packed.reply_to,
        files=[attached(session, row, position) for position in range(len(row.attachments))],
    )


def attached(session: Session, row: OutboxMail, position: int) -> File:
    """An attachment of a row, rendered from the sheet that was frozen. Raises NotFound."""
    if not 0 <= position < len(row.attachments):
        raise NotFound(kind="attachment")
    reference = row.attachments[position]
    key = (row.account_id, int(reference["id"]))
    paper = session.get(Proposal, key) if reference["kind"] == "proposal" else session.get(Document, key)
    if paper is None:
        raise NotFound(kind="attachment")
    return File(str(reference["name"]), render(json.loads(paper.sheet)))


def sender_of(session: Session, row: OutboxMail) -> Sender:
    """In whose name a row is sent: the selling entity's, from its own address unless MAIL_FROM names another.

    MAIL_FROM is for a mail server that accepts only one sender.
    """
    seller, address = _seller(session, row), os.environ.get("MAIL_FROM", "")
    if seller is None:
        return Sender("Corporate Billing Portal", address or "portal@localhost")
    words = Words(row.language, seller.country)
    where = Address(seller.street, seller.postal_code, seller.city, seller.country, seller.region)
    footer = ", ".join(address_rows(where, words))
    return Sender(
        name=seller.legal_name,
        address=address or seller.email or "portal@localhost",
        country=seller.country,
        footer=" · ".join(part for part in (footer, seller.register_line) if part),
    )


def _seller(session: Session, row: OutboxMail) -> Seller | None:
    return session.get(Seller, row.seller) if row.seller else None
