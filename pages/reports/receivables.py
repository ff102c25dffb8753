"""Receivables: aging as of any day, who to call first, reminders sent, and how long customers take to pay."""

from dashboard import sign_in
from dashboard.components.aging import draw_aging
from dashboard.components.collection import draw_calls, draw_reminders
from dashboard.components.days_sales import draw_days_sales
from dashboard.components.filters import choice
from dashboard.components.headers import header
from dashboard.components.report_filters import report_filters
from dashboard.components.tie_out import books_tie_out
from dashboard.words import _
from services.queries.receivables import FILTERS

VIEWS = {
    "aging": lambda: _("Aging"),
    "calls": lambda: _("Who to call first"),
    "reminders": lambda: _("Reminders sent"),
    "days": lambda: _("Days sales outstanding"),
}


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    header(_("Open receivables"), context=(_("What customers owe, and how late it is"),))
    wanted = report_filters(actor, names=FILTERS)
    names = {code: name() for code, name in VIEWS.items()}
    match choice("view", _("Section"), names, shape="segments", width="stretch", hide_label=True):
        case "calls":
            draw_calls(actor, wanted)
        case "reminders":
            draw_reminders(actor)
        case "days":
            draw_days_sales(actor, wanted)
        case _other:
            draw_aging(actor, wanted)
    books_tie_out(actor, wanted.as_of)


run()
