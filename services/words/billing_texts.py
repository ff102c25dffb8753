"""What billing runs say: refusals, what a guard saw, what a night did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data.money import Money
from services.words.i18n import N_, Words

# Merged into the table of refusals; placeholders are the refusal's values.
BILLING_REFUSALS: Mapping[str, str] = {
    "night_goes_back": N_(
        "The night of {last_day} has run already, so that of {day} is past. Choose {last_day} or a later day."
    ),
    "night_ahead": N_("{day} is still to come. Preview it, or run the night of {today}."),
    "billing_stopped": N_("Billing is stopped: {reason}. Resume billing first; what was missed is then caught up."),
    "released_by_starter": N_("You started this run yourself. Ask a colleague in finance to release the document."),
}

GUARDS: Mapping[str, str] = {
    "many_lines": N_("More than 15 lines for one subscription"),
    "steep_rise": N_("More than 2.5 times what the same subscriptions came to before"),
    "far_ahead": N_("A period that ends more than 36 months ahead"),
}

# What a night counts, in the order it is told.
COUNTS: Mapping[str, str] = {
    "invoices": N_("Invoices"),
    "held": N_("Held documents"),
    "renewed": N_("Renewals"),
    "renewed_changed": N_("Renewals with a scheduled change"),
    "waiting": N_("Scheduled changes that wait"),
    "started": N_("Subscriptions started"),
    "trial_converted": N_("Trials converted"),
    "trial_downgraded": N_("Trials moved to a free plan"),
    "trial_expired": N_("Trials expired"),
    "ended": N_("Subscriptions ended"),
    "cancelled": N_("Cancellations that took effect"),
    "mail_trial_ending": N_("Trials announced"),
    "mail_renewal_notice": N_("Renewals announced"),
    "mail_payment_reminder": N_("Payment reminders"),
}
_AMOUNT = "invoiced_"


def counts_text(report: Mapping[str, Any], words: Words) -> str:
    """What a night did, as a list: "Invoices 12 · Renewals 14"; empty when nothing."""
    done = ((COUNTS[name], int(report[name])) for name in COUNTS if report.get(name))
    return " · ".join(f"{words.t(name)} {words.number(count)}" for name, count in done)


def amounts_of(report: Mapping[str, Any]) -> tuple[Money, ...]:
    """What was invoiced, by currency."""
    found = {name.removeprefix(_AMOUNT): int(minor) for name, minor in report.items() if name.startswith(_AMOUNT)}
    return tuple(Money(minor, currency) for currency, minor in sorted(found.items()))
