"""Words for licence positions and for what is decided about seats: problems, refusals, fields, what happened."""

from __future__ import annotations

from collections.abc import Mapping

from services.words.i18n import N_

# Merged into the table of problems.
LICENCE_PROBLEMS: Mapping[str, str] = {
    "position_early": N_("{field}: it is too long ago. Choose {earliest} or a later day."),
    "position_ahead": N_("{field}: it is still to come. Choose today, {today}, or an earlier day."),
    "too_many_seats_at_once": N_("{field}: {count} are chosen, and at most {limit} can be done at once. Choose fewer."),
    "no_seat_number": N_("{field}: {value} is no number of a seat. Leave the column as it was exported."),
    "no_answer": N_("{field}: {value} is no answer. Write needed or not needed, or leave the cell empty."),
    "seat_unknown": N_("{field}: {value} is no seat of this account. Export the list again."),
    "seat_given_back": N_("{field}: {value} was given back meanwhile, so nothing is to be decided about it."),
    "seat_of_another": N_("{field}: the seat is not that of {value}. A row was changed; export the list again."),
    "answers_differ": N_("{field}: row {row} says something else of the same seat. Keep one of the two."),
    "answer_changed_meanwhile": N_("{field}: somebody answered for this seat since you looked. Check the file again."),
    "seat_twice": N_("{field}: one of them is chosen for two things. Choose again."),
}

# Merged into the sentences of refusals.
LICENCE_REFUSALS: Mapping[str, str] = {
    "nothing_to_do": N_("Nothing of what is chosen would change anything. Choose seats, or fewer seats at a renewal."),
    "act_changed": N_(
        "Somebody changed these seats since you looked. Nothing was done; see what it comes to now, and decide again."
    ),
    "not_fewer": N_(
        "{product} runs with {seats} seats, and here only fewer seats of a paid subscription can be scheduled. "
        "Enter a smaller number."
    ),
}

# Merged into what happened; `{subject}` is a subscription's number or an account's code.
LICENCE_ACTIONS: Mapping[str, str] = {
    "act_on_seats": N_("Decided about seats of {subject}"),
    "schedule_fewer_seats": N_("Fewer seats at the renewal of {subject} scheduled"),
    "await_seat": N_("{subject} waits for a seat"),
    "give_waiting": N_("Seats of {subject} given to those who waited"),
    "stop_waiting": N_("People of {subject} taken off a waiting list"),
    "import_needs": N_("Answers about seats of {subject} imported"),
    "withdraw_fewer_seats": N_("Fewer seats at the renewal of {subject} taken back"),
}

LICENCE_FIELDS: Mapping[str, str] = {
    "seat": N_("Seat"),
    "answer": N_("Needed / not needed"),
}

# By the name of the StrEnum.
LICENCE_ENUMS: Mapping[str, Mapping[str, str]] = {
    "Answer": {
        "needed": N_("needed"),
        "not_needed": N_("not needed"),
    },
}
