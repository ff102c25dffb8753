"""Decide about an account's seats: give back or move idle ones, have fewer at the renewal, as one previewed cart."""

import streamlit as st

from dashboard import navigation, sign_in
from dashboard.components.headers import header
from dashboard.components.seat_act_choice import draw_fewer, draw_full, draw_seats
from dashboard.components.seat_act_sheet import draw_act, draw_done, draw_waiting
from dashboard.components.seat_requests import draw_requests
from dashboard.day import today
from dashboard.words import _
from services.errors import SelfServiceAccount
from services.permissions import Permission
from services.queries.seat_acts import act_desk


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    desk = act_desk(actor, navigation.asked_id("account"), today=today())
    header(_("Decide about seats"), context=(desk.account_name, desk.code, _("as of {day}", day=today())))
    with st.container(horizontal=True, gap="medium"):
        navigation.link(desk.account_name, "sales/account", icon=":material/domain:", account=desk.account_id)
        navigation.link(_("Use of seats"), "seats/use", icon=":material/monitoring:", account=desk.account_id)
        navigation.link(_("Needed or not"), "seats/needed", icon=":material/how_to_vote:", account=desk.account_id)
        navigation.link(_("Leavers"), "seats/leavers", icon=":material/group_remove:", account=desk.account_id)
    if desk.is_self_service:
        raise SelfServiceAccount
    draw_done(actor, desk)
    chosen = draw_seats(actor, desk)
    fewer = draw_fewer(desk, chosen)
    draw_act(actor, desk, chosen.release, chosen.moves, fewer)
    draw_waiting(actor, desk)
    draw_requests(actor, desk)
    draw_full(actor.may(Permission.USE_CART), desk)


run()
