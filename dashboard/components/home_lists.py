"""What waits for a decision, a list a kind; each line leads to where it is decided."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import streamlit as st

from dashboard import navigation
from dashboard.components.text import plain
from dashboard.words import _, words
from services.queries.waiting import COUNTED, Decision, Waiting
from services.words.labels import enum_words

SOON = 3  # days
LATE = 30  # days


def titles() -> dict[str, str]:
    """What each kind of decision is called."""
    return {
        "trials": _("Trials ending"),
        "carts": _("Carts left open"),
        "renewals": _("Renewals near"),
        "cancellations": _("Cancellations pending"),
        "approvals": _("Approvals to decide"),
        "mails": _("Mails that failed"),
        "incomplete": _("Accounts not ready"),
        "overdue": _("Overdue invoices"),
        "vat_numbers": _("VAT numbers to confirm"),
        "new_seats": _("New seats to assign"),
    }


def _day_names() -> dict[str, str]:
    """What the day at the end of a line is."""
    return {
        "trials": _("Ends on"),
        "carts": _("Last touched"),
        "renewals": _("Last day to act"),
        "cancellations": _("Ends on"),
        "approvals": _("Asked on"),
        "mails": _("Written on"),
        "overdue": _("Due date"),
        "vat_numbers": _("Checked on"),
        "new_seats": _("Since"),
    }


def counted(total: int) -> str:
    """The number as it is shown: counting stops at a hundred."""
    return f"{COUNTED}+" if total >= COUNTED else words().number(total)


def draw_waiting(waiting: Waiting, today: date) -> None:
    """One kind: heading with its number, a line for each decision, and the way to the whole list."""
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            title = titles()[waiting.kind]
            st.markdown(f"**{plain(title)}** :gray-badge[{counted(waiting.total)}]", width="content")
            if waiting.total > len(waiting.rows) and waiting.kind in _BEHIND:
                page, params = _BEHIND[waiting.kind]
                navigation.link(_("All of them"), page, icon=":material/arrow_forward:", **params)
            else:
                st.markdown(f":gray[:small[{plain(_day_names().get(waiting.kind, ''))}]]", width="content")
        for decision in waiting.rows:
            _draw_line(waiting.kind, decision, today)


def _draw_line(kind: str, decision: Decision, today: date) -> None:
    what, when = _TOLD[kind](decision, today)
    page, names = _PAGES[kind]
    known: dict[str, Any] = {"account": decision.account_id, **decision.ids}
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        with st.container(gap=None, width="stretch"):  # the name over what it is about: beside it, both would break up
            navigation.link(decision.account, page, **{name: known[name] for name in names})
            st.caption(f"&ensp;{plain(what)}")
        if when:
            st.markdown(f":{_urgency(kind, decision, today)}[:small[{plain(when)}]]", width="content")


def _urgency(kind: str, decision: Decision, today: date) -> str:
    """Orange in the last days before it is too late, red when a payment is late by a month."""
    day = decision.act_until or decision.due_on
    if kind in ("trials", "renewals", "cancellations") and day is not None and (day - today).days <= SOON:
        return "orange"
    if kind == "overdue" and day is not None and (today - day).days > LATE:
        return "red"
    return "gray"


def _trial(decision: Decision, today: date) -> tuple[str, str]:
    return decision.subject, _day_left(decision.due_on, today)


def _cart(decision: Decision, today: date) -> tuple[str, str]:
    items = words().tn("{n} item", "{n} items", decision.count)
    return f"{items}, {decision.subject}", _day_ago(decision.due_on, today)


def _renewal(decision: Decision, today: date) -> tuple[str, str]:
    return decision.subject, _day_left(decision.act_until, today)


def _approval(decision: Decision, today: date) -> tuple[str, str]:
    return enum_words("ApprovalKind", words()).get(decision.subject, decision.subject), _day_ago(decision.due_on, today)


def _mail(decision: Decision, today: date) -> tuple[str, str]:
    kind = enum_words("MailKind", words()).get(decision.subject, decision.subject)
    return kind, _day_ago(decision.due_on, today)


def _account(decision: Decision, _today: date) -> tuple[str, str]:
    return decision.subject, ""


def _invoice(decision: Decision, today: date) -> tuple[str, str]:
    amount = words().money(decision.amount) if decision.amount else ""
    return f"{decision.subject}, {amount}", _day_ago(decision.due_on, today)


def _vat_number(decision: Decision, _today: date) -> tuple[str, str]:
    return decision.subject, words().day(decision.due_on) if decision.due_on else _("never checked")


def _free_seats(decision: Decision, today: date) -> tuple[str, str]:
    free = words().tn("{n} free seat", "{n} free seats", decision.count)
    return f"{decision.subject}, {free}", _day_ago(decision.due_on, today)


def _day_left(day: date | None, today: date) -> str:
    if day is None:
        return ""
    days = (day - today).days
    if days < 0:
        return _("{day}, over", day=day)
    if days == 0:
        return _("{day}, today", day=day)
    return words().tn("{day}, {n} day left", "{day}, {n} days left", days, day=day)


def _day_ago(day: date | None, today: date) -> str:
    if day is None:
        return ""
    days = (today - day).days
    return words().tn("{day}, {n} day ago", "{day}, {n} days ago", days, day=day) if days else _("today")


_TOLD: dict[str, Callable[[Decision, date], tuple[str, str]]] = {
    "trials": _trial,
    "carts": _cart,
    "renewals": _renewal,
    "cancellations": _trial,
    "approvals": _approval,
    "mails": _mail,
    "incomplete": _account,
    "overdue": _invoice,
    "vat_numbers": _vat_number,
    "new_seats": _free_seats,
}
# Where a line leads, with the ids its URL takes.
_PAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "trials": ("sales/subscription", ("account", "subscription")),
    "carts": ("sales/checkout", ("account",)),
    "renewals": ("sales/subscription", ("account", "subscription")),
    "cancellations": ("sales/subscription", ("account", "subscription")),
    "approvals": ("billing/approvals", ("account",)),
    "mails": ("billing/outbox", ("mail",)),
    "incomplete": ("sales/account", ("account",)),
    "overdue": ("billing/invoice", ("account", "document")),
    "vat_numbers": ("sales/account", ("account",)),
    "new_seats": ("seats/assign", ("account", "subscription")),
}
# Where all of a kind are listed.
_BEHIND: dict[str, tuple[str, dict[str, str]]] = {
    "incomplete": ("sales/accounts", {"state": "incomplete"}),
    "mails": ("billing/outbox", {}),
    "trials": ("sales/trials", {}),
    "approvals": ("billing/approvals", {}),
    "overdue": ("billing/invoices", {"status": "overdue"}),
}
