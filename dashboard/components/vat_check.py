"""The form for what a tax office said about a VAT number."""

import streamlit as st

from dashboard import errors, state
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _
from services.commands.vat_checks import record_vat_check
from services.permissions import Actor


def vat_check_form(actor: Actor, account_id: int, number: str, version: int) -> bool:
    """Draw the form; True when a check was recorded, which the page that is drawn next says."""
    with st.form("vat_check_form", border=False):
        st.caption(plain(_("What the tax office said about {number}, with its consultation number.", number=number)))
        outcomes = {True: _("confirmed"), False: _("refused")}
        is_confirmed = st.segmented_control(
            _("Answer"), list(outcomes), default=True, required=True, format_func=outcomes.__getitem__
        )
        checked_on = st.date_input(_("Checked on"), value=today(), max_value=today(), format="DD/MM/YYYY")
        consultation = st.text_input(_("Consultation number"), max_chars=60)
        saved = st.form_submit_button(_("Save check"))
    if not saved:
        return False
    with errors.shown() as outcome:
        record_vat_check(
            actor,
            account_id,
            is_confirmed=bool(is_confirmed),
            checked_on=checked_on,
            consultation=consultation or "",
            version=version,
            today=today(),
        )
    if outcome.ok:
        state.flash(_("The check of the VAT number was recorded."))
    return outcome.ok
