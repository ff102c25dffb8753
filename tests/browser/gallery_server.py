"""A server for the gallery, with the portal's headers."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from dashboard.headers import SecurityHeaders

FONTS = Path(__file__).resolve().parents[2] / "dashboard" / "static"
app = st.App(
    Path(__file__).with_name("gallery.py"),
    routes=[Mount("/app/static", StaticFiles(directory=FONTS))],
    middleware=[Middleware(SecurityHeaders)],
)
