"""What the import of a book says: why it asks or refuses, and what was done about a row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from services.rules.import_records import Note
from services.words.i18n import N_, Words
from services.words.labels import field_name, label

# Merged into the table of refusals; placeholders are the refusal's values.
BOOK_REFUSALS: Mapping[str, str] = {
    "days_asked": N_(
        "{field}: “{value}” in row {row} can be read in more than one way. Say how the file writes days: "
        "day first, month first, or as Excel's numbers (in a map file: days = 'day_first', 'month_first' or 'excel')."
    ),
    "cut_over_ahead": N_("Cut-over day: it is still to come. Choose {today} or an earlier day."),
    "billed_elsewhere": N_(
        "{product}: the period until {ends_on} was billed by another system, so it cannot be credited here. "
        "Have the change take effect at the renewal, or add seats and keep the period."
    ),
}

# Merged into the table of problems.
BOOK_PROBLEMS: Mapping[str, str] = {
    "not_so_written": N_("{field}: {value} is not a day as this file writes them. Write it as 2026-04-11."),
    "no_price_to_renew": N_(
        "{field}: {plan} has no price in {currency} for this billing plan ({interval}), which a renewal needs. "
        "Translate it to another plan, or have the price added."
    ),
    "no_such_amount": N_("{field}: {value} is not an amount of this currency. Write it as 1234.50."),
    "amounts_differ": N_("{field}: it comes to {amount} a period, and the other amount to {other}. Map only one."),
    "imported_otherwise": N_(
        "{field}: {value} came in before with other values ({missing}). Change the subscription itself, not the file."
    ),
    "imported_for_another": N_("{field}: {value} came in before for another account. Correct the file."),
    "trial_starts_later": N_("{field}: a trial from {day} on is still to come. Start it here on its day."),
    "ends_after_period": N_(
        "{field}: it ends on {day}, after its period ends on {renews_on}. "
        "Leave the end empty, and cancel the subscription here in its last period."
    ),
    "unknown_account": N_("{field}: no account has the code {value}. Import the accounts first."),
    "account_without_currency": N_("{field}: the account {value} has no currency yet. Enter it on the account first."),
    "another_currency": N_("{field}: {value}, and the account is billed in {currency}. Correct one of the two."),
    "day_out_of_range": N_("{field}: only days from 2000 to 2088 can be taken over."),
    "opened_otherwise": N_(
        "{field}: {value} was opened before with another amount. Record a payment or a write-off instead."
    ),
    "nothing_open": N_("{field}: it is 0.00, so nothing is open. Leave the row out."),
    "account_without_seller": N_("{field}: the account {value} has no selling entity yet. Choose it on the account."),
    "after_cut_over": N_("{field}: it lies after the cut-over day, {day}. Only what was issued until then is opened."),
    "before_the_start": N_("{field}: it lies before the start on {day}."),
}

# What was done about a row. Placeholders are the note's values.
NOTES: Mapping[str, str] = {
    "from_map": N_("{field} {value} from the map"),
    "read_as": N_("{field} {text} read as {value}"),
    "trial_without_end": N_("trial without an end: taken to last {days} days, until {ends_on}"),
    "trial_over": N_("trial over on {day}"),
    "trial_runs": N_("trial runs until {day}"),
    "trial_amount": N_("amount of a trial left out: it counts 0"),
    "repeated_trial": N_("further trial of {product}: kept, imported trials have no limit"),
    "no_days": N_("starts and ends on {day}: kept, counted on no day"),
    "ended": N_("ended on {day}: history only"),
    "ends": N_("billed elsewhere to its end on {day}"),
    "starts_later": N_("starts on {day}: the night bills it from then on"),
    "renews": N_("billed elsewhere until {day}, renewed here from then on"),
    "not_renewed": N_("billed elsewhere until {day}, ends then: not renewed automatically"),
    "negotiated": N_("price of the file kept: {amount} a period ({interval}), list {listed}"),
    "list_price": N_("no amount in the file: list price"),
    "below_minimum": N_("{seats} seats, below the plan's minimum of {minimum}: kept"),
    "debt_opened": N_("{amount} left to pay, due on {day}"),
    "credit_opened": N_("{amount} of credit: pays the next invoices"),
    "due_at_cut_over": N_("no due date in the file: due on the cut-over day"),
}


def note_text(note: Note, words: Words) -> str:
    """What was done about a row, in the reader's language."""
    told = {name: _worded(name, value, words) for name, value in note.values.items()}
    return words.t(NOTES.get(note.code, note.code), **told)


def note_texts(notes: Iterable[Note], words: Words) -> str:
    """Several of them, as one line."""
    return " · ".join(note_text(note, words) for note in notes)


# Of what kind a note is, for counting rows: no values in it.
NOTE_KINDS: Mapping[str, str] = {
    "from_map": N_("value from the map"),
    "read_as": N_("value read as one of ours"),
    "trial_without_end": N_("trial without an end"),
    "trial_over": N_("trial that is over"),
    "trial_runs": N_("trial that runs"),
    "trial_amount": N_("amount of a trial left out"),
    "repeated_trial": N_("repeated trial"),
    "no_days": N_("starts and ends on one day"),
    "ended": N_("ended before the cut-over day"),
    "ends": N_("ends with its period"),
    "starts_later": N_("starts after the cut-over day"),
    "renews": N_("renewed here"),
    "not_renewed": N_("not renewed"),
    "negotiated": N_("price of the file kept"),
    "list_price": N_("list price"),
    "below_minimum": N_("below the plan's minimum"),
    "debt_opened": N_("left to pay"),
    "credit_opened": N_("credit"),
    "due_at_cut_over": N_("no due date"),
}


def _worded(name: str, value: Any, words: Words) -> object:
    if name == "field":
        return field_name(str(value), words)
    if isinstance(value, StrEnum):
        return label(value, words)
    return value
