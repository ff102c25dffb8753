"""What waits for a decision, a list a kind; each row leads to where it is decided."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd
import streamlit as st

from dashboard import navigation
from dashboard.components.columns import Column
from dashboard.components.tables import Detail, table
from dashboard.components.text import plain
from dashboard.words import _, words
from services.queries.home import COUNTED, Decision, Waiting
from services.words.labels import ENUMS


def titles() -> dict[str, str]:
    """What each kind of decision is called."""
    return {
        "trials": _("Trials ending"),
        "carts": _("Carts left open"),
        "renewals": _("Renewals near"),
        "mails": _("Mails that failed"),
        "incomplete": _("Accounts not ready to order"),
        "overdue": _("Overdue invoices"),
        "vat_numbers": _("VAT numbers to confirm"),
        "new_seats": _("New seats to assign"),
    }


def counted(total: int) -> str:
    """The number as it is shown: counting stops at a hundred."""
    return f"{COUNTED}+" if total >= COUNTED else words().number(total)


def draw_waiting(waiting: Waiting, today: date) -> None:
    """One kind: heading with its number, rows, and the way to the whole list."""
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            title = titles()[waiting.kind]
            st.markdown(f"**{plain(title)}** :gray-badge[{counted(waiting.total)}]", width="content")
            if waiting.total > len(waiting.rows) and waiting.kind in _BEHIND:
                page, params = _BEHIND[waiting.kind]
                navigation.link(_("All of them"), page, icon=":material/arrow_forward:", **params)
        table(
            _frame(waiting, today),
            _columns(waiting.kind),
            key=f"waiting_{waiting.kind}",
            name=title,
            empty=_("Nothing waits here."),
            detail=_DETAIL[waiting.kind],
        )


def _frame(waiting: Waiting, today: date) -> pd.DataFrame:
    told = _TOLD[waiting.kind]
    rows = [
        {"account_id": row.account_id, "account": row.account, "what": what, "when": when, **row.ids}
        for row in waiting.rows
        for what, when in [told(row, today)]
    ]
    return pd.DataFrame(rows).astype(object)


def _columns(kind: str) -> list[Column]:
    heads = {
        "trials": (_("Trial"), _("Ends on")),
        "carts": (_("Cart"), _("Last touched")),
        "renewals": (_("Subscription"), _("Last day to act")),
        "mails": (_("Mail"), _("Written on")),
        "incomplete": (_("Code"), ""),
        "overdue": (_("Invoice"), _("Due date")),
        "vat_numbers": (_("VAT number"), _("Checked on")),
        "new_seats": (_("Subscription"), _("Since")),
    }
    what, when = heads[kind]
    listed = [Column("account", _("Account"), width=170), Column("what", what)]
    return [*listed, Column("when", when)] if when else listed


def _seats(decision: Decision) -> str:
    return words().tn("{n} seat", "{n} seats", decision.count)


def _trial(decision: Decision, today: date) -> tuple[str, str]:
    return f"{decision.subject}, {_seats(decision)}", _day_left(decision.due_on, today)


def _cart(decision: Decision, today: date) -> tuple[str, str]:
    items = words().tn("{n} item", "{n} items", decision.count)
    return f"{items}, {decision.subject}", _day_ago(decision.due_on, today)


def _renewal(decision: Decision, today: date) -> tuple[str, str]:
    return f"{decision.subject}, {_seats(decision)}", _day_left(decision.act_until, today)


def _mail(decision: Decision, today: date) -> tuple[str, str]:
    return words().t(ENUMS["MailKind"].get(decision.subject, decision.subject)), _day_ago(decision.due_on, today)


def _account(decision: Decision, _today: date) -> tuple[str, str]:
    return decision.subject, ""


def _invoice(decision: Decision, today: date) -> tuple[str, str]:
    amount = words().money(decision.amount) if decision.amount else ""
    return f"{decision.subject}, {amount}", _day_ago(decision.due_on, today)


def _vat_number(decision: Decision, _today: date) -> tuple[str, str]:
    return decision.subject, words().day(decision.due_on) if decision.due_on else _("never")


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
    return words().tn("{day}, {n} day ago", "{day}, {n} days ago", (today - day).days, day=day)


_TOLD: dict[str, Callable[[Decision, date], tuple[str, str]]] = {
    "trials": _trial,
    "carts": _cart,
    "renewals": _renewal,
    "mails": _mail,
    "incomplete": _account,
    "overdue": _invoice,
    "vat_numbers": _vat_number,
    "new_seats": _free_seats,
}
_OF_ACCOUNT = {"account": "account_id"}
_DETAIL = {
    "trials": Detail("sales/subscription", {**_OF_ACCOUNT, "subscription": "subscription"}),
    "carts": Detail("sales/checkout", _OF_ACCOUNT),
    "renewals": Detail("sales/subscription", {**_OF_ACCOUNT, "subscription": "subscription"}),
    "mails": Detail("billing/outbox", {"mail": "mail"}),
    "incomplete": Detail("sales/account", _OF_ACCOUNT),
    "overdue": Detail("billing/invoice", {**_OF_ACCOUNT, "document": "document"}),
    "vat_numbers": Detail("sales/account", _OF_ACCOUNT),
    "new_seats": Detail("seats/assign", {**_OF_ACCOUNT, "subscription": "subscription"}),
}
_BEHIND: dict[str, tuple[str, dict[str, str]]] = {
    "incomplete": ("sales/accounts", {"state": "incomplete"}),
    "mails": ("billing/outbox", {}),
    "overdue": ("billing/invoices", {}),
}
