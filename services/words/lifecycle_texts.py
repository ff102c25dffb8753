"""Words for the life of a subscription: refusals, what happened, kinds of mails, fields."""

from __future__ import annotations

from collections.abc import Mapping

from services.words.i18n import N_

# Merged into the sentences of refusals.
LIFECYCLE_REFUSALS: Mapping[str, str] = {
    "extension_over_limit": N_(
        "Days: a trial may be extended by {limit} days in all, and this makes {asked}. "
        "Enter less, or ask a sales manager to approve it."
    ),
    "not_a_trial": N_("{product} is not on trial any more. Change its subscription instead."),
    "trial_over": N_("The trial of {product} ended on {ended_on}. It can still be converted: choose Buy."),
    "trial_not_cancelled": N_("{product} is on trial. End the trial instead; nothing is charged for it."),
    "start_due": N_(
        "{product} starts on {starts_on}, and the night of that day has not been run yet. "
        "Ask finance to run it, then repeat."
    ),
    "renewal_due": N_(
        "The period of {product} ended on {ended_on}, and its renewal has not been run yet. "
        "Ask finance to run it, then repeat."
    ),
    "end_reached": N_("The subscription of {product} ended on {ended_on}. Order it again with Add new subscription."),
    "not_cancelled": N_("No cancellation of {product} is pending, so there is nothing to take back."),
}

# Merged into what happened; `{subject}` is a product or a subscription's number.
LIFECYCLE_ACTIONS: Mapping[str, str] = {
    "extend_trial": N_("Trial {subject} extended"),
    "change_trial": N_("Trial {subject} changed"),
    "end_trial": N_("Trial {subject} ended"),
    "convert_trial": N_("Trial {subject} converted at its end"),
    "cancel_subscription": N_("Subscription {subject} cancelled"),
    "reactivate_subscription": N_("Subscription {subject} reactivated"),
    "set_auto_renewal": N_("Renewal of subscription {subject} set"),
    "end_subscription": N_("Subscription {subject} ended"),
    "trial_extended": N_("{subject}: trial extended"),
    "trial_changed": N_("{subject}: trial changed"),
    "trial_ended": N_("{subject}: trial ended before its day"),
    "trial_expired": N_("{subject}: trial expired"),
    "trial_converted": N_("{subject}: trial converted"),
    "cancelled": N_("{subject}: cancelled, access until the end of the paid period"),
    "called_off": N_("{subject}: cancelled before its start"),
    "reactivated": N_("{subject}: cancellation taken back"),
    "renewal_set": N_("{subject}: renewal set"),
    "subscription_ended": N_("{subject}: subscription ended"),
    "subscription_expired": N_("{subject}: ended with its period, not renewed"),
}

# Merged into the names of fields.
LIFECYCLE_FIELDS: Mapping[str, str] = {
    "ends_on": N_("Ends on"),
    "renews": N_("Renews by itself"),
    "cancel_reason": N_("Reason"),
}

# Merged into the kinds of mails.
LIFECYCLE_MAILS: Mapping[str, str] = {
    "trial_extended": N_("Trial extended"),
    "trial_ending": N_("Trial ending"),
    "trial_expired": N_("Trial expired"),
    "cancellation_confirmed": N_("Cancellation confirmed"),
    "reactivated": N_("Subscription reactivated"),
    "subscription_ended": N_("Subscription ended"),
    "renewal_notice": N_("Renewal notice"),
    "payment_reminder": N_("Payment reminder"),
    "statement": N_("Statement of account"),
}
