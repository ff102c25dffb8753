"""Who acts in this session: the signed-in user, checked again at each rerun, and the page on which one signs in.

The seam for the identity provider: with an `[auth]` section in the secrets, `_remembered` is to map `st.user` to a
user's row and `draw` to call `st.login`; everything else stays.
"""

from datetime import date
from urllib.parse import urlencode

import streamlit as st
from streamlit.navigation.page import Page
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard import dev_sessions, state
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services import access
from services.errors import NotSignedIn
from services.permissions import Actor, Role
from services.queries.sign_in import Choice, choices
from services.words.labels import label

_FOUND = "actor_of_this_run"
_ICONS = {
    Role.SALES_REP: ":material/support_agent:",
    Role.SALES_MANAGER: ":material/supervisor_account:",
    Role.FINANCE: ":material/account_balance:",
    Role.LICENCE_MANAGER: ":material/badge:",
    Role.ADMIN: ":material/admin_panel_settings:",
}


def actor() -> Actor:
    """Who acts in this run, as found at its start; raises `NotSignedIn`."""
    known: tuple[date, Actor] | None = state.recall(_FOUND)
    if known is None or known[0] != today():  # an account's business day can be another than the server's
        known = (today(), _look_up())
        state.keep(_FOUND, known)
    return known[1]


def actor_or_none() -> Actor | None:
    """Who acts, looked up again for this run, or nobody: not signed in, switched off, or signed out everywhere."""
    state.keep(_FOUND, None)
    try:
        return actor()
    except NotSignedIn:
        return None


def _look_up() -> Actor:
    who = _remembered()
    if who is None:
        raise NotSignedIn
    found = access.identify(who.user_id, today(), signed_in_at=who.since)
    if state.language() is None:
        state.speak(found.language)
    return found


def draw(page: Page) -> None:
    """The sign-in page, which leads on to the page that was asked for."""
    __, middle, __ = st.columns([1, 2.2, 1])
    with middle:
        st.space("large")
        st.title(_("Corporate Billing Portal"), anchor=False)
        if not dev_sessions.is_offered():
            st.info(_("Sign in with your company account."), icon=":material/login:")
            return
        st.caption(
            _(
                "Choose who you are. This sign-in is for development: it exists only while no identity provider is "
                "configured."
            )
        )
        users = choices()
        if not users:
            st.info(_("There are no users yet. Start the portal with “make run” to build the demo book."))
        for user in users:
            _draw_choice(user, page)


def sign_out() -> None:
    """End the session, here and in the browser's cookie."""
    state.sign_out()
    _lead_to(dev_sessions.exit_address())
    st.stop()


def _draw_choice(user: Choice, page: Page) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        role = f":gray[{plain(label(user.role, words()))}]"
        st.markdown(f"{_ICONS[user.role]} **{plain(user.name)}**  \n{role}", width="content")
        if st.button(_("Sign in"), key=f"sign_in_{user.user_id}"):
            state.sign_in(user.user_id)
            query = urlencode(st.query_params.to_dict())
            _lead_to(dev_sessions.entry_address(user.user_id, f"/{page.url_path}" + (f"?{query}" if query else "")))
            st.stop()


def _remembered() -> state.SignedIn | None:
    known = state.signed_in()
    if known is None and (found := dev_sessions.read_cookie()):
        state.sign_in(*found)
        known = state.signed_in()
    return known


def _lead_to(address: str) -> None:
    """Have the browser open an address of ours, in the way `st.login` does: a script cannot set cookies."""
    context = get_script_run_ctx()
    if context is not None:
        message = ForwardMsg()
        message.auth_redirect.url = address
        context.enqueue(message)
