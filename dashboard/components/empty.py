"""A sentence where there is nothing to show, with the next step."""

import streamlit as st

from dashboard.components.text import plain


def empty(sentence: str, *, icon: str = "inbox", button: str | None = None, key: str = "empty_action") -> bool:
    """Say that there is nothing, and offer the next step; True when its button was clicked."""
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.space("small")
        st.markdown(f":gray[:material/{icon}:]  :gray[{plain(sentence)}]", text_alignment="center")
        clicked = bool(button) and st.button(str(button), key=key, type="secondary")
        st.space("small")
    return clicked
