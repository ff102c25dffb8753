"""Waste: what idle seats cost, account by account; of one account, on whom it falls and what can be recovered."""

import streamlit as st

from dashboard import navigation, sign_in
from dashboard.components.filters import choice
from dashboard.components.headers import header
from dashboard.components.use_tables import age, draw_banner
from dashboard.components.waste_accounts import draw_wasteful_accounts
from dashboard.components.waste_seats import draw_waste_seats
from dashboard.components.waste_tables import draw_by, draw_figures, draw_recovery, draw_tie_out
from dashboard.day import today
from dashboard.words import _
from services.permissions import Actor, Permission
from services.queries.usage import account_use
from services.queries.waste import account_waste


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    if navigation.has_id("account"):
        _draw_account(actor, navigation.asked_id("account"))
        return
    header(_("Waste"), context=(_("Idle seats in money, the most wasteful accounts first"),))
    draw_wasteful_accounts(actor, today())


def _draw_account(actor: Actor, account_id: int) -> None:
    waste = account_waste(actor, account_id, today=today())
    use = account_use(actor, account_id, today=today())
    context = (waste.account_name, waste.code, _("as of {day}", day=waste.today), waste.currency)
    acts = _("Decide about seats") if actor.may(Permission.CHANGE_SEATS) else None
    if header(_("Waste"), context=context, button=acts, key="act_on_waste", icon=":material/gavel:"):
        navigation.go("seats/act", account=account_id)
    with st.container(horizontal=True, gap="medium"):
        ids = {"account": account_id}
        navigation.link(_("Use of seats"), "seats/use", icon=":material/monitoring:", **ids)
        navigation.link(_("At renewal"), "seats/renewals", icon=":material/event_repeat:", **ids)
        navigation.link(_("Licence position"), "seats/position", icon=":material/fact_check:", **ids)
    draw_banner(use)
    newest = max((product.feed.until for product in use.products if product.feed), default=None)
    draw_figures(waste, age(newest, waste.today))
    views = {"money": _("Money"), "seats": _("Seats"), "lines": _("Tied to invoice lines")}
    view = choice("view", _("View"), views, shape="segments", hide_label=True)
    if view == "seats":
        draw_waste_seats(actor, waste)
    elif view == "lines":
        draw_tie_out(waste)
    else:
        draw_by(waste)
        draw_recovery(waste)


run()
