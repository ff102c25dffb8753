"""What fields, faults and states of accounts are called."""

from __future__ import annotations

from collections.abc import Mapping

from services.words.i18n import N_

# Merged into the table of field names; named like the account's columns.
ACCOUNT_FIELDS: Mapping[str, str] = {
    "segment": N_("Segment"),
    "region": N_("State or province"),
    "exemption_article": N_("Article of the tax exemption"),
    "net_days": N_("Payment terms in days"),
    "end_of_month": N_("End of month"),
    "fixed_days": N_("Fixed payment days"),
    "co_term_on": N_("Common renewal date"),
    "dir3_office": N_("DIR3 accounting office"),
    "dir3_body": N_("DIR3 managing body"),
    "dir3_unit": N_("DIR3 processing unit"),
    "mandate_reference": N_("Mandate reference"),
    "mandate_signed_on": N_("Mandate signed on"),
    "vat_consultation": N_("Consultation number"),
    "vat_checked_on": N_("Checked on"),
    "seller_complete": N_("data of the selling entity"),
    "is_billing_contact": N_("Billing contact"),
    "is_invoice_recipient": N_("Gets the invoices"),
    "number": N_("Number"),
    "expires_on": N_("Valid through"),
    "cap": N_("Cap"),
    "rep_id": N_("Sales representative"),
    "team_id": N_("Team"),
    "vat_state": N_("VAT number check"),
}

# Merged into the table of problems.
ACCOUNT_PROBLEMS: Mapping[str, str] = {
    "control_character": N_("{field}: it holds characters that cannot be printed. Type it again."),
    "direction_override": N_("{field}: it holds characters that turn the reading direction. Type it again."),
    "code_characters": N_("{field}: use letters, digits, blanks and . - / & only, a letter or digit first."),
    "code_fixed": N_("{field}: it stays as it is once created."),
    "fixed_after_invoice": N_("{field}: it cannot be changed after the first invoice. Create a new account instead."),
    "vat_wrong_country": N_(
        "{field}: {value} is a number of another country than {country}. Correct the number or the country."
    ),
    "vat_wrong_length": N_("{field}: {value} has the wrong length for {country}. Compare it with the customer's."),
    "vat_wrong_format": N_("{field}: {value} is not written like a number of {country}. Compare it again."),
    "vat_wrong_check_digit": N_("{field}: {value} has a wrong digit somewhere. Compare it with the customer's."),
    "vat_wrong_part": N_("{field}: a part of {value} cannot be. Compare it with the customer's."),
    "ends_before_start": N_("{field}: it must be after the first day."),
    "day_in_future": N_("{field}: this day is after today. Enter today or an earlier day."),
    "day_over": N_("{field}: this day is over. Enter today or a later day."),
    "payment_days": N_("{field}: at most {limit} days of the month, each from 1 to 31."),
    "day_of_year": N_("{field}: enter month and day, such as 06-30."),
    "leitweg_format": N_("{field}: this is not a Leitweg-ID, or a digit is wrong. It looks like 991-03730-19."),
    "dir3_format": N_("{field}: this is not a DIR3 code. It has nine characters, such as L01280796."),
    "siret_format": N_("{field}: this is not a SIRET, or a digit is wrong. It has 14 digits."),
    "means_not_offered": N_("{field}: not for this country and currency. Choose one of: {offered}."),
    "needed_for_debit": N_("{field}: a SEPA direct debit needs it. Enter it or choose other payment means."),
    "iban_format": N_("{field}: this is not an IBAN, or a digit is wrong. Compare it with the customer's."),
    "iban_outside_sepa": N_("{field}: this account is outside the SEPA area, where no direct debit is possible."),
    "bic_format": N_("{field}: this is not a BIC. It has 8 or 11 letters and digits, such as CAIXESBBXXX."),
    "mandate_characters": N_("{field}: use Latin letters, digits and + ? / - : ( ) . , ' only."),
    "terms_above_legal": N_(
        "{field}: up to {days} days may pass until an invoice is due; the law allows {limit} ({law})."
    ),
    "one_billing_contact": N_("{field}: an account always has one. Make another contact the billing contact first."),
    "too_many_recipients": N_("{field}: at most {limit}. Take one off first."),
    "currency_of_account": N_("{field}: enter it in the account's currency, {currency}."),
    "above_zero": N_("{field}: enter an amount above zero, or leave it empty for no cap."),
    "below_used": N_("{field}: invoices under this number come to {used} already. Enter at least that."),
}

# Merged into the words of enumerations.
ACCOUNT_ENUMS: Mapping[str, Mapping[str, str]] = {
    "PaymentMeans": {
        "bank_transfer": N_("Bank transfer"),
        "sepa_debit": N_("SEPA direct debit"),
        "bacs": N_("Bacs"),
        "ach": N_("ACH"),
        "check": N_("Check"),
    },
    "VatState": {
        "unchecked": N_("not checked"),
        "form_only": N_("form only"),
        "confirmed": N_("confirmed"),
        "refused": N_("refused"),
    },
    "Status": {
        "scheduled": N_("scheduled"),
        "trialing": N_("trial"),
        "active": N_("active"),
        "pending_cancellation": N_("pending cancellation"),
        "cancelled": N_("cancelled"),
        "expired": N_("expired"),
    },
}
