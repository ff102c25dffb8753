"""A server for the slow page, with the portal's own lifespan."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import streamlit as st

from dashboard.serve import lifespan

app = st.App(Path(__file__).with_name("slow_page.py"), lifespan=lifespan)
