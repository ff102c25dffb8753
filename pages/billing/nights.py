"""Billing runs: where billing stands, what the next night would do, running it, what is parked and held."""

import pandas as pd
import streamlit as st

from dashboard import errors, sign_in, state
from dashboard.cache import forget
from dashboard.components.billing_runs import draw_preview, nights_table, parked_table
from dashboard.components.headers import header
from dashboard.components.held_documents import held_documents
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services.commands.billing import resume_billing, retry_parked, run_night, stop_billing
from services.permissions import Actor, Permission
from services.queries.billing import (
    BillingState,
    billing_state,
    list_nights,
    list_parked,
    preview_night,
)
from services.words.billing_texts import counts_text


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    found = billing_state(actor, today())
    header(_("Billing runs"), context=(_("as of {day}", day=today()),))
    if found.stopped:
        st.warning(plain(_("Billing is stopped: {reason}", reason=found.stopped)), icon=":material/pause_circle:")
    _draw_figures(found)
    may_run = actor.may(Permission.RUN_BILLING)
    _draw_night(actor, found, may_run)
    runs, parked, held = st.tabs([_("Nights"), _("Parked accounts"), _("Held documents")])
    with runs:
        nights_table(list_nights(actor))
        if may_run:
            _draw_switch(actor, found)
    with parked:
        _draw_parked(actor, list_parked(actor), may_run)
    with held:
        held_documents(actor, may_release=may_run)


def _draw_figures(found: BillingState) -> None:
    day = words().day
    key_figures(
        [
            Figure(
                _("Last night"),
                day(found.last_night) if found.last_night else _("none yet"),
                _("The last day whose night has run: ends, renewals, invoices and mails of that day are done."),
            ),
            Figure(
                _("To catch up"),
                words().number(found.missing),
                _("Nights up to today that have not run. The next run catches them up, one invoice a missed day."),
            ),
            Figure(
                _("Next with work"),
                day(found.next_due) if found.next_due else _("none ahead"),
                _("The first night that has anything to do."),
            ),
            Figure(_("Parked accounts"), words().number(found.parked), _("Set aside with a reason, tried each night.")),
            Figure(
                _("Held documents"),
                words().number(found.held),
                _("Invoices of the night that a guard holds until somebody in finance has looked at them."),
            ),
        ]
    )


def _draw_night(actor: Actor, found: BillingState, may_run: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        asked = st.date_input(
            _("Night of"), value=today(), min_value=found.last_night, format="DD/MM/YYYY", key="night", width=180
        )
        looks = st.button(_("Preview"), key="preview", icon=":material/visibility:")
        runs = may_run and st.button(
            _("Run the night"), key="run", type="primary", icon=":material/play_arrow:", disabled=bool(found.stopped)
        )
    if looks:
        with errors.shown():
            draw_preview(preview_night(actor, asked, today=today()))
    if runs:
        bar = st.progress(0.0, text=_("Renewing and invoicing …"))
        with errors.shown() as outcome:
            report = run_night(
                actor,
                asked,
                today=today(),
                progress=lambda done, total: bar.progress(
                    done / total, text=_("{done} of {total} accounts", done=done, total=total)
                ),
            )
        if outcome.ok:
            forget()
            done = counts_text(report.counts, words())
            state.flash(plain(_("Night of {day}: {done}.", day=asked, done=done or _("nothing to do"))))
            st.rerun()


def _draw_switch(actor: Actor, found: BillingState) -> None:
    if found.stopped:
        if st.button(_("Resume billing"), key="resume", icon=":material/play_circle:"):
            resume_billing(actor)
            st.rerun()
        return
    with st.popover(_("Stop billing"), icon=":material/pause_circle:"):
        with st.form("stop", border=False):
            st.markdown(plain(_("No night runs until billing is resumed; nothing is lost, it is caught up then.")))
            reason = st.text_input(_("Reason"), key="reason", max_chars=200)
            stops = st.form_submit_button(_("Stop billing"))
    if stops:
        with errors.shown() as outcome:
            stop_billing(actor, reason)
        if outcome.ok:
            st.rerun()


def _draw_parked(actor: Actor, frame: pd.DataFrame, may_run: bool) -> None:
    parked_table(frame)
    if frame.empty or not may_run:
        return
    names = dict(zip(frame["account_id"].tolist(), frame["account"].tolist(), strict=True))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = st.selectbox(_("Account"), list(names), format_func=lambda one: names[one], key="parked", width=320)
        tries = st.button(_("Try again"), key="retry", icon=":material/refresh:")
    if tries and chosen is not None:
        with errors.shown() as outcome:
            is_done = retry_parked(actor, chosen)
        if outcome.ok:
            state.flash(plain(_("Done.") if is_done else _("It is still parked; the reason is in the list.")))
            st.rerun()


run()
