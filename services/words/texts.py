"""Codes to sentences: what a refusal or a form's problem says to the reader, naming the field and the way out."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from services.errors import Invalid, Problem, Refusal
from services.rules.scheduled import ScheduledFields
from services.words.approval_texts import APPROVAL_REFUSALS
from services.words.billing_texts import BILLING_REFUSALS
from services.words.book_texts import BOOK_REFUSALS
from services.words.changes import scheduled_words
from services.words.closing_texts import CLOSING_REFUSALS
from services.words.i18n import N_, Words, placeholders
from services.words.import_texts import IMPORT_REFUSALS
from services.words.labels import field_name, kind_name, label
from services.words.licence_texts import LICENCE_REFUSALS
from services.words.lifecycle_texts import LIFECYCLE_REFUSALS
from services.words.payment_texts import PAYMENT_REFUSALS
from services.words.problems import PROBLEMS

# One sentence a refusal, by its code; placeholders are the refusal's values, `{field}` its field's label.
REFUSALS: Mapping[str, str] = {
    "refusal": N_("This cannot be done. Nothing was changed."),
    "not_signed_in": N_("You are not signed in, or your access was switched off. Sign in again."),
    "not_allowed": N_("Your role may not do this ({permission}). Ask someone with one of these roles: {roles}."),
    "not_found": N_("This {kind} does not exist, or it is not one of yours. Search for it, or ask its representative."),
    "unavailable": N_("The database is not available right now. Nothing was changed; try again in a minute."),
    "conflict": N_("Somebody else changed this at the same time. Nothing was written; look again and repeat."),
    "stale_form": N_("Somebody changed this since you opened it. Reload to see the change, then enter yours again."),
    "price_changed": N_(
        "The total was {agreed} when you reviewed it and is {now} now. Nothing was ordered; review the order again."
    ),
    "request_key_reused": N_(
        "This form was already submitted with other content. Open it again from the account and repeat."
    ),
    "seats_exhausted": N_(
        "{product} has {free} free seats, and {asked} are needed. Release seats or add seats to the subscription."
    ),
    "unlawful": N_("A rule of billing forbids this. Nothing was changed."),
    "not_ready_to_order": N_(
        "The account is not ready to order yet. Missing: {missing}. Complete it on the account page."
    ),
    "seller_incomplete": N_(
        "{seller} cannot issue documents yet. Missing: {missing}. An administrator completes it under Selling entities."
    ),
    "self_service_account": N_(
        "This is a self-service account: the customer manages it, and here it can only be looked at."
    ),
    "no_price": N_(
        "{plan} has no price in {currency} for this billing plan ({interval}). Choose another, or ask for such a price."
    ),
    "product_withdrawn": N_("{product} is not sold any more. Remove it from the cart or choose another product."),
    "too_few_seats": N_("Seats: {seats} is below the plan's minimum. Enter at least {minimum}."),
    "too_many_seats": N_("Seats: {seats} is more than allowed here. Enter at most {limit}."),
    "trial_not_offered": N_("{product} has no free trial. Choose Buy instead."),
    "person_holds_seats": N_("This person still holds {seats} seats. Release them first."),
    "user_may_sign_in": N_("This user may still sign in. Switch the user off first."),
    "erased_already": N_("Name and email of this person were erased before."),
    "trial_used_up": N_(
        "This account has had its trial of {product}. The next one is possible from {again_on}; choose Buy instead."
    ),
    "trial_running": N_("Start: {product} is on trial, and buying it converts the trial today. Choose today."),
    "seats_in_use": N_(
        "Seats: {seats} is below the {assigned} seats in use. Enter at least {assigned}, or release {release} first."
    ),
    "product_owned": N_("The account already has {product}. Add seats to its subscription instead."),
    "product_not_owned": N_("The account has no subscription of {product}. Add one first, then assign its seats."),
    "discount_over_limit": N_("Discount: {asked} % is over your limit of {limit} %. Give less, or ask: {roles}."),
    "discount_needs_reason": N_(
        "Reason: a discount or negotiated price needs one. Say in a few words why it is given."
    ),
    "starts_in_past": N_("Start: {starts_on} is over. Choose today or a later day."),
    "starts_too_late": N_("Start: {starts_on} is too far ahead. Choose a day up to {latest}."),
    "purchase_order_required": N_(
        "Purchase order: this account orders only with one. Choose a purchase order or add it to the account."
    ),
    "purchase_order_expired": N_(
        "Purchase order {number} expired on {expired_on}. Choose another or enter its new expiry."
    ),
    "purchase_order_cap_exceeded": N_(
        "Purchase order {number} has {left} left, and the order is {total}. Choose another or raise its cap."
    ),
    "invoice_not_creditable": N_("Nothing of invoice {number} is left to credit."),
    "issued_out_of_order": N_(
        "A document of {day} cannot follow one of {last_day} in series {series}: numbers are in order of issue. "
        "Issue it on {last_day} or later."
    ),
    "terms_not_accepted": N_("Tick that the new billing period starts today, or choose to keep the current period."),
    "empty_cart": N_("Nothing was chosen to order. Add a product to the cart or tick at least one line."),
    "evidence_missing": N_("{field}: say who ordered it and how you know (purchase order, mail or call)."),
    "cart_changed": N_("A line of this order is not in the cart any more. Nothing was ordered; open the cart again."),
    "credit_changed": N_(
        "{agreed} was left of the invoice when you looked and {now} is left now. Nothing was credited; look again."
    ),
    "nothing_to_repeat": N_("This account has no order that could be repeated. Use Add new subscription instead."),
    "payment_means_missing": N_("Payment means: choose how the invoice will be paid."),
    "mandate_missing": N_(
        "Payment means: a SEPA direct debit needs the account's {missing}. Enter it there, or choose other means."
    ),
    "exchange_rate_missing": N_(
        "No reference rate for {currency} up to {day}. An administrator loads the rates before anything is issued."
    ),
    "no_tax_rate": N_("No tax rate of {country} is on file for {day}. An administrator adds it before an order."),
    "vat_number_refused": N_(
        "VAT number: {number} fails its check. Compare it with the customer's, or order with VAT now."
    ),
    "change_outside_period": N_("The day must be within the running period, from {starts_on} until before {ends_on}."),
    "common_date_missing": N_("The account has no common renewal date. Enter it on the account first."),
    "nothing_changes": N_("Nothing would change. Enter another number of seats, plan or billing plan."),
    "cancellation_pending": N_("{product} is cancelled and ends on {ends_on}. Reactivate it first, then change it."),
    "change_before_start": N_("{product} starts on {starts_on}. From that day on it can be changed and seats added."),
    "subscription_over": N_("{product} is {now}, so there is nothing to change. Buy it again instead."),
    "trial_not_paid": N_("{product} is on trial. Buy it: that converts the trial, with the seats and plan you choose."),
    "change_scheduled_already": N_(
        "A change waits for the renewal on {renews_on} already: {scheduled}. Tick that this one replaces it."
    ),
    "invoice_held": N_(
        "The invoice of {product} waits for its release by finance. Change it after that, or at the renewal."
    ),
    "does_not_renew": N_("{product} does not renew: it ends on {ends_on}. Switch its renewal on first."),
    "no_billing_contact": N_("The account has no billing contact to write to. Add one on the account."),
    "nothing_scheduled": N_("No change waits for the renewal of this subscription any more."),
    "status_move_refused": N_("The subscription is {now}, and this is not possible from there."),
    "deputy_overlaps": N_("{deputy} is a deputy on some of these days already ({days}). Choose other days."),
    "last_administrator": N_("This is the last administrator. Make somebody else an administrator first."),
    "mail_under_way": N_("This mail is waiting, being sent or sent already. Only failed or kept mails are sent again."),
    **IMPORT_REFUSALS,
    **BOOK_REFUSALS,
    **PAYMENT_REFUSALS,
    **APPROVAL_REFUSALS,
    **LIFECYCLE_REFUSALS,
    **LICENCE_REFUSALS,
    **BILLING_REFUSALS,
    **CLOSING_REFUSALS,
}


def sentence(said: Refusal | Problem, words: Words) -> str:
    """What a refusal or a problem says in the reader's language; several problems of a form are one a line."""
    return "\n".join(sentences(said, words))


def sentences(said: Refusal | Problem, words: Words) -> tuple[str, ...]:
    """The same, one text a problem."""
    if isinstance(said, Invalid):
        return tuple(sentence(problem, words) for problem in said.problems)
    table = PROBLEMS if isinstance(said, Problem) else REFUSALS
    fallback = PROBLEMS["invalid"] if isinstance(said, Problem) else REFUSALS["refusal"]
    text = table.get(said.code, fallback)
    # A value that was not given shows as a dash, never as a KeyError in front of a reader.
    blanks = dict.fromkeys(placeholders(text), "–")
    told = {name: _worded(name, value, words) for name, value in said.values.items()}
    return (words.t(text, **{**blanks, **told, "field": field_name(said.field, words) or "–"}),)


def _worded(name: str, value: object, words: Words) -> object:
    if isinstance(value, StrEnum):
        return label(value, words)
    if isinstance(value, ScheduledFields):
        return scheduled_words(value, words)
    if name == "missing" and isinstance(value, list | tuple | set | frozenset):
        return [field_name(str(item), words) for item in value]
    if name == "kind" and isinstance(value, str):
        return kind_name(value, words)
    if isinstance(value, list | tuple | set | frozenset):
        return [_worded("", item, words) for item in value]
    return value
