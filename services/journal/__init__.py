"""The journal: the only writer of subscriptions, documents, seats and mails, together with their history."""

from services.journal.documents import BilledItem, Issue, Issued, credit_balance, issue_document, set_off
from services.journal.mails import queue_mail
from services.journal.scheduled import schedule_change, withdraw_change
from services.journal.subscriptions import (
    Origin,
    add_subscription,
    convert_trial,
    open_subscription,
    replace_period,
)

__all__ = [
    "BilledItem", "Issue", "Issued", "Origin", "add_subscription", "convert_trial", "credit_balance", "issue_document",
    "open_subscription", "queue_mail", "replace_period", "schedule_change", "set_off", "withdraw_change",
]  # fmt: skip
