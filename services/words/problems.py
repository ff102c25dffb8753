"""What is wrong with a form's field: one sentence a problem code."""

from __future__ import annotations

from collections.abc import Mapping

from services.words.account_texts import ACCOUNT_PROBLEMS
from services.words.i18n import N_
from services.words.import_texts import IMPORT_PROBLEMS

# Placeholders are the problem's values; `{field}` is the field's label.
PROBLEMS: Mapping[str, str] = {
    "invalid": N_("{field}: this value cannot be used. Check it and enter it again."),
    "required": N_("{field}: enter a value."),
    "too_long": N_("{field}: at most {limit} characters."),
    "too_small": N_("{field}: at least {minimum}."),
    "too_large": N_("{field}: at most {limit}."),
    "not_a_number": N_("{field}: enter a number."),
    "not_a_day": N_("{field}: enter a day, such as 2026-04-11."),
    "not_an_email": N_("{field}: enter a mail address, such as name@company.com."),
    "not_a_choice": N_("{field}: choose one of the values offered."),
    "unknown_country": N_("{field}: {value} is not a country code. Use two letters, such as ES."),
    "unknown_currency": N_("{field}: {value} is not a currency code. Use three letters, such as EUR."),
    "unprintable": N_("{field}: it holds characters that cannot be printed. Type it again."),
    "duplicate": N_("{field}: {value} is already used. Choose another."),
    "card_number": N_(
        "{field}: this looks like a card number, and card numbers must never be entered here. Remove it."
    ),
    **ACCOUNT_PROBLEMS,
    **IMPORT_PROBLEMS,
}
