"""The head of a page: where one is, in one line of context, with the page's one primary button."""

from collections.abc import Sequence

import streamlit as st

from dashboard.components.badges import badge
from dashboard.components.text import plain


def header(
    title: str,
    *,
    context: Sequence[str] = (),
    status: tuple[str, str] | None = None,
    button: str | None = None,
    key: str = "header_action",
    icon: str | None = None,
) -> bool:
    """Draw title, context parts (joined by a middle dot), status as (code, word); True when the button was clicked.

    Title and context are shown as they are, never read as Markdown.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute", gap="medium"):
        with st.container(width="stretch", gap=None):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.title(plain(title), anchor=False, width="content")
                if status is not None:
                    badge(*status)
            parts = [plain(part) for part in context if part]
            if parts:
                st.markdown(":gray[" + " · ".join(parts) + "]")
        if button is None:
            return False
        return st.button(button, key=key, type="primary", icon=icon)
