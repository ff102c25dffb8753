"""What a report converted: at which rates, and which amounts have none."""

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

import pandas as pd
import streamlit as st

from dashboard.components.columns import Column, Kind
from dashboard.components.tables import table
from dashboard.components.text import plain
from dashboard.words import _, words
from services.rules.exchange import DayRate, Unconverted

K = TypeVar("K", bound=Hashable)


def conversion_note(
    to: str,
    rates: Sequence[DayRate],
    missing: Sequence[Unconverted[K]],
    said: Callable[[K], str],
    *,
    key: str,
) -> None:
    """The rates into the currency `to`, each with its day; and what could not be converted, `said` for what it was."""
    if rates:
        told = [
            _("1 {currency} = {rate} {to} ({day})", currency=one.currency, rate=one.rate, to=to, day=one.day)
            for one in rates
        ]
        st.caption(plain(_("Reference rates of the European Central Bank: {rates}", rates="  ·  ".join(told))))
    if not missing:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.warning(
            words().tn(
                "{n} amount has no reference rate near its day. It is in no sum here.",
                "{n} amounts have no reference rate near their day. They are in no sum here.",
                len(missing),
            ),
            icon=":material/currency_exchange:",
        )
        with st.popover(_("Which"), key=f"{key}:which", width="content"):
            _draw_missing(missing, said, key)


def _draw_missing(missing: Sequence[Unconverted[K]], said: Callable[[K], str], key: str) -> None:
    frame = pd.DataFrame(
        {
            "what": [said(one.what) for one in missing],
            "amount_minor": [one.amount.minor for one in missing],
            "currency": [one.amount.currency for one in missing],
            "day": [one.day for one in missing],
        },
        dtype=object,
    )
    columns = [
        Column("what", _("Figure"), width=260),
        Column("amount_minor", _("Amount"), Kind.MONEY, width=140),
        Column("day", _("No rate near"), Kind.DAY, width=120),
    ]
    table(frame, columns, key=f"{key}:missing", name=_("Amounts without a reference rate"), empty="", height=320)
