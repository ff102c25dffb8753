"""Bulk changes: choose subscriptions, see what would become of each, then do it account by account."""

import streamlit as st

from dashboard import sign_in, state
from dashboard.cache import forget
from dashboard.components import bulk_form, bulk_rows
from dashboard.components.headers import header
from dashboard.day import today
from dashboard.words import _, words
from services.permissions import Actor
from services.queries.bulk_changes import BulkPlan, preview_bulk

PLAN, RESULTS = f"{bulk_form.KEPT}plan", f"{bulk_form.KEPT}results"


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    header(_("Bulk changes"), context=(_("the same for many subscriptions"), words().day_long(today())))
    results = state.recall(RESULTS)
    plan: BulkPlan | None = state.recall(PLAN)
    if results is not None:
        bulk_rows.draw_results(results, has_seats=plan is not None and plan.wish.kind == "seats")
        _draw_again(_("New selection"))
    elif plan is not None:
        _draw_plan(actor, plan)
    else:
        _draw_choice(actor)


def _draw_choice(actor: Actor) -> None:
    chosen = bulk_form.draw_selection(actor, today())
    wish = bulk_form.draw_wish()
    told = words().tn("Preview {n} subscription", "Preview {n} subscriptions", len(chosen))
    if st.button(told, type="primary", disabled=not chosen, key="bulk_preview", icon=":material/fact_check:"):
        with st.spinner(_("Working it out …"), show_time=False):
            state.keep(PLAN, preview_bulk(actor, chosen, wish, today=today()))
        st.rerun()


def _draw_plan(actor: Actor, plan: BulkPlan) -> None:
    bulk_rows.draw_plan(plan)
    ready = len(plan.of("ready"))
    with st.container(horizontal=True, vertical_alignment="center"):
        told = words().tn("Change {n} subscription", "Change {n} subscriptions", ready)
        if st.button(told, type="primary", key="bulk_apply", disabled=not ready, icon=":material/done_all:"):
            _apply(actor, plan, ready)
        _draw_again(_("Back to the selection"))


def _apply(actor: Actor, plan: BulkPlan, ready: int) -> None:
    bar = st.progress(0.0, text=_("Working …"))
    done: list[bulk_rows.Result] = []
    for results in bulk_rows.apply(actor, plan, today()):
        done += results
        state.keep(RESULTS, done)  # whatever cuts this short, what was done is told
        bar.progress(len(done) / ready, text=_("{done} of {total} done …", done=len(done), total=ready))
    state.keep(RESULTS, bulk_rows.all_results(plan, done))
    forget()
    st.rerun()


def _draw_again(label: str) -> None:
    if st.button(label, key="bulk_again", icon=":material/arrow_back:"):
        state.drop(PLAN)
        state.drop(RESULTS)
        st.rerun()


run()
