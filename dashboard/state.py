"""What one browser session remembers between reruns; nothing that matters, that is in the database and the URL."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import uuid4

import streamlit as st

Tone = Literal["success", "info", "warning", "error"]
_SIGNED_IN, _LANGUAGE, _FLASHES, _REQUEST = "signed_in", "language", "flashes", "request_key:"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who signed in to this session, and when (UTC)."""

    user_id: int
    since: datetime


def signed_in() -> SignedIn | None:
    """Who signed in to this session."""
    found: SignedIn | None = st.session_state.get(_SIGNED_IN)
    return found


def sign_in(user_id: int, since: datetime | None = None) -> None:
    """Remember the user for this session."""
    st.session_state[_SIGNED_IN] = SignedIn(user_id, since or datetime.now(UTC))


def sign_out() -> None:
    """Forget the user and everything the session held for them."""
    st.session_state.clear()


def language() -> str | None:
    """The language chosen in this session, if any."""
    chosen: str | None = st.session_state.get(_LANGUAGE)
    return chosen


def speak(language: str) -> None:
    """Use this language for the rest of the session."""
    st.session_state[_LANGUAGE] = language


def reword(*, but: tuple[str, ...]) -> None:
    """Hand the page's choices to the browser again, which remembers them by their words, not by their codes.

    Called before the page is drawn; `but`: keys of widgets that are drawn already.
    """
    for name, value in list(st.session_state.items()):
        if isinstance(value, str | list) and name not in but and not str(name).startswith(_REQUEST):
            st.session_state[name] = value


def recall(name: str, default: Any = None) -> Any:
    """What a page kept under this name, or what a widget with this key holds."""
    return st.session_state.get(name, default)


def keep(name: str, value: Any) -> None:
    """Keep a value for later reruns; before a widget with this key is drawn, preset it."""
    st.session_state[name] = value


def drop(prefix: str) -> None:
    """Forget everything kept under names that begin so, such as a finished form's widgets."""
    for name in [str(name) for name in st.session_state if str(name).startswith(prefix)]:
        del st.session_state[name]


def request_key(form: str) -> str:
    """The request key of a form: the same until `finish`, so a double click or a reload asks for the same thing."""
    key: str = st.session_state.setdefault(_REQUEST + form, uuid4().hex)
    return key


def finish(form: str) -> None:
    """The form has done its work: the next one gets a new request key."""
    st.session_state.pop(_REQUEST + form, None)


def flash(text: str, tone: Tone = "success") -> None:
    """Leave a message for the page that is drawn next. The text may hold Markdown: escape what customers wrote."""
    st.session_state.setdefault(_FLASHES, []).append((text, tone))


def flashes() -> list[tuple[str, Tone]]:
    """The messages left for this page; read once."""
    found: list[tuple[str, Tone]] = st.session_state.pop(_FLASHES, [])
    return found
