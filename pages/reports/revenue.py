"""Revenue: invoiced, recognised and deferred by month, when the rest is earned, and the schedule of an invoice."""

from dashboard import sign_in
from dashboard.cache import read
from dashboard.components.filters import choice
from dashboard.components.headers import header
from dashboard.components.report_filters import report_filters
from dashboard.components.revenue_ahead import draw_ahead, draw_schedule
from dashboard.components.revenue_months import draw_months
from dashboard.components.tie_out import tie_out_strip
from dashboard.words import _
from services.permissions import Permission
from services.queries.tie_out import tie_out

VIEWS = {
    "months": lambda: _("By month"),
    "ahead": lambda: _("Next 24 months"),
    "schedule": lambda: _("Schedule by line"),
}


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    header(_("Revenue"), context=(_("What was invoiced, earned and deferred, month by month"),))
    wanted = report_filters(actor)
    names = {code: name() for code, name in VIEWS.items()}
    match choice("view", _("Section"), names, shape="segments", width="stretch", hide_label=True):
        case "ahead":
            draw_ahead(actor, wanted)
        case "schedule":
            draw_schedule(actor)
        case _other:
            draw_months(actor, wanted)
    if actor.may(Permission.SEE_BILLING):
        tie_out_strip(read(tie_out, actor, wanted.as_of))


run()
