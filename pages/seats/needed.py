"""Ask managers which seats are needed: a file for each, and what was answered."""

import streamlit as st

from dashboard import navigation, sign_in
from dashboard.components.empty import empty
from dashboard.components.headers import header
from dashboard.components.seat_needs import draw_managers
from dashboard.day import today
from dashboard.words import _
from services.permissions import Permission
from services.queries.seat_acts import act_desk
from services.queries.seat_needs import need_managers


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    desk = act_desk(actor, navigation.asked_id("account"), today=today())
    header(_("Needed or not"), context=(desk.account_name, desk.code, _("as of {day}", day=today())))
    ids = {"account": desk.account_id}
    with st.container(horizontal=True, gap="medium"):
        navigation.link(desk.account_name, "sales/account", icon=":material/domain:", **ids)
        navigation.link(_("Use of seats"), "seats/use", icon=":material/monitoring:", **ids)
        if actor.may(Permission.CHANGE_SEATS) and not desk.is_self_service:
            navigation.link(_("Import answers"), "seats/import_needed", icon=":material/upload_file:", **ids)
            navigation.link(_("Decide about seats"), "seats/act", icon=":material/gavel:", **ids)
    st.caption(
        _(
            "Each manager gets a list of their people's seats with price, last activity and evidence, fills in the "
            "last column, and sends it back. The answers are recorded; what is not needed is proposed for release."
        )
    )
    managers = need_managers(actor, desk.account_id, today=today())
    if not managers:
        empty(_("Nobody has a seat, so there is nothing to ask."))
        return
    draw_managers(actor, desk.account_id, desk.code, managers)


run()
