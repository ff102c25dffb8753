"""Mails of events, written in the transaction of the event."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import Account, OutboxMail
from services import access
from services.bulk import Rows, instant_text, json_text

_MAIL = (
    "id", "account_id", "event_key", "kind", "language", "seller", "recipients", "copies", "facts", "attachments",
    "status", "tries", "created_at", "next_try_at", "lease", "error",
)  # fmt: skip


def queue_mail(
    session: Session,
    *,
    kind: str,
    account: Account,
    event_key: str,
    recipients: Sequence[str],
    facts: Mapping[str, Any],
    copies: Sequence[str] = (),
    attachments: Sequence[Mapping[str, Any]] = (),
    language: str = "",
) -> int:
    """Queue one mail and return its id; one `event_key` is one mail, for ever (a second raises IntegrityError).

    `attachments`: {kind: invoice | credit_note | proposal | statement, id: text, name}, rendered when the mail is sent;
    of a statement its `sheet`, as text.
    `language`: of a reader who is not the customer. Facts and attachments are JSON-ready: amounts and days as text, ids
    as text.
    """
    at = access.now()
    mail = OutboxMail(
        id=derive_id(at.date(), "mail", event_key),
        account_id=account.id,
        event_key=event_key,
        kind=kind,
        language=language or account.language,
        seller=account.seller,
        recipients=list(recipients),
        copies=[copy for copy in copies if copy not in recipients],
        facts=dict(facts),
        attachments=[dict(attachment) for attachment in attachments],
        created_at=at,
        next_try_at=at,
    )
    session.add(mail)
    return mail.id


def add_mail(
    rows: Rows,
    *,
    kind: str,
    account_id: int,
    language: str,
    seller: str | None,
    event_key: str,
    recipients: Sequence[str],
    facts: Mapping[str, Any],
    day: date,
    at: datetime,
    copies: Sequence[str] = (),
    attachments: Sequence[Mapping[str, Any]] = (),
) -> int:
    """`queue_mail` of plain values, as a row: for many mails at once. `day`: the business day, in the id."""
    mail_id, stamp = derive_id(day, "mail", event_key), instant_text(at)
    others = [copy for copy in copies if copy not in recipients]
    rows.shape("outbox_mails", _MAIL).append(
        (
            *(mail_id, account_id, event_key, kind, language, seller),
            *(json_text(recipients), _list_text(others), json_text(facts), _list_text(attachments)),
            *("queued", 0, stamp, stamp, "", ""),
        )
    )
    return mail_id


def _list_text(values: Sequence[Any]) -> str:
    return json_text(values) if values else "[]"  # most mails have no copies
