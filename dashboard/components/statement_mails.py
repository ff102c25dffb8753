"""Statements of account mailed to a selection of accounts: all of a list, or some of it."""

from __future__ import annotations

import streamlit as st

from dashboard import errors, state
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from data.period import months_after
from services.commands.account_statements import Mailed, mail_statements
from services.permissions import Actor
from services.queries.receivables import accounts_aged
from services.rules.report_filters import ReportFilters

_SHOWN, _PICKED = "statement_mails", "statement_mails_picked"


def draw_statement_mails(actor: Actor, wanted: ReportFilters, *, overdue_only: bool) -> None:
    """The way to mail them, and what became of it."""
    told = state.recall(f"{_SHOWN}:told")
    shown = st.popover(_("Mail statements"), icon=":material/outgoing_mail:", key=_SHOWN, on_change="rerun")
    if shown.open:
        with shown:
            _draw_choice(actor, wanted, overdue_only=overdue_only)
    if told is not None:
        st.toast(plain(told), icon=":material/task_alt:")
        state.drop(f"{_SHOWN}:told")


def _draw_choice(actor: Actor, wanted: ReportFilters, *, overdue_only: bool) -> None:
    offered = accounts_aged(actor, wanted, overdue_only=overdue_only)
    picked = st.multiselect(
        _("Accounts that get a statement"),
        list(offered),
        format_func=offered.__getitem__,
        placeholder=_("All of the list ({n})", n=len(offered)),
        key=_PICKED,
        width=420,
    )
    st.caption(
        plain(
            _(
                "This month and the two before it, as a PDF in the account's language, to those who get its invoices. "
                "A statement that was mailed today is not mailed again."
            )
        )
    )
    chosen = picked or list(offered)
    label = words().tn("Mail {n} statement", "Mail {n} statements", len(chosen))
    if st.button(label, type="primary", key="mail_statements", disabled=not chosen):
        _mail(actor, chosen)


def _mail(actor: Actor, chosen: list[int]) -> None:
    bar, far = st.progress(0.0), Mailed(0, len(chosen))
    first_on = months_after(today().replace(day=1), -2)
    with errors.shown() as outcome:
        for far in mail_statements(actor, chosen, first_on=first_on, last_on=today(), today=today()):
            bar.progress(far.done / far.total, plain(_("{done} of {total} accounts …", done=far.done, total=far.total)))
    if outcome.ok:
        state.keep(f"{_SHOWN}:told", _said(far))
        state.drop(_PICKED)
        st.rerun()


def _said(far: Mailed) -> str:
    tn = words().tn
    parts = [
        (True, tn("{n} statement was queued", "{n} statements were queued", far.mailed)),
        (far.before, tn("{n} was mailed today already", "{n} were mailed today already", far.before)),
        (far.left_out, tn("{n} account has nobody to write to", "{n} accounts have nobody to write to", far.left_out)),
    ]
    return f"{', '.join(text for is_told, text in parts if is_told)}."
