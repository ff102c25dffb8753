"""What the closing of a month says: what is seen, what is ticked off, refusals, key figures."""

from __future__ import annotations

from collections.abc import Mapping

from services.words.i18n import N_

# Merged into the table of refusals; placeholders are the refusal's values.
CLOSING_REFUSALS: Mapping[str, str] = {
    "month_closed": N_("{day} lies in a month that is closed. Choose {first_open} or a later day."),
    "month_not_ready": N_("The month cannot be closed yet. Look at what the portal sees of it."),
    "month_not_over": N_("The month is not over yet. Close it on the first day after it."),
    "month_before_open": N_("The month before is still open. Close that one first."),
    "nights_missing": N_("{count} nights of the month have not run. Run tonight's: it catches them up."),
    "reports_differ": N_("{count} figures do not tie out. Open the tie-out below and mend what differs first."),
    "steps_open": N_("{count} steps of the checklist are not ticked off. Tick them off, then close the month."),
    "month_still_open": N_("A pack is made of a closed month only. Close the month first."),
    "pack_differs": N_("The pack came out otherwise than the one that is stored. That one stays; run the checks."),
}

# What the portal sees: well, and not.
SIGHTS: Mapping[str, tuple[str, str]] = {
    "month_over": (N_("The month is over"), N_("The month is not over")),
    "month_before": (N_("The month before is closed"), N_("The month before is still open")),
    "nights": (N_("Every night has run"), N_("Nights that have not run: {count}")),
    "ties": (N_("Every figure ties out"), N_("Figures that do not tie out: {count}")),
    "parked": (N_("No account is parked"), N_("Parked accounts: {count}")),
    "held": (N_("No document is held"), N_("Held documents: {count}")),
}

TICKS: Mapping[str, str] = {
    "statements": N_("All bank statements of the month are imported"),
    "unmatched": N_("Unmatched payments are booked or explained"),
    "exceptions": N_("Held documents, parked accounts and disputes were reviewed"),
    "vat_numbers": N_("Reverse charges on unconfirmed VAT numbers were reviewed"),
}

KEY_FIGURES: Mapping[str, str] = {
    "invoiced": N_("Invoiced, net"),
    "credited": N_("Credited, net"),
    "tax": N_("Tax"),
    "collected": N_("Collected"),
    "recognised": N_("Recognised"),
    "deferred": N_("Deferred at the end"),
    "receivables": N_("Receivables at the end"),
    "mrr": N_("MRR at the end"),
}
