"""Streamlit's own English words on the screen, said in the reader's language by the style sheet."""

import json

import streamlit as st

from dashboard.words import _, language

_UPLOADER = '[data-testid="stFileUploaderDropzone"]'
_MOST_MB = 20  # `server.maxUploadSize` of .streamlit/config.toml


def replace_words() -> None:
    """Nothing in English, which Streamlit speaks; else its words are hidden, and ours stand in their place."""
    if language() == "en":
        return
    st.html(
        "<style>"
        + _said(f'{_UPLOADER} [data-testid="stBaseButton-secondary"] p', _("Choose file"))
        + _said(f'{_UPLOADER} [data-testid="stFileUploaderDropzoneInstructions"] span', _("At most {n} MB", n=_MOST_MB))
        # what Enter does is known, and a limit says itself when it is reached
        + '[data-testid="InputInstructions"] { display: none }'
        + "</style>"
    )


def _said(where: str, text: str) -> str:
    """CSS that shows the text in place of what stands there."""
    quoted = json.dumps(text, ensure_ascii=False).replace("<", "\\3c ")
    return f"{where} {{ font-size: 0 }} {where}::after {{ content: {quoted}; font-size: 0.875rem }} "
