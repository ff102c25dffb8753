"""Billing cycles: what is billed when, which renewals come up, what cash is expected, and what runs today."""

from dashboard import sign_in
from dashboard.components.cycle_calendar import draw_calendar
from dashboard.components.cycle_outlook import draw_outlook
from dashboard.components.cycle_renewals import draw_renewals
from dashboard.components.cycle_today import draw_today
from dashboard.components.filters import choice
from dashboard.components.headers import header
from dashboard.components.report_filters import report_filters
from dashboard.components.tie_out import books_tie_out
from dashboard.words import _
from services.queries.cycles import FILTERS

VIEWS = {
    "calendar": lambda: _("Calendar"),
    "renewals": lambda: _("Upcoming renewals"),
    "outlook": lambda: _("Billings and cash"),
    "today": lambda: _("Running today"),
}


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    header(_("Billing cycles"), context=(_("What is contracted, when it is billed, and when it is paid"),))
    wanted = report_filters(actor, names=FILTERS)
    names = {code: name() for code, name in VIEWS.items()}
    match choice("view", _("Section"), names, shape="segments", width="stretch", hide_label=True):
        case "renewals":
            draw_renewals(actor, wanted)
        case "outlook":
            draw_outlook(actor, wanted)
        case "today":
            draw_today(actor, wanted)
        case _other:
            draw_calendar(actor, wanted)
    books_tie_out(actor, wanted.as_of)


run()
