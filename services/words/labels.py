"""What codes are called: fields, roles, intervals, statuses and every other enumeration a reader may meet."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from services.words.account_texts import ACCOUNT_ENUMS, ACCOUNT_FIELDS
from services.words.approval_texts import APPROVAL_ENUMS
from services.words.i18n import N_, Words
from services.words.licence_texts import LICENCE_ENUMS, LICENCE_FIELDS
from services.words.lifecycle_texts import LIFECYCLE_FIELDS, LIFECYCLE_MAILS
from services.words.payment_texts import PAYMENT_ENUMS, PAYMENT_FIELDS
from services.words.report_texts import REPORT_FIELDS
from services.words.seat_texts import SEAT_ENUMS, SEAT_FIELDS
from services.words.usage_texts import USAGE_ENUMS, USAGE_FIELDS

# The names of form fields, as the screens label them; a problem's sentence begins with one.
FIELDS: Mapping[str, str] = {
    "name": N_("Name"),
    "legal_name": N_("Legal name"),
    "code": N_("Code"),
    "country": N_("Country"),
    "currency": N_("Currency"),
    "language": N_("Language"),
    "email": N_("Email"),
    "phone": N_("Phone"),
    "street": N_("Street"),
    "address": N_("Address"),
    "postal_code": N_("Postal code"),
    "city": N_("City"),
    "state": N_("State or province"),
    "time_zone": N_("Time zone"),
    "vat_number": N_("VAT number"),
    "tax_number": N_("Tax number"),
    "tax_numbers": N_("Tax numbers"),
    "tax_exempt": N_("Tax exemption"),
    "exempt_from": N_("Exempt from"),
    "exempt_until": N_("Exempt until"),
    "is_business": N_("Business"),
    "terms_days": N_("Payment terms in days"),
    "payment_days": N_("Fixed payment days"),
    "payment_terms": N_("Payment terms"),
    "payment_means": N_("Payment means"),
    "iban": N_("IBAN"),
    "bic": N_("BIC"),
    "aba": N_("ABA routing number"),
    "account_number": N_("Account number"),
    "sort_code": N_("Sort code"),
    "bank": N_("Bank"),
    "bank_details": N_("Bank details"),
    "mandate": N_("SEPA mandate"),
    "creditor_id": N_("SEPA creditor id"),
    "register_line": N_("Register line"),
    "late_payment_text": N_("Late-payment text"),
    "series_prefix": N_("Series prefix"),
    "rep": N_("Sales representative"),
    "team": N_("Team"),
    "seller": N_("Selling entity"),
    "billing_contact": N_("Billing contact"),
    "contact": N_("Contact"),
    "invoice_recipients": N_("Invoice recipients"),
    "ordered_by": N_("Ordered by"),
    "evidence": N_("Evidence"),
    "evidence_kind": N_("Kind of evidence"),
    "evidence_reference": N_("Evidence reference"),
    "purchase_order": N_("Purchase order"),
    "po_number": N_("PO number"),
    "po_expires_on": N_("PO expiry"),
    "po_cap": N_("PO cap"),
    "po_required": N_("PO required"),
    "supplier_number": N_("Supplier number"),
    "cost_centre": N_("Cost centre"),
    "leitweg_id": N_("Leitweg-ID"),
    "dir3": N_("DIR3 offices"),
    "siret": N_("SIRET"),
    "product": N_("Product"),
    "plan": N_("Plan"),
    "seats": N_("Seats"),
    "interval": N_("Billing plan"),
    "starts_on": N_("Start"),
    "timing": N_("Timing"),
    "discount": N_("Discount"),
    "discount_percent": N_("Discount %"),
    "unit_price": N_("Negotiated price"),
    "reason": N_("Reason"),
    "note": N_("Note"),
    "promised": N_("Promised amount"),
    "promised_on": N_("Promised by"),
    "file": N_("File"),
    "map": N_("Column map"),
    "column": N_("Column"),
    "row": N_("Row"),
    "deputy": N_("Deputy"),
    "from_on": N_("From"),
    "until_on": N_("Until"),
    "user": N_("User"),
    "role": N_("Role"),
    "title": N_("Title"),
    "line": N_("Line"),
    "bank_name": N_("Bank"),
    "routing_number": N_("Routing number"),
    "discount_reason": N_("Reason"),
    "cart": N_("Cart"),
    "licensed_user": N_("Licensed user"),
    "evidence_file": N_("Evidence file"),
    "accounts": N_("Accounts"),
    "members": N_("Members"),
    "rep_email": N_("Sales representative"),
    "contact_name": N_("Name of the billing contact"),
    "contact_phone": N_("Phone of the billing contact"),
    "contact_email": N_("Email of the billing contact"),
    "subscription_id": N_("Subscription"),
    "accepts_new_period": N_("New billing period"),
    "replaces_scheduled": N_("Scheduled change"),
    "takes_new_price": N_("New price"),
    "people": N_("People"),
    "invoice_prefix": N_("Prefix of invoices"),
    "credit_prefix": N_("Prefix of credit notes"),
    "sepa_creditor_id": N_("SEPA creditor id"),
    "days": N_("Days"),
    "cut_over_on": N_("Cut-over day"),
    "is_trial": N_("Trial"),
    "trial_days": N_("Length of a trial in days"),
    "is_auto_renewed": N_("Renews automatically"),
    "monthly_amount": N_("Amount a month"),
    "period_amount": N_("Amount a period"),
    "unit_amount": N_("Price per seat and period"),
    "issued_on": N_("Issue date"),
    "due_on": N_("Due date"),
    "contact_id": N_("Ordered by"),
    "po_id": N_("Purchase order"),
    **ACCOUNT_FIELDS,
    **PAYMENT_FIELDS,
    **LIFECYCLE_FIELDS,
    **REPORT_FIELDS,
    **USAGE_FIELDS,
    **SEAT_FIELDS,
    **LICENCE_FIELDS,
}

# The words of enumerations, by the name of the StrEnum.
ENUMS: Mapping[str, Mapping[str, str]] = {
    "Role": {
        "sales_rep": N_("sales representative"),
        "sales_manager": N_("sales manager"),
        "finance": N_("finance"),
        "licence_manager": N_("licence manager"),
        "admin": N_("administrator"),
    },
    "Permission": {
        "see_accounts": N_("see accounts"),
        "edit_accounts": N_("edit accounts"),
        "assign_reps": N_("assign representatives"),
        "import_accounts": N_("import accounts"),
        "see_catalog": N_("see the catalog"),
        "see_subscriptions": N_("see subscriptions"),
        "use_cart": N_("use the cart"),
        "place_orders": N_("place orders"),
        "change_subscriptions": N_("change subscriptions and trials"),
        "see_invoices": N_("see invoices"),
        "credit_invoices": N_("credit invoices"),
        "dispute_invoices": N_("dispute invoices"),
        "see_reports": N_("see reports"),
        "see_billing": N_("see billing runs"),
        "run_billing": N_("run billing"),
        "close_months": N_("close months"),
        "see_payments": N_("see payments"),
        "record_payments": N_("record payments"),
        "import_books": N_("import subscriptions and balances"),
        "ask_approvals": N_("ask for approvals"),
        "decide_sales": N_("decide on discounts and trials"),
        "decide_money": N_("decide on refunds and write-offs"),
        "see_seats": N_("see seats"),
        "change_seats": N_("assign and release seats"),
        "reduce_at_renewal": N_("schedule fewer seats for a renewal"),
        "see_usage": N_("see the use of seats"),
        "import_usage": N_("import activity"),
        "erase_persons": N_("erase persons"),
        "see_outbox": N_("see outgoing mails"),
        "resend_mails": N_("send mails again"),
        "confirm_vat": N_("confirm VAT numbers"),
        "see_tax": N_("see the tax book"),
        "see_sellers": N_("see selling entities"),
        "manage_sellers": N_("change selling entities"),
        "manage_users": N_("manage users"),
        "name_deputy": N_("name a deputy"),
        "see_help": N_("read the help"),
    },
    **ACCOUNT_ENUMS,
    **PAYMENT_ENUMS,
    **APPROVAL_ENUMS,
    **USAGE_ENUMS,
    **SEAT_ENUMS,
    **LICENCE_ENUMS,
    "Interval": {"month": N_("Monthly"), "quarter": N_("Quarterly"), "year": N_("Annual")},
    "MailKind": {
        "order_confirmation": N_("Order confirmation"),
        "trial_welcome": N_("Trial welcome"),
        "invoice": N_("Invoice"),
        "credit_note": N_("Credit note"),
        "proposal": N_("Proposal"),
        "seat_assigned": N_("Seat assigned"),
        "seat_released": N_("Seat released"),
        "access_suspended": N_("Access suspended"),
        "approval_decided": N_("Request decided"),
        "seat_invited": N_("Invitation"),
        "invitation_withdrawn": N_("Invitation withdrawn"),
        "seat_moved": N_("Seat moved"),
        **LIFECYCLE_MAILS,
    },
    "MailStatus": {
        "queued": N_("waiting"),
        "sending": N_("sending"),
        "sent": N_("sent"),
        "failed": N_("failed"),
        "kept": N_("kept"),
    },
}

# What a `kind` of NotFound and the like is called.
KINDS: Mapping[str, str] = {
    "account": N_("account"),
    "contact": N_("contact"),
    "cart": N_("cart"),
    "cart_line": N_("cart line"),
    "order": N_("order"),
    "invoice": N_("invoice"),
    "payment": N_("payment"),
    "write_off": N_("write-off"),
    "statement_line": N_("line of a statement"),
    "debit": N_("direct debit"),
    "debit_batch": N_("batch of direct debits"),
    "document": N_("document"),
    "subscription": N_("subscription"),
    "approval": N_("request for approval"),
    "product": N_("product"),
    "plan": N_("plan"),
    "price": N_("price"),
    "seller": N_("selling entity"),
    "user": N_("user"),
    "licensed_user": N_("licensed user"),
    "release": N_("release of seats"),
    "seat": N_("seat"),
    "group": N_("group"),
    "mail": N_("mail"),
    "attachment": N_("attachment"),
    "purchase_order": N_("purchase order"),
    "team": N_("team"),
    "deputy": N_("deputy"),
    "file": N_("file"),
    "import": N_("import"),
}


def label(code: StrEnum, words: Words) -> str:
    """The word of an enumeration's member; its code, spaced, where the tables above have none."""
    known = ENUMS.get(type(code).__name__, {}).get(code.value)
    return words.t(known) if known else code.value.replace("_", " ")


def enum_words(name: str, words: Words) -> dict[str, str]:
    """The words of all members of an enumeration, by code."""
    return {code: words.t(text) for code, text in ENUMS.get(name, {}).items()}


def field_name(field: str | None, words: Words) -> str:
    """The label of a form field: "VAT number"; its code, spaced, where the table has none."""
    if not field:
        return ""
    base, _, place = field.partition(".")  # "line.2" is a field of the second line
    known = FIELDS.get(base)
    name = words.t(known) if known else base.replace("_", " ").capitalize()
    return f"{name} ({place})" if place else name


def kind_name(kind: str, words: Words) -> str:
    """What a kind of thing is called inside a sentence: "invoice"."""
    known = KINDS.get(kind)
    return words.t(known) if known else kind.replace("_", " ")
