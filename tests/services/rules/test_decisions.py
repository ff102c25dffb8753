"""Each date the portal stores is a decision's, or costs no money, and why; amounts and common dates."""

from datetime import date, timedelta

from sqlalchemy import Date

from data.models import Base
from services.rules.decisions import Kind, is_common_date, minor_at_least

# The dates that decisions are found by.
DECIDED: dict[str, tuple[Kind, ...]] = {
    "subscriptions.period_end": (
        Kind.NOTICE,
        Kind.RENEWAL,
        Kind.CO_TERM,
        Kind.NEW_PRICE,
        Kind.WAITING,
        Kind.END,
        Kind.TRIAL,
    ),
    "subscriptions.period_start": (Kind.START,),
    "purchase_orders.expires_on": (Kind.PURCHASE_ORDER,),
    "debit_batches.collect_on": (Kind.MANDATE,),  # a mandate holds for 36 months from its last use
    "accounts.exempt_until": (Kind.EXEMPTION,),
    "proposals.valid_until": (Kind.PROPOSAL,),
    "prices.valid_from": (Kind.CART,),  # what runs keeps its price, or takes the new one as a scheduled change
}
PAST = "it says when something was done, and is never ahead"
SAME = "another date of the same subscription stands for it"
BOOKED = "of a document, an entry or a period that is booked: what it costs was decided before"
FIGURE = "a day of a roll-up or of a reference table"
SEEN = "the day of evidence of use: what it is worth is told as waste, not by a date"
COSTS_NOTHING: dict[str, str] = {
    "subscriptions.starts_on": SAME,
    "subscriptions.anchor_on": SAME,
    "subscriptions.trial_starts_on": SAME,
    "subscriptions.trial_ends_on": SAME,
    "subscriptions.cash_on": "when money is expected; it is the receivables' and the outlook's",
    "subscriptions.ends_on": "set by a cancellation or an end: decided",
    "subscriptions.cancelled_on": PAST,
    "entitlements.starts_on": SAME,
    "entitlements.ends_on": SAME,
    "scheduled_changes.scheduled_on": PAST,
    "scheduled_changes.closed_on": PAST,
    "subscription_events.happened_on": PAST,
    "imported_subscriptions.cut_over_on": PAST,
    "imported_subscriptions.billed_from": BOOKED,
    "imported_subscriptions.billed_until": BOOKED,
    "billed_periods.starts_on": BOOKED,
    "billed_periods.ends_on": BOOKED,
    "documents.issued_on": BOOKED,
    "documents.due_on": "paying is due, not open to a decision; receivables and reminders tell of it",
    "documents.taken_over_on": PAST,
    "document_lines.starts_on": BOOKED,
    "document_lines.ends_on": BOOKED,
    "held_documents.held_on": PAST,
    "parked_accounts.parked_on": PAST,
    "parked_accounts.last_tried_on": PAST,
    "parked_accounts.resolved_on": PAST,
    "movements.moved_on": BOOKED,
    "postings.posted_on": BOOKED,
    "allocations.allocated_on": BOOKED,
    "write_offs.written_off_on": BOOKED,
    "write_offs.reversed_on": PAST,
    "seat_needs.said_on": PAST,
    "payments.received_on": PAST,
    "payments.reversed_on": PAST,
    "account_credits.since_on": PAST,
    "collection_calls.called_on": PAST,
    "collection_calls.promised_on": "what is owed was promised by then; receivables tell of it",
    "disputes.opened_on": PAST,
    "disputes.closed_on": PAST,
    "statements.imported_on": PAST,
    "statement_lines.booked_on": PAST,
    "debit_batches.made_on": PAST,
    "debit_batches.closed_on": PAST,
    "tax_entries.issued_on": BOOKED,
    "tax_rates.valid_from": "the law's: nobody can decide against it",
    "fx_rates.day": FIGURE,
    "dues.due_on": FIGURE,
    "dues.posted_on": FIGURE,
    "due_deltas.due_on": FIGURE,
    "due_deltas.posted_on": FIGURE,
    "number_series.last_issued_on": PAST,
    "nights.day": PAST,
    "night_steps.day": PAST,
    "orders.placed_on": PAST,
    "order_lines.starts_on": "its subscription's start, once it is ordered",
    "cart_lines.starts_on": "nothing runs until it is ordered",
    "products.withdrawn_on": "what runs goes on; only new orders are refused from then on",
    "accounts.vat_checked_on": PAST,
    "accounts.exempt_from": "an exemption that begins saves tax by itself",
    "accounts.mandate_signed_on": PAST,
    "licensed_users.left_on": "the day the seats were released; a free seat is told as waste",
    "licensed_users.excluded_until": "from then on a seat may be called idle, which is told as waste",
    "deputies.starts_on": "who stands in for whom",
    "deputies.ends_on": "who stands in for whom",
    "usage_events.day": SEEN,
    "user_days.day": SEEN,
    "subscription_days.day": SEEN,
    "cycle_deltas.day": FIGURE,
    "cycle_figures.day": FIGURE,
    "use_states.figures_on": FIGURE,
    "use_states.next_change_on": FIGURE,
    "usage_feeds.since": SEEN,
    "usage_feeds.until": SEEN,
}


def test_every_date_that_is_stored_is_a_decision_or_costs_no_money() -> None:
    stored = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Date)
    }
    assert stored - DECIDED.keys() - COSTS_NOTHING.keys() == set(), "a new date: which decision is it, or why none?"
    assert DECIDED.keys() | COSTS_NOTHING.keys() == stored and not DECIDED.keys() & COSTS_NOTHING.keys()
    assert {kind for kinds in DECIDED.values() for kind in kinds} == set(Kind)


RENEWS = date(2027, 1, 12)


def test_amounts_and_common_dates() -> None:
    assert [minor_at_least(100, code) for code in ("EUR", "JPY", "KWD")] == [10_000, 100, 100_000]
    assert is_common_date(RENEWS, "01-12") and not is_common_date(RENEWS + timedelta(days=1), "01-12")
    assert not is_common_date(RENEWS, None)
