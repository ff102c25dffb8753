"""What is wrong with a form's field: one sentence a problem code."""

from __future__ import annotations

from collections.abc import Mapping

from services.words.account_texts import ACCOUNT_PROBLEMS
from services.words.book_texts import BOOK_PROBLEMS
from services.words.i18n import N_
from services.words.import_texts import IMPORT_PROBLEMS
from services.words.licence_texts import LICENCE_PROBLEMS
from services.words.payment_texts import PAYMENT_PROBLEMS
from services.words.report_texts import REPORT_PROBLEMS
from services.words.seat_texts import SEAT_PROBLEMS
from services.words.usage_texts import USAGE_PROBLEMS

# Placeholders are the problem's values; `{field}` is the field's label.
PROBLEMS: Mapping[str, str] = {
    "invalid": N_("{field}: this value cannot be used. Check it and enter it again."),
    "required": N_("{field}: enter a value."),
    "too_long": N_("{field}: at most {limit} characters."),
    "too_small": N_("{field}: at least {minimum}."),
    "too_large": N_("{field}: at most {limit}."),
    "promise_of_the_past": N_("{field}: choose {today} or a later day."),
    "whole_number": N_("{field}: enter a whole number."),
    "not_a_number": N_("{field}: enter a number."),
    "not_a_day": N_("{field}: enter a day, such as 2026-04-11."),
    "not_an_email": N_("{field}: enter a mail address, such as name@company.com."),
    "not_a_choice": N_("{field}: choose one of the values offered."),
    "unknown_country": N_("{field}: {value} is not a country code. Use two letters, such as ES."),
    "unknown_currency": N_("{field}: {value} is not a currency code. Use three letters, such as EUR."),
    "unprintable": N_("{field}: it holds characters that cannot be printed. Type it again."),
    "duplicate": N_("{field}: {value} is already used. Choose another."),
    "file_too_large": N_("{field}: it is larger than {limit} MB. Attach a smaller one."),
    "count_between": N_("{field}: choose from {minimum} to {limit}."),
    "unknown_accounts": N_("{field}: no account has the code {codes}. Correct the list."),
    "no_email_in_line": N_("{field}: no mail address in “{value}”. Write Name <address>, one person a line."),
    "too_many_people": N_("{field}: {count} at once are too many. Paste at most {limit}."),
    "code_format": N_("{field}: use small letters, digits and hyphens, a letter first."),
    "time_zone_unknown": N_("{field}: {value} is not a time zone. Choose one such as Europe/Madrid."),
    "prefix_format": N_("{field}: use up to 10 capital letters, digits and hyphens, a letter first."),
    "fixed_after_number": N_("{field}: it stays {value}, since documents have been numbered."),
    "creditor_id_format": N_("{field}: this is not a SEPA creditor id, or a digit is wrong. Compare it again."),
    "sort_code_format": N_("{field}: this is not a sort code. It has six digits, such as 20-00-00."),
    "routing_number_format": N_("{field}: this is not an ABA routing number, or a digit is wrong. It has nine digits."),
    "account_number_format": N_("{field}: this is not an account number of this currency. Compare it again."),
    "tax_number_format": N_("{field}: this is not a tax number of {country}, or a digit is wrong. Compare it again."),
    "cover_too_long": N_("{field}: a deputy stands in for at most {limit} days at a time."),
    "card_number": N_(
        "{field}: this looks like a card number, and card numbers must never be entered here. Remove it."
    ),
    **ACCOUNT_PROBLEMS,
    **IMPORT_PROBLEMS,
    **BOOK_PROBLEMS,
    **PAYMENT_PROBLEMS,
    **REPORT_PROBLEMS,
    **USAGE_PROBLEMS,
    **SEAT_PROBLEMS,
    **LICENCE_PROBLEMS,
}
