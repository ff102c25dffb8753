"""A status as a coloured word."""

import streamlit as st

from dashboard.components.text import plain
from dashboard.theme import colour


def badge(status: str, word: str, *, help: str | None = None) -> None:
    """The word of a status code, in the status's colour."""
    st.badge(plain(word), color=colour(status), help=help)


def badge_text(status: str, word: str) -> str:
    """The same as Markdown, to stand inside a text."""
    return f":{colour(status)}-badge[{plain(word)}]"
