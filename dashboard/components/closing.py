"""A month's closing in parts: what is seen, the checklist, key figures beside those of the month before."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard.components.columns import Column, Kind
from dashboard.components.tables import table
from dashboard.components.text import plain
from dashboard.words import _, words
from services.queries.closing import ClosingCard, MonthLine
from services.rules.closing import Sight, Tick, Ticked
from services.words.closing_texts import KEY_FIGURES, SIGHTS, TICKS


def month_name(month: int) -> str:
    """A month (yyyymm) as one reads it."""
    return words().month(month)


def month_label(line: MonthLine) -> str:
    """A month of the list, and that it is closed."""
    return f"{month_name(line.month)} · {_('closed month')}" if line.closed_at else month_name(line.month)


def name_of(who: str) -> str:
    """The name of "Name <address>", as a step or a month keeps it."""
    return who.partition(" <")[0]


def draw_sights(sights: Sequence[Sight]) -> None:
    """What the portal sees by itself, a line each."""
    for sight in sights:
        well, not_well = SIGHTS[sight.what]
        if not sight.count:
            st.markdown(f":green[:material/check_circle:] {plain(_(well))}")
        elif sight.bars:
            st.markdown(f":red[:material/cancel:] **{plain(_(not_well, count=sight.count))}**")
        else:
            st.markdown(f":orange[:material/info:] {plain(_(not_well, count=sight.count))}")


def draw_ticks(ticks: Sequence[Tick], *, month: int, is_open: bool) -> tuple[Ticked, bool] | None:
    """The checklist with who ticked off what; returns the step that was just ticked, and whether on or off."""
    changed = None
    for tick in ticks:
        is_done = tick.at is not None
        now = st.checkbox(
            plain(_(TICKS[tick.what])), value=is_done, key=f"closing_{month}_{tick.what}", disabled=not is_open
        )
        if tick.at is not None:
            st.caption(plain(f"{name_of(tick.who)} · {words().instant(tick.at)} UTC"))
        if now != is_done:
            changed = tick.what, now
    return changed


def draw_figures(card: ClosingCard) -> None:
    """Key figures of the month, of the one before, and the difference."""
    rows = [
        (_(KEY_FIGURES[name]), currency, this.minor, last.minor, difference.minor)
        for currency, name, this, last, difference in card.figures
    ]
    frame = pd.DataFrame(rows, columns=["figure", "currency", "this", "last", "difference"])
    table(
        frame,
        [
            Column("figure", _("Figure"), width=260),
            Column("currency", _("Currency"), width=100),
            Column("this", _("This month"), Kind.MONEY, currency="currency", width=170),
            Column("last", _("Month before"), Kind.MONEY, currency="currency", width=170),
            Column("difference", _("Difference"), Kind.MONEY, currency="currency", width=170),
        ],
        key="closing_figures",
        name=_("Key figures"),
        empty=_("Nothing was invoiced, collected or earned up to this month."),
        download=f"key-figures-{card.line.month}",
    )
