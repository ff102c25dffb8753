"""Utilization: licences bought, assigned and in use over all accounts, for 24 months, and by what they are split."""

import streamlit as st

from dashboard import cache, sign_in
from dashboard.components.empty import empty
from dashboard.components.filters import choice
from dashboard.components.headers import header
from dashboard.components.pagers import first_page
from dashboard.components.utilization import draw_age, draw_bands, draw_figures, draw_months
from dashboard.components.utilization_tables import draw_by, draw_map
from dashboard.day import today
from dashboard.words import _, words
from services.permissions import Actor
from services.queries.utilization import UseFilter, use_choices, utilization


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    heading = st.container()
    wanted = _filters(actor)
    found = cache.read(utilization, actor, wanted, today=today())
    with heading:
        header(_("Utilization"), context=(_("Licences bought, assigned and really used, over all your accounts"),))
    draw_age(found)
    if not found.total.bought and not found.total.assigned:
        empty(_("No account here has licences, or a filter leaves none. Clear the filters."), icon="event_seat")
        return
    draw_figures(found)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        draw_months(found.months)
    with right:
        draw_bands(found.bands)
    kinds = {
        "product": _("Product"),
        "plan": _("Plan"),
        "account": _("Account"),
        "country": _("Country"),
        "department": _("Department"),
        "cost_centre": _("Cost centre"),
        "manager": _("Manager"),
        "map": _("Heat map"),
    }
    by = choice("by", _("By"), kinds, shape="segments", width="stretch", hide_label=True, on_change=first_page)
    if by == "map":
        draw_map(actor, wanted)
    else:
        draw_by(actor, by, kinds[by], wanted, today())


def _filters(actor: Actor) -> UseFilter:
    choices = cache.read(use_choices, actor)
    countries = sorted(((code, words().country(code)) for code in choices.countries), key=lambda pair: pair[1])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        product = choice(
            "product", _("Product"), {"": _("All products")} | dict(choices.products), width=220, on_change=first_page
        )
        country = choice(
            "country", _("Country"), {"": _("All countries")} | dict(countries), width=220, on_change=first_page
        )
    return UseFilter(product, country)


run()
