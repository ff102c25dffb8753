"""Totals: invoiced, credited, tax and collected by any two dimensions, down to the documents."""

from dashboard import sign_in
from dashboard.components.headers import header
from dashboard.components.report_filters import report_filters
from dashboard.components.tie_out import books_tie_out
from dashboard.components.totals_view import asked_totals, draw_totals
from dashboard.words import _


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    header(_("Totals"), context=(_("Invoiced, credited, tax and collected, down to the documents"),))
    wanted = report_filters(actor)
    draw_totals(actor, wanted, asked_totals(wanted))
    books_tie_out(actor, wanted.as_of)


run()
