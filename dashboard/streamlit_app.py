"""The front door: path, page settings, sign-in, menu, and the page inside its error boundary."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])  # assigned, not inserted: this file reruns on every click

import streamlit as st

from dashboard import day, errors, navigation, sidebar, sign_in, state

STATIC = Path(__file__).with_name("static")
st.set_page_config(page_icon=str(STATIC / "icon.svg"), layout="wide", initial_sidebar_state=220)

with errors.shown():
    actor = sign_in.actor_or_none()
    page = navigation.locate()
    if actor is None:
        sign_in.draw(page)
        st.stop()
    day.keep_to_account(actor)
    sidebar.draw(actor)
    navigation.check(actor, page)
    for text, tone in state.flashes():
        getattr(st, tone)(text)
    page.run()
