"""Search anywhere: what is typed leads straight to the page of what is found."""

import streamlit as st

from dashboard import navigation
from dashboard.components.text import plain
from dashboard.words import _, words
from services.permissions import Actor
from services.queries.search import SHORTEST, Found, search
from services.words.labels import kind_name

_SHOWN = 12


@st.fragment
def search_box(actor: Actor) -> None:
    """The box and, below it while something is typed, the hits. A fragment: typing does not rerun the page."""
    text = st.text_input(
        _("Search"),
        key="search",
        type="search",
        placeholder=_("Account, invoice, PO …"),
        icon=":material/search:",
        label_visibility="collapsed",
        live=True,
    )
    asked = (text or "").strip()
    if len(asked) < SHORTEST:
        return
    hits = search(actor, asked)
    with st.container(border=True, gap=None, key="search_hits"):
        for hit in hits[:_SHOWN]:
            _draw(hit)
        if not hits:
            nothing = _(
                "Nothing found for “{text}”. Search by name, code, VAT number, contact, invoice, order, subscription "
                "or PO number.",
                text=asked,
            )
            st.caption(plain(nothing))
        if len(hits) > _SHOWN:
            st.caption(plain(_("{n} more. Type more of the name or number.", n=len(hits) - _SHOWN)))


def _draw(hit: Found) -> None:
    told = [kind_name(hit.kind, words()), hit.account if hit.account != hit.title else ""]
    navigation.link(hit.title, hit.page, **dict[str, object](hit.ids), icon=None)
    st.caption("&ensp;" + plain(" · ".join(part for part in told if part)))
