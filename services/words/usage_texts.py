"""Words for the use of seats: what is wrong with a feed, what became of a seat, fields, what happened."""

from __future__ import annotations

from collections.abc import Mapping

from services.words.i18n import N_

# Merged into the table of problems.
USAGE_PROBLEMS: Mapping[str, str] = {
    "several_subscriptions": N_("{field}: {value} is a subscription of several accounts. Map the account's code, too."),
    "not_of_subscription": N_("{field}: the subscription is not one of {value}. Correct one of the two."),
    "product_or_subscription": N_("{field}: a row names a product or a subscription. Map one of the columns."),
    "product_not_bought": N_("{field}: the account has never had {value}."),
    "account_needed": N_("{field}: it cannot be told whose activity this is. Map the account's code or the user."),
    "not_an_instant": N_("{field}: {value} is no moment. Write it year first, such as 2026-04-11 or 2026-04-11 09:30."),
    "in_the_future": N_("{field}: {day} has not come yet. Correct the day."),
    "too_old": N_("{field}: {day} is longer ago than the {months} months that activity is kept."),
    "unknown_licensed_user": N_("{field}: {value} is no licensed user of the account. Add the person, or correct it."),
    "nobody_known": N_("{field}: nobody in the list is a licensed user of the account. Correct the addresses."),
    "exclusion_over": N_("{field}: choose a day after {today}. On that day the exclusion is over."),
    "exclusion_too_long": N_("{field}: somebody is excluded for at most {limit} days at a time."),
    "event_twice": N_("{field}: {value} stands in row {row} already, and says something else there."),
    "event_id_taken": N_("{field}: {value} is stored already, and says something else."),
}

USAGE_FIELDS: Mapping[str, str] = {
    "department": N_("Department"),
    "manager": N_("Manager"),
    "excluded_until": N_("Excluded until"),
    "exclusion_reason": N_("Reason for excluding"),
    "at": N_("Used at"),
    "event_id": N_("Event number"),
}

# By the name of the StrEnum.
USAGE_ENUMS: Mapping[str, Mapping[str, str]] = {
    "SeatUse": {
        "used": N_("used"),
        "idle": N_("idle"),
        "excluded": N_("excluded"),
        "no_evidence": N_("no evidence"),
    },
    "Why": {
        "in_use": N_("in use: active in the last {in_use_days} days"),
        "seen": N_("used in the last {idle_days} days, not in the last {in_use_days}"),
        "not_seen": N_("no activity for {idle_days} days"),
        "young": N_("assigned less than {young_days} days ago"),
        "pending": N_("the invitation is not accepted yet"),
        "excluded_user": N_("the user is excluded until {day}"),
        "no_feed": N_("no feed names the users of this product"),
        "stale": N_("the feed is older than {stale_days} days"),
        "short": N_("the feed does not reach back {idle_days} days"),
    },
}

USAGE_ACTIONS: Mapping[str, str] = {
    "save_user_details": N_("Details of licensed user {subject} changed"),
    "mark_left": N_("Licensed user {subject} has left"),
    "undo_release": N_("Release of seats undone: {subject}"),
    "import_usage": N_("Activity imported"),
    "open_person_use": N_("Use of licensed user {subject} looked at"),
    "hide_names": N_("Names on the pages of use hidden or shown"),
}
