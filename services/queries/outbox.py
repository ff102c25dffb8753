"""Outgoing mails: the list, one mail as its reader gets it, its attachments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from data.models import Account, OutboxMail
from services.access import reading
from services.errors import NotFound
from services.mails.compose import File
from services.mails.packing import composed, parcel_of, rendered, subject_of
from services.permissions import Actor, Permission

COLUMNS = (
    "mail_id", "account_id", "account", "kind", "subject", "recipients", "status", "tries", "created_at", "sent_at",
    "error",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MailPage:
    """A page of the list, newest first, and the `total` over all pages.

    Columns: mail_id, account_id (int), account, kind (code), subject, recipients (texts), status (queued · sending ·
    sent · failed · kept), tries (int), created_at, sent_at (UTC or None), error (text).
    """

    frame: pd.DataFrame
    total: int


@dataclass(frozen=True, slots=True)
class MailCard:
    """One mail. `html` and `text` as its reader gets them; empty with `fault` set where it cannot be written."""

    mail_id: int
    account_id: int
    account: str
    kind: str
    status: str
    subject: str
    sender: str
    recipients: tuple[str, ...]
    copies: tuple[str, ...]
    html: str
    text: str
    fault: str
    attachments: tuple[str, ...]
    tries: int
    created_at: datetime
    next_try_at: datetime
    sent_at: datetime | None
    error: str


def list_mails(
    actor: Actor,
    *,
    status: str = "",
    search: str = "",
    account_id: int | None = None,
    limit: int = 50,
    offset: int = 0,
) -> MailPage:
    """The mails of the accounts the actor may see. `search`: words of the account's name, code or contacts."""
    with reading(actor, Permission.SEE_OUTBOX) as session:
        criteria = _criteria(status, search, account_id)
        rows = session.execute(
            select(OutboxMail, Account.legal_name)
            .join(Account, Account.id == OutboxMail.account_id)
            .where(*criteria)
            .order_by(OutboxMail.created_at.desc(), OutboxMail.id.desc())
            .limit(limit)
            .offset(offset)
        ).all()
        count = select(func.count()).select_from(OutboxMail).where(*criteria)
        if search.strip():
            count = count.join(Account, Account.id == OutboxMail.account_id)
        total = int(session.scalar(count) or 0)
        listed = [_row(session, mail, name) for mail, name in rows]
        return MailPage(pd.DataFrame(listed, columns=list(COLUMNS)), total)


def read_mail(actor: Actor, mail_id: int) -> MailCard:
    """One mail as its reader gets it. Raises `NotFound`."""
    with reading(actor, Permission.SEE_OUTBOX) as session:
        mail = _mail(session, mail_id)
        account = session.get_one(Account, mail.account_id)
        parcel = parcel_of(session, mail)
        subject, html, text, fault = "", "", "", ""
        try:
            words = composed(parcel)
            subject, html, text = words.subject, words.html, words.text
        except (KeyError, ValueError, TypeError) as error:  # facts that do not fit: the mail is shown all the same
            fault = f"{type(error).__name__}: {error}"
        return MailCard(
            mail_id=mail.id,
            account_id=mail.account_id,
            account=account.legal_name,
            kind=mail.kind,
            status=mail.status,
            subject=subject,
            sender=f"{parcel.sender.name} <{parcel.sender.address}>",
            recipients=parcel.recipients,
            copies=parcel.copies,
            html=html,
            text=text,
            fault=fault,
            attachments=tuple(paper.name for paper in parcel.papers),
            tries=mail.tries,
            created_at=mail.created_at,
            next_try_at=mail.next_try_at,
            sent_at=mail.sent_at,
            error=mail.error,
        )


def attachment_of(actor: Actor, mail_id: int, position: int) -> File:
    """An attachment, rendered as it was frozen. Raises `NotFound`."""
    with reading(actor, Permission.SEE_OUTBOX) as session:
        parcel = parcel_of(session, _mail(session, mail_id))
    return rendered(parcel, position)


def _criteria(status: str, search: str, account_id: int | None) -> list[ColumnElement[bool]]:
    criteria: list[ColumnElement[bool]] = []
    if status:
        criteria.append(OutboxMail.status == status)
    if account_id is not None:
        criteria.append(OutboxMail.account_id == account_id)
    criteria += [Account.search_text.contains(word, autoescape=True) for word in search.lower().split()]
    return criteria


def _mail(session: Session, mail_id: int) -> OutboxMail:
    # not `get`: the row scope limits statements
    mail = session.scalar(select(OutboxMail).where(OutboxMail.id == mail_id))
    if mail is None:
        raise NotFound(kind="mail")
    return mail


def _row(session: Session, mail: OutboxMail, account: str) -> tuple[object, ...]:
    return (
        mail.id,
        mail.account_id,
        account,
        mail.kind,
        _subject(session, mail),
        ", ".join(mail.recipients),
        mail.status,
        mail.tries,
        mail.created_at,
        mail.sent_at,
        mail.error,
    )


def _subject(session: Session, mail: OutboxMail) -> str:
    """The subject; empty where the facts do not fit the kind."""
    try:
        return subject_of(session, mail)
    except (KeyError, ValueError, TypeError):
        return ""
