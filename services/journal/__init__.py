"""The journal: the only writer of subscriptions, documents and mails, together with their history."""

from services.journal.documents import issue_document
from services.journal.mails import queue_mail
from services.journal.subscriptions import replace_period, start_subscription

__all__ = ["issue_document", "queue_mail", "replace_period", "start_subscription"]
