"""What happened, in words: actions of the audit trail and events of subscriptions, with the fields they changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from data.period import Interval
from services.rules.activity import Happened
from services.rules.lifecycle import Status
from services.rules.payment_means import PaymentMeans
from services.rules.tax import VatState
from services.words.approval_texts import APPROVAL_ACTIONS
from services.words.i18n import N_, Words
from services.words.labels import FIELDS, field_name, label
from services.words.licence_texts import LICENCE_ACTIONS
from services.words.lifecycle_texts import LIFECYCLE_ACTIONS
from services.words.seat_texts import SEAT_ACTIONS
from services.words.usage_texts import USAGE_ACTIONS

# `{subject}` is a name or number.
ACTIONS: Mapping[str, str] = {
    "create_account": N_("Account created"),
    "import_account": N_("Account imported"),
    "import_subscriptions": N_("Subscriptions imported"),
    "open_balances": N_("Opening balances booked"),
    "imported": N_("{subject}: taken over from another system"),
    "edit_account": N_("Account changed"),
    "assign_rep": N_("Account given to another representative or team"),
    "record_vat_check": N_("VAT number check recorded"),
    "set_vat_number": N_("VAT number entered with an order"),
    "save_contact": N_("Contact {subject} saved"),
    "remove_contact": N_("Contact {subject} removed"),
    "set_billing_contact": N_("{subject} is the billing contact now"),
    "set_recipients": N_("Invoice recipients changed"),
    "save_purchase_order": N_("Purchase order {subject} saved"),
    "close_purchase_order": N_("Purchase order {subject} closed"),
    "add_to_cart": N_("Item put into the cart"),
    "change_cart_line": N_("Item in the cart changed"),
    "remove_from_cart": N_("Item taken out of the cart"),
    "note_cart": N_("Note on the cart changed"),
    "save_checkout": N_("Checkout saved for later"),
    "repeat_order": N_("Order {subject} put into the cart again"),
    "send_proposal": N_("Proposal sent for review"),
    "schedule_new_price": N_("New price at the renewal of {subject} scheduled"),
    "send_renewal_notice": N_("Renewal notice of {subject} sent"),
    "withdraw_scheduled_change": N_("Scheduled change of {subject} withdrawn"),
    "place_order": N_("Order {subject} placed"),
    "credit_invoice": N_("Invoice {subject} credited"),
    "record_payment": N_("Payment {subject} recorded"),
    "reverse_payment": N_("Payment {subject} taken back"),
    "reverse_refund": N_("Refund {subject} taken back"),
    "reallocate": N_("Payment {subject} allocated anew"),
    "refund": N_("{subject} refunded"),
    "write_off": N_("Written off of invoice {subject}"),
    "reverse_write_off": N_("Write-off of invoice {subject} taken back"),
    "ask_refund": N_("Refund of {subject} asked for"),
    "ask_write_off": N_("Write-off of invoice {subject} asked for"),
    "open_dispute": N_("Invoice {subject} disputed"),
    "close_dispute": N_("Dispute of invoice {subject} ended"),
    "take_in_statement": N_("Statement {subject} taken in"),
    "ignore_statement_line": N_("Line {subject} of a statement set aside"),
    "make_debit_batch": N_("Direct debits of {subject} made"),
    "cancel_debit_batch": N_("Direct debits of {subject} cancelled"),
    "book_debit_batch": N_("Direct debits of {subject} booked"),
    "return_debit": N_("Direct debit {subject} returned"),
    "erase_licensed_user": N_("A licensed user was erased"),
    "erase_user": N_("A user was erased"),
    "spend_balance": N_("Balance used for invoice {subject}"),
    "note_call": N_("Call about what is overdue noted"),
    "retry_mail": N_("Mail sent again"),
    "mail_statement": N_("Statement of account mailed"),
    "change_seats": N_("Products of {subject} changed"),
    "add_licensed_user": N_("Licensed user {subject} added"),
    "correct_licensed_user": N_("Licensed user {subject} corrected"),
    "subscribed": N_("{subject}: subscription started"),
    "trial_started": N_("{subject}: trial started"),
    "seats_changed": N_("{subject}: seats changed"),
    "subscription_changed": N_("{subject}: subscription changed"),
    "change_scheduled": N_("{subject}: change scheduled for the renewal"),
    "change_withdrawn": N_("{subject}: scheduled change withdrawn"),
    "started": N_("{subject}: started on its day"),
    "renewed": N_("{subject}: renewed"),
    "renewed_changed": N_("{subject}: renewed with the scheduled change"),
    "trial_downgraded": N_("{subject}: trial moved to the free plan"),
    "ended": N_("{subject}: subscription ended"),
    "night": N_("Billing run of the night"),
    "park_account": N_("Billing of the account set aside"),
    "unpark_account": N_("Billing of the account resumed"),
    "release_document": N_("Held document released"),
    "set_payment_means": N_("Payment means set with an order"),
    "assign_team": N_("Account given to another team"),
    "grant_account": N_("Account granted to {subject}"),
    "revoke_account": N_("Account no longer granted to {subject}"),
    **APPROVAL_ACTIONS,
    **USAGE_ACTIONS,
    **LICENCE_ACTIONS,
    **SEAT_ACTIONS,
    **LIFECYCLE_ACTIONS,
}

_ENUMS = {"payment_means": PaymentMeans, "vat_state": VatState, "status": Status, "interval": Interval}
_INNER = ("plan",)  # stored by its code
_WITHOUT_BEFORE = ("create_account", "import_account", "subscribed", "trial_started")


def told(happened: Happened, words: Words) -> str:
    """What was done, as one sentence."""
    known = ACTIONS.get(happened.action)
    if known is None:
        return happened.action.replace("_", " ").capitalize()
    return words.t(known, subject=happened.subject or "–")


def changes(happened: Happened, words: Words) -> tuple[str, ...]:
    """The changed fields that have a name for readers: "City: Madrid → Getafe". Ids and inner values are left out."""
    shown = []
    for name, before, after in happened.changes:
        if name not in FIELDS or name in _INNER or isinstance(before, dict) or isinstance(after, dict):
            continue
        if happened.action in _WITHOUT_BEFORE or name == "reason":
            shown.append(f"{field_name(name, words)}: {_value(name, after, words)}")
        else:
            shown.append(f"{field_name(name, words)}: {_value(name, before, words)} → {_value(name, after, words)}")
    return tuple(shown)


def _value(name: str, value: Any, words: Words) -> str:
    if value is None or value == "" or value == []:
        return "–"
    if name in _ENUMS and value in list(_ENUMS[name]):
        return label(_ENUMS[name](value), words)
    if name == "country":
        return words.country(str(value))
    if isinstance(value, str) and name.endswith(("_on", "_from", "_until")):
        try:
            return words.day(date.fromisoformat(value))
        except ValueError:
            return value
    if isinstance(value, Sequence) and not isinstance(value, str):
        return words.several([words.value(item) for item in value])
    return words.value(value)
