"""The journal: the only writer of subscriptions, documents, seats and mails, together with their history."""

from services.journal.documents import BilledItem, Issue, Issued, credit_balance, issue_document, set_off
from services.journal.mails import queue_mail
from services.journal.subscriptions import Origin, convert_trial, replace_period, start_subscription

__all__ = [
    "BilledItem", "Issue", "Issued", "Origin", "convert_trial", "credit_balance", "issue_document", "queue_mail",
    "replace_period", "set_off", "start_subscription",
]  # fmt: skip
