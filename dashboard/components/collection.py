"""Collecting on a page: whom to call first and why, and the reminders that were sent."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import cache, errors, state
from dashboard.components.amounts import amount_of
from dashboard.components.columns import Column, Kind, is_missing
from dashboard.components.downloads import paged
from dashboard.components.pagers import asked_slice, pager
from dashboard.components.tables import Detail, table
from dashboard.components.text import one_line, plain
from dashboard.day import today
from dashboard.words import _
from data.money import Money
from services.commands.collection import CallNote, note_call
from services.permissions import Actor, Permission
from services.queries.collection import calls, reminders
from services.rules.report_filters import ReportFilters
from services.rules.text import LONGEST_LINE
from services.words.i18n import N_

_PROMISES = {
    "waiting": N_("{amount} by {day}"),
    "kept": N_("kept: {amount} by {day}"),
    "broken": N_("broken: {amount} by {day}"),
}


def draw_calls(actor: Actor, wanted: ReportFilters) -> None:
    """The ranked list; a click opens the account."""
    asked = asked_slice("calls_page", 25)
    listed = cache.read(calls, actor, wanted, limit=asked.limit, offset=asked.offset)
    st.caption(
        plain(
            _(
                "Overdue and undisputed amounts, the most urgent first: each amount counts once for 1–30 days, twice "
                "for 31–60, up to five times over 120 days. Several currencies are compared in {currency}.",
                currency=listed.reporting_currency,
            )
        )
    )
    in_one = listed.reporting_currency
    table(
        _reasoned(listed.frame, in_one),
        _call_columns(listed.frame),
        key="calls",
        name=_("Who to call first"),
        empty=_("Nobody needs a call: nothing undisputed is overdue."),
        detail=Detail("sales/account", {"account": "account_id"}),
        download="calls",
        whole=paged(
            lambda limit, offset: _reasoned(calls(actor, wanted, limit=limit, offset=offset).frame, in_one),
            listed.total,
            of=(actor, wanted),
            key=("account_id", "place"),
        ),
    )
    pager(listed.total, asked, "calls_page")
    if not listed.frame.empty and actor.may(Permission.DISPUTE_INVOICES):
        _draw_note(actor, listed.frame)


def _draw_note(actor: Actor, frame: pd.DataFrame) -> None:
    """Note a call with one of the listed, and what they promised."""
    rows: dict[int, Any] = dict(zip(frame["account_id"].tolist(), frame.itertuples(), strict=True))
    with st.popover(_("Note a call"), icon=":material/phone_in_talk:", key="call_note"):
        st.caption(plain(_("Who promises to pay by a day comes last in the list until that day.")))
        chosen = st.selectbox(
            _("Account"), list(rows), format_func=lambda one: one_line(rows[one].account), key="call:account"
        )
        with st.form("call_form", border=False):
            note = st.text_input(_("What was said, by whom"), max_chars=LONGEST_LINE, key="call:note")
            currency = str(rows[chosen].currency)
            typed = st.text_input(
                _("Promised amount in {currency}", currency=currency), max_chars=30, key="call:amount"
            )
            by_day = st.date_input(
                _("Promised by"), value=None, min_value=today(), format="DD/MM/YYYY", key="call:day", width=180
            )
            submitted = st.form_submit_button(_("Note the call"), type="primary")
    if not submitted:
        return
    with errors.shown() as outcome:
        promised = amount_of(typed, currency, "promised") if (typed or "").strip() else None
        note_call(actor, CallNote(chosen, note or "", state.request_key("call"), promised, by_day), today=today())
    if outcome.ok:
        state.finish("call")
        state.drop("call:")
        cache.forget()
        state.flash(plain(_("The call is noted.")))
        st.rerun()


def draw_reminders(actor: Actor) -> None:
    """When, which, to whom; a click opens the mail."""
    asked = asked_slice("reminders_page", 50)
    listed = cache.read(reminders, actor, limit=asked.limit, offset=asked.offset)
    st.caption(plain(_("Reminders go out 1, 7 and 14 days past the due day, none while the invoice is disputed.")))
    table(
        listed.frame,
        [
            Column("account", _("Account"), width=180),
            Column("number", _("Invoice"), width=148),
            Column("sent_at", _("When"), Kind.INSTANT, width=136),
            Column("days_late", _("Days late"), Kind.NUMBER, width=92),
            Column("open_minor", _("Open then"), Kind.MONEY, width=126),
            Column("status", _("Status"), Kind.STATUS, names=_mail_statuses(), width=88),
            Column("recipients", _("To"), width=260),
        ],
        key="reminders",
        name=_("Reminders sent"),
        empty=_("No reminder was sent yet: they go out with the night, from the day after the due day on."),
        detail=Detail("billing/outbox", {"mail": "mail_id"}),
        download="reminders",
        whole=paged(
            lambda limit, offset: reminders(actor, limit=limit, offset=offset).frame,
            listed.total,
            of=actor,
            key=("mail_id",),
        ),
    )
    pager(listed.total, asked, "reminders_page")


def _call_columns(frame: pd.DataFrame) -> list[Column]:
    disputed = [Column("disputed_minor", _("Disputed"), Kind.MONEY, width=96)]
    if not frame["disputed_minor"].notna().any():
        disputed = []
    said = [
        Column("promised", _("Promise"), width=190),
        Column("note", _("Last call"), width=180),
    ]
    if not frame["note"].astype(bool).any():
        said = []
    return [
        Column("place", "#", Kind.NUMBER, width=32),
        Column("account", _("Account"), width=178),
        Column(
            "overdue_minor", _("Overdue"), Kind.MONEY, is_summed=True, width=100, help=_("Past due and not disputed.")
        ),
        Column("why", _("Why"), width=244, help=_("How late the oldest is, and what the amounts weigh by their age.")),
        *said,
        *disputed,
        Column("reminded_on", _("Reminded"), Kind.DAY, width=92),
        Column("paid_on", _("Last paid"), Kind.DAY, width=92),
        Column("call", _("Contact"), width=250),
    ]


def _reasoned(frame: Any, currency: str) -> Any:
    """The list with the reason of each place in words."""
    whys = []
    for row in frame.itertuples():
        parts = [
            _("{n} days late", n=row.days_late),
            _("weighs {amount}", amount=Money(row.weighted_minor, currency)),
        ]
        parts.append(_("never reminded") if is_missing(row.reminded_on) else "")
        parts.append(_("never paid yet") if is_missing(row.paid_on) else "")
        whys.append(" · ".join(part for part in parts if part))
    called = [" · ".join(part for part in (row.phone or row.email, row.contact) if part) for row in frame.itertuples()]
    promises = [
        ""
        if is_missing(row.promise)
        else _(_PROMISES[row.promise], amount=Money(int(row.promised_minor), row.currency), day=row.promised_on)
        for row in frame.itertuples()
    ]
    return frame.assign(why=whys, call=called, promised=promises)


def _mail_statuses() -> dict[str, str]:
    return {
        "queued": _("waiting"),
        "sending": _("being sent"),
        "sent": _("sent"),
        "failed": _("failed"),
        "kept": _("kept"),
    }
