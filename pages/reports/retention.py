"""Retention: what customers of a year ago kept, why they left, and what became of trials."""

from dashboard import sign_in
from dashboard.components.headers import header
from dashboard.components.report_filters import report_filters
from dashboard.components.retention import draw_cohort, draw_reasons, draw_trials
from dashboard.components.tie_out import books_tie_out
from dashboard.words import _


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    header(_("Retention"), context=(_("What customers of a year ago kept, why they left, and trials"),))
    wanted = report_filters(actor)
    draw_cohort(actor, wanted)
    draw_reasons(actor, wanted)
    draw_trials(actor, wanted)
    books_tie_out(actor, wanted.as_of)


run()
