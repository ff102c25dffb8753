"""A refusal below the field it is about."""

import streamlit as st

from dashboard.components.text import plain
from dashboard.words import words
from services.errors import Problem, Refusal
from services.words.texts import sentence


def field_fault(refusal: Refusal | Problem) -> None:
    """The refusal's sentence, small and red, with a sign for those who see no colour."""
    st.markdown(f":red[:material/error: {plain(sentence(refusal, words()))}]")


def faults_of(field: str, refusals: tuple[Refusal, ...]) -> None:
    """The refusals about this field."""
    for refusal in refusals:
        if refusal.field == field:
            field_fault(refusal)
