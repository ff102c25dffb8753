"""The sidebar: search anywhere, menu, and who one is."""

from pathlib import Path

import streamlit as st

from dashboard import errors, navigation, own_words, sign_in, state
from dashboard.components.search_box import search_box
from dashboard.components.text import plain
from dashboard.words import _, language, words
from services.commands.users import choose_language
from services.permissions import Actor
from services.words.labels import label

_STATIC = Path(__file__).with_name("static")
_LANGUAGES = {"en": "English", "es": "Español"}


def draw(actor: Actor) -> None:
    """Search, menu, user and language."""
    own_words.replace_words()
    st.logo(str(_STATIC / "logo.svg"), size="large", icon_image=str(_STATIC / "icon.svg"))
    with st.sidebar:
        search_box(actor)
        navigation.draw_menu(actor)
        st.space("small")
        _draw_user(actor)


def _draw_user(actor: Actor) -> None:
    st.markdown(f"**{plain(actor.name)}**  \n:gray[{plain(label(actor.role, words()))}]")
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        chosen = st.segmented_control(
            _("Language"),
            list(_LANGUAGES),
            default=language(),
            required=True,
            format_func=_LANGUAGES.__getitem__,
            key="language_choice",
            label_visibility="collapsed",
        )
        if st.button(_("Sign out"), type="tertiary", icon=":material/logout:", key="sign_out"):
            sign_in.sign_out()
    if chosen and chosen != language():
        with errors.shown():
            choose_language(actor, chosen)
        state.speak(chosen)
        state.reword(but=("language_choice", "search"))
        st.rerun()
