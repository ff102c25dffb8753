"""What is said about payments: refusals, faults of fields, fields and enumerations."""

from __future__ import annotations

from collections.abc import Mapping

from services.words.i18n import N_

# Merged into the table of refusals.
PAYMENT_REFUSALS: Mapping[str, str] = {
    "write_off_reversed": N_("This write-off was taken back on {reversed_on} already."),
    "payment_is_reversed": N_("This payment is no longer in the books: it was taken back on {reversed_on}."),
    "balance_refunded": N_(
        "{refunded} of this payment was refunded and cannot be taken back. If the refund failed, reverse it first."
    ),
    "more_than_open": N_("Amount: {asked} is more than the {open} open on invoice {number}. Enter at most that."),
    "more_than_paid": N_("Amount: {asked} is more than the {available} this payment has to give. Enter less."),
    "balance_too_small": N_("Amount: {asked} is more than the account's balance of {left}. Enter at most that."),
    "credit_exceeds_lines": N_("Net amount: {asked} is more than the {left} left of these lines. Enter at most that."),
    "nothing_open": N_("Nothing is open on invoice {number}. Choose another."),
    "already_disputed": N_("Invoice {number} is disputed since {opened_on} already."),
    "line_is_closed": N_("This line was booked or set aside before. Reload the list."),
    "no_creditor": N_(
        "{seller} cannot collect yet: it needs a SEPA creditor id and an account in EUR. An administrator enters them."
    ),
    "nothing_to_collect": N_("Choose at least one invoice to collect."),
    "debit_changed": N_(
        "{agreed} was to be collected when you looked, and {now} can be now. No file was made; look again."
    ),
    "batch_is_closed": N_("This batch is booked or cancelled already, or a debit of it was returned."),
    "not_collected_yet": N_("The bank collects on {collect_on}. Book the batch from that day on."),
    "debit_is_closed": N_("This debit was returned or cancelled before. Reload the batch."),
    "not_disputed": N_("Invoice {number} is not disputed. Reload to see how it stands."),
}

# Merged into the table of problems.
PAYMENT_PROBLEMS: Mapping[str, str] = {
    "other_currency": N_("{field}: the account is billed in {currency}. Enter an amount in {currency}."),
    "not_positive": N_("{field}: enter an amount above 0."),
    "day_between": N_("{field}: choose a banking day from {first} to {last}."),
    "no_banking_day": N_("{field}: banks are closed on this day. Choose another."),
    "day_ahead": N_("{field}: this day is still to come. Choose {today} or an earlier day."),
}

# Merged into the table of field names.
PAYMENT_FIELDS: Mapping[str, str] = {
    "amount": N_("Amount"),
    "received_on": N_("Received on"),
    "reference": N_("Reference"),
    "invoice_id": N_("Invoice"),
    "net": N_("Net amount"),
    "outcome": N_("Outcome"),
    "day": N_("Day"),
    "collect_on": N_("Collection day"),
    "payer": N_("Payer"),
    "booked_on": N_("Booked on"),
    "balance": N_("Balance"),
}

# Merged into the table of enumerations.
PAYMENT_ENUMS: Mapping[str, Mapping[str, str]] = {
    "ReturnReason": {
        "AM04": N_("no funds"),
        "AC01": N_("account number wrong"),
        "AC04": N_("account closed"),
        "AC06": N_("account blocked"),
        "AG01": N_("direct debit not allowed on this account"),
        "MD01": N_("no valid mandate"),
        "MD06": N_("customer asked for it back"),
        "MD07": N_("account holder deceased"),
        "MS02": N_("customer refused"),
        "MS03": N_("no reason given"),
        "SL01": N_("specific service of the bank"),
    },
    "Sequence": {"FRST": N_("first"), "RCUR": N_("recurring")},
}
