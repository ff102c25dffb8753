"""Search anywhere: what is typed leads straight to the page of what is found."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import streamlit as st

from dashboard import navigation
from dashboard.components.text import plain
from dashboard.words import _

_SHORTEST = 2


class Hit(Protocol):
    """Something found: what it is called, one line that tells it from others, and the page it leads to."""

    @property
    def title(self) -> str:
        """The name, number or code that was found."""

    @property
    def context(self) -> str:
        """What kind of thing it is and whose, in the reader's language."""

    @property
    def page(self) -> str:
        """The page's path, as in the menu: "sales/account"."""

    @property
    def ids(self) -> Mapping[str, int]:
        """The ids of the page's URL."""


def search_box(find: Callable[[str], Sequence[Hit]]) -> None:
    """The box and, below it while something is typed, what was found; `find` is asked with at least two characters."""
    text = st.text_input(
        _("Search"),
        key="search",
        type="search",
        placeholder=_("Account, invoice, PO …"),
        icon=":material/search:",
        label_visibility="collapsed",
        max_chars=100,
        live=True,
    )
    asked = (text or "").strip()
    if len(asked) < _SHORTEST:
        return
    hits = find(asked)
    with st.container(border=True, gap="xsmall", key="search_hits"):
        for hit in hits:
            navigation.link(hit.title, hit.page, **dict[str, Any](hit.ids))
            if hit.context:
                st.caption(plain(hit.context))
        if not hits:
            nothing = _(
                "Nothing found for “{text}”. Search by name, code, VAT number, contact, invoice, order, subscription "
                "or PO number.",
                text=asked,
            )
            st.caption(plain(nothing))
