"""Overview: the month's key figures, why recurring revenue moved, and where it stands over 24 months."""

from dashboard import sign_in
from dashboard.cache import read
from dashboard.components.conversions import conversion_note
from dashboard.components.empty import empty
from dashboard.components.filters import choice
from dashboard.components.headers import header
from dashboard.components.overview_figures import draw_currencies, draw_figures, draw_running_note, figure_name
from dashboard.components.overview_mrr import draw_bridge, draw_split
from dashboard.components.report_filters import report_filters
from dashboard.components.tie_out import books_tie_out
from dashboard.day import today
from dashboard.words import _, words
from services.queries.overview import overview


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    header(_("Overview"), context=(_("Recurring revenue, billing and cash, month by month"),))
    wanted = report_filters(actor)
    report = read(overview, actor, wanted)
    if not report.lines:
        empty(_("Nothing was billed or recurred up to this day. Clear the filters, or choose a later day."))
        return
    currency = _currency(tuple(report.lines))
    draw_figures(report, currency)
    if wanted.as_of == today():
        draw_running_note(report, words().day(wanted.as_of))
    if wanted.converted:
        conversion_note(
            currency,
            report.rates,
            report.missing,
            lambda what: f"{figure_name(what[0])}, {words().month(what[1])}",
            key="overview_rates",
        )
    if len(report.lines) > 1:
        draw_currencies(report)
    draw_bridge(actor, wanted, currency)
    draw_split(actor, wanted, currency)
    books_tie_out(actor, wanted.as_of)


def _currency(offered: tuple[str, ...]) -> str:
    """Which of several currencies is shown; they have no sum."""
    if len(offered) == 1:
        return offered[0]
    return choice("shown", _("Currency shown"), {code: code for code in offered}, shape="segments")


run()
