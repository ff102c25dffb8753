"""A page in two parts: the work, and beside it (below it on a narrow screen) a summary."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def with_side() -> tuple[DeltaGenerator, DeltaGenerator]:
    """The work on two thirds of the width, and its side."""
    grid = st.grid(3, min_column_width=260, gap="medium")
    return grid.cell(column_span=2), grid.cell()
