"""What a request for approval says: one sentence a kind, with the names its deed told."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from data.money import Money
from services.rules.approvals import ApprovalKind
from services.words.i18n import N_, Words

# Placeholders are the names that the deed's check returns; `{amount}` is the request's.
SENTENCES: Mapping[str, str] = {
    "trial_extension": N_("Trial of {product}: {days} days more, {in_all} in all"),
    "second_trial": N_("Another trial of {product} within 12 months"),
    "discount": N_("{off} off {product} – {plan}"),
    "discount_price": N_("{product} – {plan} at {price} a seat"),
    "refund": N_("Refund of {amount}"),
    "write_off": N_("Write-off of {amount} of invoice {number}"),
}

APPROVAL_ENUMS: Mapping[str, Mapping[str, str]] = {
    "ApprovalKind": {
        "trial_extension": N_("Trial beyond its limits"),
        "discount": N_("Discount"),
        "refund": N_("Refund"),
        "write_off": N_("Write-off"),
    },
    "ApprovalStatus": {
        "pending": N_("waiting for a decision"),
        "approved": N_("approved"),
        "refused": N_("not approved"),
        "withdrawn": N_("taken back"),
    },
}

APPROVAL_REFUSALS: Mapping[str, str] = {
    "own_request": N_("You asked for this yourself, and a second person has to decide it."),
    "not_your_request": N_("{asked_by} asked for this, and only they can take it back."),
    "already_decided": N_("This request is {status} already. Reload to see what was decided."),
}

APPROVAL_ACTIONS: Mapping[str, str] = {
    "ask_approval": N_("Approval asked for"),
    "approve": N_("Request approved"),
    "refuse_approval": N_("Request refused"),
    "withdraw_approval": N_("Request taken back"),
}


def asked_for(kind: ApprovalKind, told: Mapping[str, Any], amount: Money | None, words: Words) -> str:
    """What is asked for, as one line."""
    values: dict[str, object] = {"product": "–", "plan": "–", "number": "–", "days": 0, "in_all": 0, **told}
    values["amount"] = amount if amount is not None else "–"
    if kind is ApprovalKind.DISCOUNT and "unit_amount" in told:
        values["price"] = words.unit_price(Decimal(str(told["unit_amount"])), str(told["currency"]))
        return words.t(SENTENCES["discount_price"], **values)
    if kind is ApprovalKind.TRIAL_EXTENSION and "again" in told:
        return words.t(SENTENCES["second_trial"], **values)
    values["off"] = words.percent(Decimal(str(told.get("percent", 0))))
    return words.t(SENTENCES[kind.value], **values)
