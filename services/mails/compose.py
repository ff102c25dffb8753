"""Composing: the facts of an outbox row become a letter in HTML and text, and a message with its attachments."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.mails.letters import letter
from services.mails.parts import Facts
from services.words.i18n import Words


@dataclass(frozen=True, slots=True)
class Sender:
    """In whose name it is written: the selling entity. `footer`: its address and register line."""

    name: str
    address: str
    country: str = ""
    footer: str = ""


@dataclass(frozen=True, slots=True)
class Composed:
    """A mail as its reader sees it."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class File:
    """An attachment."""

    name: str
    content: bytes
    media_type: str = "application/pdf"


def compose(kind: str, language: str, facts: Facts, sender: Sender) -> Composed:
    """Subject, HTML and text of a mail. Raises UnknownMail for another kind, KeyError for a missing fact."""
    words = Words(language, sender.country)
    written = letter(kind, _one_line(facts), words, seller=sender.name)
    values = {"letter": written, "sender": sender, "language": language}
    html, text = (_templates().get_template(name).render(values) for name in ("letter.html.jinja", "letter.txt.jinja"))
    return Composed(written.subject, html, text)


def message(
    composed: Composed,
    sender: Sender,
    recipients: Sequence[str],
    *,
    message_id: str,
    at: datetime,
    copies: Sequence[str] = (),
    reply_to: str = "",
    files: Sequence[File] = (),
) -> EmailMessage:
    """The message as it is sent: text, HTML, attachments. Raises ValueError for an address that is none."""
    mail = EmailMessage(policy=SMTP)
    mail["Message-ID"] = message_id
    mail["Date"] = format_datetime(at)
    mail["Subject"] = composed.subject
    mail["From"] = _address(sender.address, sender.name)
    mail["To"] = [_address(each) for each in recipients]
    if copies:
        mail["Cc"] = [_address(each) for each in copies]
    if reply_to:
        mail["Reply-To"] = _address(reply_to)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(composed.text)
    mail.add_alternative(composed.html, subtype="html")
    for file in files:
        kind, _, subtype = file.media_type.partition("/")
        mail.add_attachment(file.content, maintype=kind, subtype=subtype, filename=file.name)
    return mail


def _address(address: str, name: str = "") -> Address:
    local, at, domain = address.strip().rpartition("@")
    if not (local and at and domain) or any(char.isspace() for char in address.strip()):
        raise ValueError(f"{address!r} is not a mail address")
    return Address(display_name=name, username=local, domain=domain)


def _one_line(value: Any) -> Any:
    """Facts without controls and direction marks: no name may add a header, or read backwards."""
    if isinstance(value, str):
        spaced = "".join(" " if char in "\t\r\n\v\f\x85\u2028\u2029" else char for char in value)
        return "".join(char for char in spaced if unicodedata.category(char) not in {"Cc", "Cf", "Cs"})
    if isinstance(value, dict):
        return {key: _one_line(item) for key, item in value.items()}
    return [_one_line(item) for item in value] if isinstance(value, list | tuple) else value


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=lambda name: bool(name and name.endswith(".html.jinja")),
        undefined=StrictUndefined,
        trim_blocks=False,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
