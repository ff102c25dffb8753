"""The words of the session: its language, and `_` for the sentences of pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import streamlit as st

from dashboard import state
from services.words.i18n import LANGUAGES, Words

_spoken: ContextVar[str] = ContextVar("spoken", default="")


@contextmanager
def spoken(language: str) -> Iterator[None]:
    """Speak this language where no session is known: a file that is written when its link is followed."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def language() -> str:
    """The session's language: the chosen one, else the browser's where we speak it, else English.

    Asked at each call: a fragment reruns without the front door.
    """
    if _spoken.get():
        return _spoken.get()
    chosen = state.language()
    if chosen in LANGUAGES:
        return str(chosen)
    browser = (st.context.locale or "en").partition("-")[0]
    return browser if browser in LANGUAGES else "en"


def words() -> Words:
    """How the session's user is spoken to."""
    return Words(language())


def _(msgid: str, /, **values: object) -> str:
    """The sentence in the session's language; values are put in by type (see `Words.t`)."""
    return words().t(msgid, **values)
