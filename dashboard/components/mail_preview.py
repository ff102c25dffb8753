"""A mail as its reader sees it, shut off from the portal around it."""

from html import escape

import streamlit as st

_HEIGHT = 720


def mail_preview(html: str, *, name: str) -> None:
    """Show the mail's HTML in a sandbox without scripts, forms, or the portal's origin; `name` for screen readers."""
    # Streamlit's own frame lets scripts run in the portal's origin, so the mail stands in a second, sandboxed one.
    inner = f'<iframe sandbox srcdoc="{escape(html)}" style="border:0;width:100%;height:{_HEIGHT - 12}px"></iframe>'
    st.iframe(f'<!doctype html><body style="margin:0">{inner}</body>', height=_HEIGHT, alt=name)
