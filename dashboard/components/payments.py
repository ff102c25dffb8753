"""Payments on a page: their words, the columns of their list, what one pays."""

from collections.abc import Sequence
from datetime import date

import pandas as pd
import streamlit as st

from dashboard.components.cards import CardLine
from dashboard.components.columns import Column, Kind
from dashboard.components.downloads import Whole, paged
from dashboard.words import _, words
from services.permissions import Actor
from services.queries.payment_list import PaymentFilter, PaymentPage, list_payments
from services.queries.payments import Paid
from services.rules.payment_means import OPENING_BALANCE, PaymentMeans
from services.words.i18n import N_
from services.words.labels import enum_words

STATUSES = {
    "received": N_("received"),
    "refund": N_("refund"),
    "reversed": N_("reversed"),
}


def statuses() -> dict[str, str]:
    """The words of a payment's status, by its code."""
    return {code: _(word) for code, word in STATUSES.items()}


def means_word(code: str) -> str:
    """What a payment came by: its means, or the balance that was taken over."""
    return _("Opening balance") if code == OPENING_BALANCE else means_names().get(code, code)


def means_names() -> dict[str, str]:
    """The words of payment means, by their code, the most usual first."""
    names = enum_words("PaymentMeans", words())
    return {means.value: names[means.value] for means in PaymentMeans}


def all_of(actor: Actor, wanted: PaymentFilter, listed: PaymentPage) -> Whole:
    """The list of which a page is shown, for its files and totals."""
    return paged(
        lambda limit, offset: worded(list_payments(actor, wanted, limit=limit, offset=offset).frame),
        listed.total,
        of=(actor, wanted),
        key=("payment_id",),
        sums=listed.sums,
    )


def columns(*, with_account: bool = True) -> list[Column]:
    """The columns of a list of payments (see `services.queries.payments.PaymentPage`)."""
    account = [Column("account", _("Account"), width=180)] if with_account else []
    return [
        Column("reference", _("Reference"), width=170),
        Column("status", _("Status"), Kind.STATUS, names=statuses(), width=92),
        *account,
        Column("received_on", _("Received on"), Kind.DAY, width=96),
        Column("means_word", _("Payment means"), width=118),
        Column("amount_minor", _("Amount"), Kind.MONEY, help=_("Refunds are negative."), is_summed=True, width=116),
        Column(
            "left_minor",
            _("Balance"),
            Kind.MONEY,
            help=_("What of it pays no invoice yet: it is used when the next one is issued."),
            is_summed=True,
            width=106,
        ),
    ]


def paid_lines(paid: Sequence[Paid]) -> list[CardLine]:
    """What a payment pays, invoice by invoice, for a card."""
    lines = []
    for one in paid:
        left = _("{amount} left to pay", amount=one.open_after) if one.open_after else _("paid in full")
        why = _("Due {day}; {amount} is open before this payment.", day=one.due_on, amount=one.open_before)
        lines.append(CardLine(f"{one.number} · {left}", words().money(one.amount), why=why))
    return lines


def received_on(today: date) -> date:
    """The day the money came on, at most today."""
    return st.date_input(_("Received on"), value=today, max_value=today, format="DD/MM/YYYY", key="received_on")


def worded(frame: pd.DataFrame) -> pd.DataFrame:
    """The list with its payment means in words."""
    frame["means_word"] = [means_word(code) for code in frame["means"]]
    frame["reference"] = [reference or "–" for reference in frame["reference"]]
    return frame
