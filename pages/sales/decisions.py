"""The decision calendar: every date that can cost money, what doing nothing comes to, and until when to act."""

from collections.abc import Iterable
from datetime import timedelta

from dashboard import cache, sign_in
from dashboard.components.decision_filters import decision_filters
from dashboard.components.decision_views import draw_list, draw_month, draw_timeline
from dashboard.components.filters import choice
from dashboard.components.headers import header
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.pagers import first_page
from dashboard.day import today
from dashboard.words import _, words
from data.money import Money
from services.permissions import Actor
from services.queries.decisions import DecisionFilter, at_stake

WEEK, MONTH = 7, 30
VIEWS = {"list": lambda: _("List"), "month": lambda: _("Month"), "timeline": lambda: _("Timeline")}


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    header(_("Decisions"), context=(_("What can cost money, and the last day to act"), words().day_long(today())))
    wanted = decision_filters(actor)
    key_figures(_figures(actor, wanted))
    names = {code: name() for code, name in VIEWS.items()}
    match choice("view", _("Section"), names, shape="segments", width="stretch", hide_label=True, on_change=first_page):
        case "month":
            draw_month(actor, wanted)
        case "timeline":
            draw_timeline(actor, wanted)
        case _other:
            draw_list(actor, wanted)


def _figures(actor: Actor, wanted: DecisionFilter) -> list[Figure]:
    ahead = cache.read(at_stake, actor, wanted, today(), today() + timedelta(days=MONTH))
    week = [one for one in ahead if one.day < today() + timedelta(days=WEEK)]
    unknown = sum(one.unknown for one in ahead)
    more = " " + words().tn(
        "{n} decision is not in it: its amount is not known.",
        "{n} decisions are not in it: their amounts are not known.",
        unknown,
    )
    costs = _("Billed, before tax, if nothing is done up to a last day within 30 days.") + (more if unknown else "")
    lost = _("Not billed, sold or collected if nothing is done up to a last day within 30 days.")
    return [
        Figure(
            _("Last days this week"),
            words().number(sum(one.count for one in week)),
            _("Decisions whose last day to act is today or within the next six days."),
        ),
        Figure(
            _("Last days within 30 days"),
            words().number(sum(one.count for one in ahead)),
            _("Decisions whose last day to act is today or within the next 29 days."),
        ),
        _amounts(_("Costs if nothing is done"), _sums(one.costs for one in ahead), costs),
        _amounts(_("Lost if nothing is done"), _sums(one.loses for one in ahead), lost),
    ]


def _amounts(label: str, sums: list[Money], definition: str) -> Figure:
    """The first currency large, the others below it."""
    if not sums:
        return Figure(label, "–", definition)
    first, *others = sums
    also = " · ".join(words().money(amount) for amount in others)
    return Figure(label, words().money(first), definition, also=also or None)


def _sums(amounts: Iterable[Money]) -> list[Money]:
    """One amount a currency, the largest first."""
    sums: dict[str, Money] = {}
    for amount in amounts:
        sums[amount.currency] = sums.get(amount.currency, Money.zero(amount.currency)) + amount
    return sorted((one for one in sums.values() if one), key=lambda one: (-one.major, one.currency))


run()
