"""What may be done with a trial: convert it, make it longer, change it, end it; each with its consequence."""

from datetime import timedelta

import streamlit as st

from dashboard import cache, errors, navigation, state
from dashboard.components.cards import facts
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from data.period import Interval
from services.commands.approvals import ask_approval
from services.commands.trials import change_trial, end_trial, extend_trial
from services.deeds.approvals.trial_extension import LONGEST, trial_extension
from services.permissions import Actor, Permission
from services.queries.lifecycle import TrialLife
from services.rules.trials import EndAction
from services.words.help_texts import TRIAL_ENDS
from services.words.labels import label


def trial_actions(actor: Actor, life: TrialLife) -> None:
    """The trial's terms, and its acts side by side; those that are over may only be converted."""
    _draw_facts(life)
    if life.is_self_service or not actor.may(Permission.CHANGE_SUBSCRIPTIONS):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _draw_convert(actor, life)
        if not life.is_over:
            with st.popover(_("Extend"), icon=":material/more_time:"):
                _draw_extend(actor, life)
            with st.popover(_("Change"), icon=":material/tune:"):
                _draw_change(actor, life)
            with st.popover(_("End trial"), icon=":material/block:"):
                _draw_end(actor, life)
    if life.is_asked:
        st.caption(f":material/hourglass_top: {plain(_('A longer extension waits for approval.'))}")


def end_actions() -> dict[str, str]:
    """What may happen at a trial's end, by code."""
    return {
        EndAction.EXPIRE.value: _("expires"),
        EndAction.CONVERT.value: _("is converted"),
        EndAction.DOWNGRADE_TO_FREE.value: _("goes on free"),
    }


def end_action_words(code: str, to_plan: str) -> str:
    """What happens at a trial's end, in words."""
    return _(TRIAL_ENDS[code], plan=to_plan or "–")


def _draw_facts(life: TrialLife) -> None:
    value = words().money(life.value) if life.value is not None else "–"
    seats = _("{assigned} of {seats}", assigned=life.in_use, seats=life.seats)
    extended = words().tn(
        "{n} day, {left} left without approval",
        "{n} days, {left} left without approval",
        life.extended,
        left=life.days_left,
    )
    facts(
        [
            (_("Over since") if life.is_over else _("Last day"), _day_said(life)),
            (_("Seats when it ended") if life.is_over else _("Seats in use"), seats),
            (_("If converted, a month"), _("{value} for {seats} seats", value=value, seats=life.suggested)),
            (_("Billing plan of a conversion"), label(life.interval, words())),
            (_("At its end"), end_action_words(life.end_action.value, life.to_plan)),
            (_("Extended by"), extended),
        ],
        columns=3,
    )


def _day_said(life: TrialLife) -> str:
    return words().day(life.ends_on if life.is_over else life.ends_on - timedelta(days=1))


def _draw_convert(actor: Actor, life: TrialLife) -> None:
    if not actor.may(Permission.USE_CART):
        return
    if not life.may_convert:
        st.caption(
            plain(_("The account has {product} by now; there is nothing to convert.", product=life.product_name))
        )
        return
    if st.button(_("Convert now"), type="primary", key=f"convert_{life.subscription_id}", icon=":material/task_alt:"):
        navigation.go(
            "sales/subscribe",
            account=life.account_id,
            kind="purchase",
            product=life.product,
            plan=life.plan,
            seats=life.suggested,
            interval=life.interval.value,
        )


def _draw_extend(actor: Actor, life: TrialLife) -> None:
    key = f"extend_{life.subscription_id}"
    with st.form(key, border=False):
        days = st.number_input(_("Days"), 1, LONGEST, min(7, max(1, life.days_left)), key=f"{key}_days")
        reason = st.text_input(_("Reason"), key=f"{key}_reason", max_chars=200)
        told = words().tn("{n} day is left without approval.", "{n} days are left without approval.", life.days_left)
        st.caption(plain(told + " " + _("Beyond that, a sales manager decides.")))
        with st.container(horizontal=True):
            extend = st.form_submit_button(_("Extend trial"), type="primary", key=f"{key}_go")
            ask = st.form_submit_button(_("Ask for approval"), key=f"{key}_ask", disabled=life.is_asked)
    if extend:
        with errors.shown() as outcome:
            ends_on = extend_trial(
                actor, life.account_id, life.subscription_id, int(days), reason, today(), shown_end=life.ends_on
            )
        if outcome.ok:
            _done(_("The trial runs until {day}.", day=ends_on - timedelta(days=1)))
    if ask:
        asked = trial_extension(life.subscription_id, int(days), reason, request_key=state.request_key(key))
        with errors.shown() as outcome:
            ask_approval(actor, life.account_id, asked, today())
        if outcome.ok:
            state.finish(key)
            _done(_("Asked for. A sales manager decides under Approvals."))


def _draw_change(actor: Actor, life: TrialLife) -> None:
    key = f"change_{life.subscription_id}"
    plans, intervals = dict(life.plans), {interval: label(interval, words()) for interval in Interval}
    with st.form(key, border=False):
        plan = st.selectbox(
            _("Plan"), list(plans), index=list(plans).index(life.plan), format_func=plans.__getitem__, key=f"{key}_plan"
        )
        seats = st.number_input(_("Seats"), max(1, life.in_use), life.limit, life.seats, key=f"{key}_seats")
        interval = st.selectbox(
            _("Billing plan of a conversion"),
            list(intervals),
            index=list(intervals).index(life.interval),
            format_func=intervals.__getitem__,
            key=f"{key}_interval",
        )
        save = st.form_submit_button(_("Change trial"), type="primary", key=f"{key}_go")
    if save:
        with errors.shown() as outcome:
            change_trial(
                actor,
                life.account_id,
                life.subscription_id,
                plan=plan or life.plan,
                seats=int(seats),
                interval=interval or life.interval,
                today=today(),
            )
        if outcome.ok:
            _done(_("The trial is changed."))


def _draw_end(actor: Actor, life: TrialLife) -> None:
    key = f"end_{life.subscription_id}"
    with st.form(key, border=False):
        lost = words().tn("{n} seat is released.", "{n} seats are released.", life.in_use)
        st.markdown(plain(_("Access ends today.") + " " + lost + " " + _("It can still be converted later.")))
        reason = st.text_input(_("Reason"), key=f"{key}_reason", max_chars=200)
        ends = st.form_submit_button(_("End trial today"), type="primary", key=f"{key}_go")
    if ends:
        with errors.shown() as outcome:
            end_trial(actor, life.account_id, life.subscription_id, reason, today())
        if outcome.ok:
            _done(_("The trial has ended."))


def _done(told: str) -> None:
    state.flash(plain(told))
    cache.forget()
    st.rerun()
