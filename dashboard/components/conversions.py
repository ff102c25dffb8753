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

_FEW = 6  # rates that are said on a line
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
        _draw_rates(to, rates, key)
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


def _draw_rates(to: str, rates: Sequence[DayRate], key: str) -> None:
    source = _("Reference rates of the European Central Bank")
    if len(rates) <= _FEW:
        told = [
            _("1 {currency} = {rate} {to} ({day})", currency=one.currency, rate=one.rate, to=to, day=one.day)
            for one in rates
        ]
        st.caption(plain(f"{source}: " + "  ·  ".join(told)))
        return
    with st.popover(source, type="tertiary", icon=":material/currency_exchange:", key=f"{key}:all", width="content"):
        frame = pd.DataFrame(
            [(one.currency, one.day, one.rate) for one in rates], columns=["currency", "day", "rate"], dtype=object
        )
        columns = [
            Column("currency", _("Currency"), width=66),
            Column("day", _("Day"), Kind.DAY, width=92),
            Column("rate", _("Rate in {currency}", currency=to), Kind.NUMBER, width=84),
        ]
        table(frame, columns, key=f"{key}:rates", name=source, empty="", height=320)


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
