"""Approvals: what needs a second person; each request with its reason, decided here, and what was decided."""

import streamlit as st

from dashboard import cache, errors, navigation, sign_in, state
from dashboard.components import approval_lists
from dashboard.components.badges import badge
from dashboard.components.downloads import download_buttons
from dashboard.components.empty import empty
from dashboard.components.filters import choice
from dashboard.components.headers import header
from dashboard.components.held_documents import held_documents
from dashboard.components.pagers import asked_slice, first_page, pager
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services.commands.approvals import decide_money, decide_sales, withdraw_approval
from services.permissions import Actor, Permission, roles_with
from services.queries.approvals import ApprovalKind, ApprovalRow, list_approvals
from services.words.approval_texts import asked_for
from services.words.labels import enum_words, label

SHOWN = 20


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    header(_("Approvals"), context=(_("What one person asks for and another decides"),))
    account_id = navigation.asked_id("account") if navigation.has_id("account") else None
    kinds = {"": _("All"), **enum_words("ApprovalKind", words())}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        states = {"pending": _("To decide"), "decided": _("Decided")}
        shown = choice("show", _("Show"), states, shape="segments", on_change=first_page)
        kind = choice("kind", _("Kind"), kinds, width=220, on_change=first_page)
        if account_id is not None:
            navigation.link(_("All accounts"), "billing/approvals", icon=":material/close:")
    asked = asked_slice(limit=SHOWN)
    listed = list_approvals(
        actor,
        is_pending=shown == "pending",
        kind=ApprovalKind(kind) if kind else None,
        account_id=account_id,
        limit=asked.limit,
        offset=asked.offset,
    )
    for row in listed.rows:
        _draw(actor, row)
    if not listed.rows:
        empty(
            _("Nothing waits for a decision.") if shown == "pending" else _("Nothing was decided yet."),
            icon="task_alt",
        )
    if listed.rows:
        with st.container(horizontal=True, horizontal_alignment="right", gap="small"):
            is_pending = shown == "pending"
            everything = approval_lists.all_of(actor, listed.total, is_pending=is_pending, kind=kind, of=account_id)
            download_buttons(everything, approval_lists.columns(), key="approvals", name="approvals")
    pager(listed.total, asked)
    if shown == "pending" and not kind and actor.may(Permission.RUN_BILLING):
        st.subheader(_("Held documents"))
        held_documents(actor, may_release=True)


def _draw(actor: Actor, row: ApprovalRow) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"**{plain(asked_for(row.kind, row.told, row.amount, words()))}**", width="content")
            badge(row.status.value, label(row.status, words()))
        navigation.link(row.account, "sales/account", icon=":material/domain:", account=row.account_id)
        asked = _("Asked by {name} on {day}: “{reason}”", name=row.asked_by, day=row.asked_at.date(), reason=row.reason)
        st.markdown(plain(asked))
        if row.decided_at is not None:
            told = _("Decided by {name} on {day}", name=row.decided_by, day=row.decided_at.date())
            st.markdown(plain(f"{told}: “{row.decision_reason}”" if row.decision_reason else told))
        if row.status.value == "pending":
            _draw_deciding(actor, row)


def _draw_deciding(actor: Actor, row: ApprovalRow) -> None:
    if row.is_own:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(_("You asked for this; another person decides it."), width="stretch")
            if st.button(_("Take back"), key=f"withdraw_{row.approval_id}"):
                with errors.shown() as outcome:
                    withdraw_approval(actor, row.account_id, row.approval_id)
                if outcome.ok:
                    _done(_("The request is taken back."))
        return
    if not row.may_decide:
        roles = [label(role, words()) for role in roles_with(row.decides)] if row.decides else []
        st.caption(_("For them to decide: {roles}.", roles=words().several(roles)))
        return
    key = f"decide_{row.approval_id}"
    with st.form(key, border=False):
        reason = st.text_input(_("Reason (needed to refuse)"), key=f"{key}_reason", max_chars=500)
        with st.container(horizontal=True):
            approves = st.form_submit_button(_("Approve"), key=f"{key}_yes", icon=":material/check:")
            refuses = st.form_submit_button(_("Refuse"), key=f"{key}_no", icon=":material/close:")
    if approves or refuses:
        decide = decide_sales if row.decides is Permission.DECIDE_SALES else decide_money
        with errors.shown() as outcome:
            decide(actor, row.account_id, row.approval_id, is_approved=approves, reason=reason, today=today())
        if outcome.ok:
            _done(_("Approved, and done.") if approves else _("Refused. Who asked sees your reason here."))


def _done(told: str) -> None:
    state.flash(plain(told))
    cache.forget()
    st.rerun()


run()
