"""The journal: the only writer of subscriptions, documents, seats and mails, together with their history."""

from services.journal.documents import issue_documents
from services.journal.issues import BilledItem, Issue, Issued
from services.journal.mails import add_mail, queue_mail
from services.journal.scheduled import schedule_change, withdraw_change
from services.journal.set_off import credit_balance, set_off
from services.journal.subscriptions import (
    Origin,
    add_billed_period,
    add_event,
    add_subscription,
    convert_trial,
    replace_period,
)

__all__ = [
    "BilledItem", "Issue", "Issued", "Origin", "add_billed_period", "add_event", "add_mail", "add_subscription",
    "convert_trial", "credit_balance", "issue_documents", "queue_mail", "replace_period", "schedule_change", "set_off",
    "withdraw_change",
]  # fmt: skip
