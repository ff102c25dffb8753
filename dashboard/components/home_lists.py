"""What waits for a decision, a list a kind; each row leads to where it is decided."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import navigation
from dashboard.components.columns import Column, Kind
from dashboard.components.tables import Detail, table
from dashboard.components.text import plain
from dashboard.words import _, words
from services.queries.home import COUNTED, Decision, Waiting

_Columns = Callable[[], list[Column]]


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
            _COLUMNS[waiting.kind](),
            key=f"waiting_{waiting.kind}",
            name=title,
            empty=_("Nothing waits here."),
            detail=_DETAIL[waiting.kind],
        )


def _frame(waiting: Waiting, today: date) -> pd.DataFrame:
    rows = [_row(decision, today) for decision in waiting.rows]
    return pd.DataFrame(rows).astype(object)


def _row(decision: Decision, today: date) -> dict[str, Any]:
    return {
        "account_id": decision.account_id,
        "account": decision.account,
        "subject": decision.subject,
        "due_on": decision.due_on,
        "act_until": decision.act_until,
        "left": _left(decision.due_on, today),
        "act_left": _left(decision.act_until, today),
        "ago": _ago(decision.due_on, today),
        "count": decision.count,
        "amount": decision.amount.minor if decision.amount else None,
        "currency": decision.amount.currency if decision.amount else None,
        **decision.ids,
    }


def _left(day: date | None, today: date) -> str:
    if day is None:
        return ""
    days = (day - today).days
    if days == 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    return words().tn("in {n} day", "in {n} days", days) if days > 0 else _("over")


def _ago(day: date | None, today: date) -> str:
    return words().tn("{n} day", "{n} days", (today - day).days) if day else ""


def _account() -> Column:
    return Column("account", _("Account"), width=230)


def _trials() -> list[Column]:
    return [
        _account(),
        Column("subject", _("Product"), width=140),
        Column("count", _("Seats"), Kind.NUMBER, width=70),
        Column("due_on", _("Ends on"), Kind.DAY, width=110),
        Column("left", _("Left"), width=90),
    ]


def _carts() -> list[Column]:
    return [
        _account(),
        Column("count", _("Items"), Kind.NUMBER, width=70),
        Column("subject", _("Filled by"), width=140),
        Column("due_on", _("Last touched"), Kind.DAY, width=110),
        Column("ago", _("Ago"), width=90),
    ]


def _renewals() -> list[Column]:
    return [
        _account(),
        Column("subject", _("Product"), width=140),
        Column("count", _("Seats"), Kind.NUMBER, width=70),
        Column("due_on", _("Renews on"), Kind.DAY, width=110),
        Column("act_until", _("Last day to act"), Kind.DAY, width=120),
        Column("act_left", _("Left"), width=90),
    ]


def _mails() -> list[Column]:
    return [
        _account(),
        Column("kind_name", _("Mail"), width=180),
        Column("due_on", _("Written on"), Kind.DAY, width=110),
        Column("count", _("Tries"), Kind.NUMBER, width=70),
    ]


def _incomplete() -> list[Column]:
    return [_account(), Column("subject", _("Code"), width=140)]


def _overdue() -> list[Column]:
    return [
        _account(),
        Column("subject", _("Invoice"), width=160),
        Column("due_on", _("Due date"), Kind.DAY, width=110),
        Column("ago", _("Overdue since"), width=110),
        Column("amount", _("To pay"), Kind.MONEY, width=120),
    ]


def _vat_numbers() -> list[Column]:
    return [_account(), Column("subject", _("VAT number"), width=160)]


def _new_seats() -> list[Column]:
    return [
        _account(),
        Column("subject", _("Product"), width=140),
        Column("due_on", _("Since"), Kind.DAY, width=110),
        Column("count", _("Free seats"), Kind.NUMBER, width=90),
    ]


_COLUMNS: dict[str, _Columns] = {
    "trials": _trials,
    "carts": _carts,
    "renewals": _renewals,
    "mails": _mails,
    "incomplete": _incomplete,
    "overdue": _overdue,
    "vat_numbers": _vat_numbers,
    "new_seats": _new_seats,
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
