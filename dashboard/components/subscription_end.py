"""The end of a paid subscription: cancel it with its consequence in figures, take that back, renew by itself or not."""

from datetime import timedelta

import streamlit as st

from dashboard import cache, errors, state
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services.commands.cancellations import cancel_subscription, reactivate_subscription, set_auto_renewal
from services.permissions import Actor, Permission
from services.queries.lifecycle import PaidLife
from services.rules.lifecycle import Status
from services.words.labels import label
from services.words.texts import sentence


def subscription_end(actor: Actor, life: PaidLife) -> None:
    """What is known of its end, and what the actor may do about it."""
    if not life.status.is_live:
        return
    may = actor.may(Permission.CHANGE_SUBSCRIPTIONS) and not life.is_self_service
    if life.status is Status.PENDING_CANCELLATION:
        _draw_pending(actor, life, may=may)
        return
    if not life.is_auto_renewed:
        told = _(
            "It is not renewed: access until {day}, then nothing more is billed. Last day to act: {act}.",
            day=life.period_end - timedelta(days=1),
            act=life.act_until,
        )
        st.warning(plain(told), icon=":material/event_busy:")
    if not may:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _draw_renewal(actor, life)
        if life.refusal is None:
            with st.popover(_("Cancel subscription"), icon=":material/cancel:"):
                _draw_cancel(actor, life)
    if life.refusal is not None:
        st.caption(plain(sentence(life.refusal, words())))


def _consequence(life: PaidLife) -> str:
    """Access, money and recurring revenue, in figures."""
    if life.is_called_off:
        never = _("It has not started: it never will, and access given ahead is taken back.")
        credit = _("Credited in full: {amount}, before tax.", amount=life.credit)
        return f"- {plain(never)}\n- {plain(credit)}"
    last = life.period_end - timedelta(days=1)
    lines = [
        _("Access until {day}; nothing is credited.", day=last),
        _(
            "No longer billed from {day}: {amount} ({interval}), before tax.",
            day=life.period_end,
            amount=life.next_charge,
            interval=label(life.interval, words()),
        ),
        _("Recurring revenue lost: {mrr} a month.", mrr=life.mrr),
    ]
    return "\n".join(f"- {plain(line)}" for line in lines)


def _draw_pending(actor: Actor, life: PaidLife, *, may: bool) -> None:
    with st.container(border=True):
        title = _("Cancelled on {day}: {reason}", day=life.cancelled_on or "–", reason=life.cancel_reason or "–")
        st.markdown(f":material/event_busy: **{plain(title)}**")
        st.markdown(_consequence(life))
        st.caption(
            plain(_("Until it ends it can be reactivated; what was scheduled for its renewal then holds again."))
        )
        if may and life.may_reactivate and st.button(_("Reactivate"), type="primary", key="reactivate"):
            with errors.shown() as outcome:
                renews_on = reactivate_subscription(actor, life.account_id, life.subscription_id, today())
            if outcome.ok:
                _done(_("It goes on. Its period ends on {day}.", day=renews_on))


def _draw_cancel(actor: Actor, life: PaidLife) -> None:
    with st.form("cancel", border=False):
        st.markdown(_consequence(life))
        reason = st.text_input(_("Reason"), key="cancel_reason", max_chars=200)
        name = _("Cancel before its start") if life.is_called_off else _("Cancel at the end of the period")
        cancels = st.form_submit_button(name, type="primary", key="cancel_go")
    if cancels:
        with errors.shown() as outcome:
            ends_on = cancel_subscription(actor, life.account_id, life.subscription_id, reason, today())
        if outcome.ok and life.is_called_off:
            _done(_("Cancelled before its start. The customer is told by mail."))
        if outcome.ok:
            _done(_("Cancelled: access until {day}. The customer is told by mail.", day=ends_on - timedelta(days=1)))


def _draw_renewal(actor: Actor, life: PaidLife) -> None:
    wanted = not life.is_auto_renewed
    name = _("Renew by itself again") if wanted else _("Do not renew")
    told = _("Last day to act with {days} days' notice: {act}.", days=life.notice_days, act=life.act_until)
    if st.button(name, key="auto_renewal", icon=":material/autorenew:", help=told):
        with errors.shown() as outcome:
            set_auto_renewal(actor, life.account_id, life.subscription_id, wanted, today())
        if outcome.ok:
            done = (
                _("It renews by itself on {day}.", day=life.period_end)
                if wanted
                else _("It ends with its period: access until {day}.", day=life.period_end - timedelta(days=1))
            )
            _done(done)


def _done(told: str) -> None:
    state.flash(plain(told))
    cache.forget()
    st.rerun()
