"""Collecting on a page: whom to call first and why, and the reminders that were sent."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import cache
from dashboard.components.columns import Column, Kind, is_missing
from dashboard.components.downloads import paged
from dashboard.components.pagers import asked_slice, pager
from dashboard.components.tables import Detail, table
from dashboard.components.text import plain
from dashboard.words import _
from data.money import Money
from services.permissions import Actor
from services.queries.collection import calls, reminders
from services.rules.report_filters import ReportFilters


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
        _call_columns(with_disputed=bool(listed.frame["disputed_minor"].notna().any())),
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


def _call_columns(*, with_disputed: bool) -> list[Column]:
    disputed = [Column("disputed_minor", _("Disputed"), Kind.MONEY, width=96)] if with_disputed else []
    return [
        Column("place", "#", Kind.NUMBER, width=32),
        Column("account", _("Account"), width=178),
        Column(
            "overdue_minor", _("Overdue"), Kind.MONEY, is_summed=True, width=100, help=_("Past due and not disputed.")
        ),
        Column("why", _("Why"), width=244, help=_("How late the oldest is, and what the amounts weigh by their age.")),
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
    return frame.assign(why=whys, call=called)


def _mail_statuses() -> dict[str, str]:
    return {
        "queued": _("waiting"),
        "sending": _("being sent"),
        "sent": _("sent"),
        "failed": _("failed"),
        "kept": _("kept"),
    }
