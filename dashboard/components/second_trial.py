"""Asking a second person for another trial within twelve months."""

import streamlit as st

from dashboard import errors, state
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _
from services.commands.approvals import ask_approval
from services.deeds.approvals.trial_extension import second_trial
from services.errors import TrialUsedUp
from services.permissions import Actor, Permission
from services.queries.offers import Offers


def ask_second_trial(actor: Actor, offers: Offers) -> None:
    """Offer to ask, where a product's trial is used up; once approved, *Try* is offered again, once."""
    used_up = {o.product: o.name for o in offers.products if isinstance(o.trial_refusal, TrialUsedUp)}
    if not used_up or not actor.may(Permission.ASK_APPROVALS):
        return
    with st.expander(_("Ask for another trial"), icon=":material/how_to_reg:"), st.form("second_trial", border=False):
        product = st.selectbox(_("Product"), list(used_up), format_func=used_up.__getitem__, key="second_trial_product")
        reason = st.text_input(_("Reason"), key="second_trial_reason", max_chars=500)
        st.caption(plain(_("One trial a product in twelve months; beyond that, a sales manager decides.")))
        asks = st.form_submit_button(_("Ask for approval"), key="second_trial_ask")
    if asks and product:
        key = f"second_trial:{offers.account_id}:{product}"
        with errors.shown() as outcome:
            asked = second_trial(product, reason, request_key=state.request_key(key))
            ask_approval(actor, offers.account_id, asked, today())
        if outcome.ok:
            state.finish(key)
            state.flash(plain(_("Asked for. A sales manager decides under Approvals.")))
            st.rerun()
