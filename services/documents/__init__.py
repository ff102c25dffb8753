"""Documents: an invoice, credit note, proposal or draft, worded once and rendered to the same bytes for ever."""
