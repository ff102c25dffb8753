"""Every invariant of the books as a query that lists offenders (quality, §2)."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from services.integrity import (
    coverage,
    cycles,
    documents,
    figures,
    ledger,
    numbers,
    opening,
    recurring,
    seats,
    subscriptions,
    tax,
    traces,
)
from services.integrity.violations import Check, Violation

__all__ = ["CHECKS", "Check", "Violation", "violations"]

CHECKS = (
    Check("net_coverage", "documents", coverage.net_coverage),
    Check("billed_periods", "documents", subscriptions.periods),
    Check("document_totals", "documents", documents.totals),
    Check("document_signs", "documents", documents.signs),
    Check("document_numbers", "documents", numbers.of_documents),
    Check("numbers_gapless", "documents", numbers.gapless),
    Check("numbers_in_order", "documents", numbers.in_order),
    Check("documents_unchanged", "documents", documents.unchanged),
    Check("derivations", "documents", documents.derivations),
    Check("credits_within_lines", "documents", documents.credits_within_lines),
    Check("credit_lines", "documents", documents.credit_lines),
    Check("corrected_invoices", "documents", documents.corrected_invoices),
    Check("orders_as_agreed", "documents", documents.orders),
    Check("entries_balanced", "money", ledger.balanced),
    Check("receivables", "money", ledger.receivables),
    Check("open_amounts", "money", ledger.open_amounts),
    Check("sources_used", "money", ledger.sources_used),
    Check("customer_credit", "money", ledger.customer_credit),
    Check("tax_payable", "money", ledger.tax),
    Check("tax_book", "money", tax.book),
    Check("tax_figures", "money", figures.taxes),
    Check("invoiced_is_earned_or_deferred", "money", ledger.revenue),
    Check("earned_in_full", "money", ledger.earned),
    Check("cash", "money", ledger.cash),
    Check("write_offs", "money", ledger.write_offs),
    Check("opening_balances", "money", opening.balances),
    Check("payment_delays", "money", cycles.payment_delays),
    Check("status_moves", "subscriptions", subscriptions.moves),
    Check("trials_uncharged", "subscriptions", subscriptions.trials),
    Check("access", "subscriptions", subscriptions.access),
    Check("seats_counted", "subscriptions", subscriptions.seats_counted),
    Check("seats_once", "subscriptions", subscriptions.seats_once),
    Check("seats_never_oversold", "subscriptions", seats.never_oversold),
    Check("seats_held_once", "subscriptions", seats.held_once),
    Check("cycles_to_come", "subscriptions", cycles.to_come),
    Check("movements_follow", "recurring", recurring.follow),
    Check("movements_add_up", "recurring", recurring.monthly_figures),
    Check("movement_kinds", "recurring", recurring.kinds),
    Check("nothing_forgotten", "events", traces.due),
    Check("one_mail", "events", traces.mails),
    Check("audited", "events", traces.audits),
)


def violations(session: Session) -> Iterator[Violation]:
    """The offenders of every check, in the order of the checks; none when the books agree."""
    for check in CHECKS:
        yield from check.offenders(session)
