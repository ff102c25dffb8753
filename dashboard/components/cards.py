"""Cards: a bordered summary of lines, with a total where there is one."""

from collections.abc import Iterable
from dataclasses import dataclass

import streamlit as st

from dashboard.components.text import plain


@dataclass(frozen=True, slots=True)
class CardLine:
    """A label and its value, formatted already; `why` stands in the help mark; a `strong` line is the total."""

    label: str
    value: str
    why: str | None = None
    strong: bool = False


def summary_card(title: str, lines: Iterable[CardLine], *, note: str | None = None) -> None:
    """Labels left, values right; a strong line is set off. Texts are shown as they are."""
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{plain(title)}**")
        for line in lines:
            label, value = plain(line.label), plain(line.value)
            if line.strong:
                st.space(4)
            with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
                st.markdown(f"**{label}**" if line.strong else f":gray[{label}]", width="content", help=line.why)
                st.markdown(f"**{value}**" if line.strong else value, width="stretch", text_alignment="right")
        if note:
            st.caption(plain(note))


def facts(pairs: Iterable[tuple[str, str]], *, columns: int = 2) -> None:
    """Labels above their values, in columns: the master data of an account. Empty values are a dash."""
    with st.grid(columns, min_column_width=180, gap="small"):
        for label, value in pairs:
            st.markdown(f":gray[:small[{plain(label)}]]  \n{plain(value) or '–'}")


def steps(names: Iterable[str], current: int) -> None:
    """All steps of a wizard, with where one is (from 0): done ones ticked, the present one strong."""
    parts = []
    for number, name in enumerate(names):
        if number < current:
            parts.append(f":green[:material/check_circle:] :gray[{plain(name)}]")
        elif number == current:
            parts.append(f":violet[:material/radio_button_checked:] **{plain(name)}**")
        else:
            parts.append(f":gray[:material/radio_button_unchecked: {plain(name)}]")
    st.markdown("  :gray[›]  ".join(parts))
