"""What reports say: names and faults of their filters, and the two figures of each tie-out."""

from __future__ import annotations

from collections.abc import Mapping

from services.words.i18n import N_

# Merged into the tables of fields and problems; `{field}` is the filter's name.
REPORT_FIELDS: Mapping[str, str] = {"first_on": N_("First day"), "last_on": N_("Last day"), "as_of": N_("As of")}
REPORT_PROBLEMS: Mapping[str, str] = {
    "filter_not_offered": N_(
        "{field}: the address asks for “{value}”, which is not offered to you. It limits nothing here."
    ),
    "filter_not_a_day": N_("{field}: the address asks for “{value}”, which is not a day. The report is as of today."),
    "statement_backwards": N_("{field}: it lies before the first day of the statement."),
    "statement_ahead": N_("{field}: a statement ends today at the latest, {today}."),
    "filter_day_ahead": N_("{field}: {day} is still to come. The report is as of today."),
    "filter_day_early": N_("{field}: {day} is too long ago. The report is as of today."),
    "statement_early": N_("{field}: it is too long ago. A statement begins on {earliest} at the earliest."),
}

# What ties out: the check, what the first figure is, what the second is.
TIE_OUTS: Mapping[str, tuple[str, str, str]] = {
    "lines_are_totals": (N_("Lines add up to the totals posted"), N_("Ledger"), N_("Lines of documents")),
    "tax_is_payable": (N_("Tax of documents is tax payable"), N_("Ledger"), N_("Tax of lines")),
    "receivables_roll_forward": (N_("Receivables roll forward"), N_("Ledger"), N_("Invoiced less settled")),
    "collected_is_cash": (N_("What is collected is cash"), N_("Ledger"), N_("Collected")),
    "invoiced_is_earned_or_deferred": (
        N_("What is invoiced is recognised or deferred"), N_("Invoiced"), N_("Recognised, now or later"),
    ),
    "movements_add_up": (N_("Opening and movements are closing"), N_("Opening and movements"), N_("Closing")),
    "numbers_gapless": (N_("Numbers have no gap"), N_("Numbers issued"), N_("Documents")),
    "tax_book_is_ledger": (N_("The tax book is the ledger"), N_("Ledger"), N_("Tax book")),
}  # fmt: skip
