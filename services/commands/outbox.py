"""Sends a mail again: one that failed, or one that was kept without a mail server."""

from __future__ import annotations

from sqlalchemy import select

from data.models import OutboxMail
from services import access
from services.access import acting, record
from services.errors import Conflict, NotFound
from services.permissions import Actor, Permission

RETRIABLE = ("failed", "kept")


class MailUnderWay(Conflict):
    """The mail waits, is being sent or was sent: there is nothing to repeat. `status`."""


def retry_mail(actor: Actor, mail_id: int) -> None:
    """Queue the mail anew, with all its tries. Raises `NotFound`, `MailUnderWay`."""
    with acting(actor, Permission.RESEND_MAILS) as session:
        mail = session.scalar(select(OutboxMail).where(OutboxMail.id == mail_id).with_for_update())
        if mail is None:
            raise NotFound(kind="mail")
        if mail.status not in RETRIABLE:
            raise MailUnderWay(status=mail.status)
        before = {"status": mail.status, "tries": mail.tries, "error": mail.error}
        mail.status, mail.tries, mail.error = "queued", 0, ""
        mail.next_try_at = access.now()
        record(
            session,
            "retry_mail",
            account_id=mail.account_id,
            subject=mail.event_key,
            subject_id=mail.id,
            before=before,
            after={"status": "queued"},
        )
