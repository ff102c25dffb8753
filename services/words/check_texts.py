"""What the checks of the books are called, and what each of them holds."""

from collections.abc import Mapping

from services.words.i18n import N_

CHECK_GROUPS: Mapping[str, str] = {
    "documents": N_("Documents"),
    "money": N_("Money"),
    "subscriptions": N_("Subscriptions"),
    "recurring": N_("Recurring revenue"),
    "events": N_("Events"),
}

CHECK_NAMES: Mapping[str, str] = {
    "net_coverage": N_("On each day the seats charged are the seats contracted"),
    "billed_periods": N_("Billed periods follow each other without a hole"),
    "document_totals": N_("Lines and tax add up to the total"),
    "document_signs": N_("Invoices charge, credit notes credit"),
    "document_numbers": N_("Each document has the number issued to it"),
    "numbers_gapless": N_("Numbers have no gap"),
    "numbers_in_order": N_("Numbers rise with the day of issue"),
    "documents_unchanged": N_("Issued documents are as they were sealed"),
    "derivations": N_("Each line's derivation works its amount out again"),
    "credits_within_lines": N_("Credits stay within the line they take back"),
    "credit_lines": N_("Credit lines are what they take back"),
    "corrected_invoices": N_("Credit notes name the invoices they correct"),
    "orders_as_agreed": N_("What was posted is what was agreed"),
    "entries_balanced": N_("Journal entries add up to zero"),
    "receivables": N_("Receivables are what is open on invoices"),
    "open_amounts": N_("Open amounts are totals less payments and credits"),
    "sources_used": N_("Payments and credit notes are used to the cent"),
    "customer_credit": N_("Customer credit is what is left of the balances"),
    "tax_payable": N_("Tax payable is the tax of the documents"),
    "tax_book": N_("The tax book is the documents, rate by rate"),
    "tax_figures": N_("The tax of a month is what its documents add up to"),
    "invoiced_is_earned_or_deferred": N_("What is invoiced is recognised or deferred"),
    "earned_in_full": N_("Each line is earned in full over its months"),
    "cash": N_("Cash is what was received less what was given back"),
    "write_offs": N_("Write-offs are what was given up"),
    "opening_balances": N_("Opening balances are the items that were taken over"),
    "payment_delays": N_("Payment delays are those of the paid invoices"),
    "status_moves": N_("Subscriptions move only as the rules allow"),
    "trials_uncharged": N_("Trials are never charged"),
    "access": N_("Access is what the subscription gives"),
    "seats_counted": N_("Seats assigned are counted, never more than bought"),
    "seats_once": N_("A user holds a product once"),
    "seats_never_oversold": N_("At no instant were more seats assigned than bought"),
    "seats_held_once": N_("At no instant did a user hold a product twice"),
    "cycles_to_come": N_("What the next period comes to, and when it is paid, is what the rules say"),
    "movements_follow": N_("Movements lead from one amount to the next"),
    "movements_add_up": N_("Opening and movements are closing"),
    "movement_kinds": N_("Movements are named by what they do"),
    "nothing_forgotten": N_("Nothing due was forgotten by a finished night"),
    "one_mail": N_("Each event has its one mail"),
    "audited": N_("Each order and payment has its audit row"),
}
