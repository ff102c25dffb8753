"""The licence position of an account on any day: what was bought, assigned and in use, and the paper for an audit."""

import streamlit as st

from dashboard import navigation, sign_in
from dashboard.components import licence_position
from dashboard.components.headers import header
from dashboard.day import today
from dashboard.words import _
from services.queries.accounts import account_card


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    card = account_card(actor, navigation.asked_id("account"), today())
    header(_("Licence position"), context=(card.form.legal_name, card.form.code))
    with st.container(horizontal=True, gap="medium"):
        navigation.link(card.form.legal_name, "sales/account", icon=":material/domain:", account=card.account_id)
        navigation.link(_("Use of seats"), "seats/use", icon=":material/monitoring:", account=card.account_id)
    position = licence_position.draw(actor, card.account_id)
    if position is None:
        return
    licence_position.draw_figures(position)
    licence_position.draw_lines(position)
    licence_position.draw_paper(actor, position)
    licence_position.draw_holders(actor, position)


run()
