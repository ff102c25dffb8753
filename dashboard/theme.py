"""Status colours and the chart template, light and dark, in the palette of .streamlit/config.toml."""

from functools import cache
from typing import Any, Literal

import plotly.graph_objects as go
import streamlit as st

Colour = Literal["red", "orange", "yellow", "blue", "green", "violet", "gray"]

# The colour of a status word, by its code. Colour only repeats what the word says.
STATUS: dict[str, Colour] = {
    # subscriptions and trials
    "active": "green",
    "trialing": "blue",
    "scheduled": "violet",
    "ending": "orange",
    "pending_cancellation": "orange",
    "past_due": "red",
    "converted": "green",
    "suspended": "yellow",
    "expired": "gray",
    "cancelled": "gray",
    "canceled": "gray",
    "ended": "gray",
    # seats by their use, and the evidence of it
    "used": "green",
    "idle": "orange",
    "excluded": "blue",
    "no_evidence": "gray",
    "users": "green",
    "stale": "orange",
    "subscriptions": "blue",
    # documents and orders
    "draft": "gray",
    "open": "blue",
    "issued": "blue",
    "placed": "green",
    "to_pay": "blue",
    "paid": "green",
    "partly_paid": "yellow",
    "overdue": "red",
    "credited": "gray",
    "written_off": "gray",
    "received": "green",
    "refund": "violet",
    "reversed": "gray",
    "disputed": "orange",
    # checks
    "holds": "green",
    "broken": "red",
    "collected": "green",
    "returned": "red",
    "booked": "green",
    "exact": "green",
    "different": "yellow",
    "by_amount": "blue",
    "settled": "orange",
    "unmatched": "orange",
    "known": "gray",
    "outgoing": "gray",
    # movements of recurring revenue
    "expansion": "green",
    "reactivation": "blue",
    "contraction": "orange",
    "churn": "red",
    # VAT numbers
    "confirmed": "green",
    "form_only": "yellow",
    "unchecked": "gray",
    "missing": "red",
    # mails and jobs
    "waiting": "blue",
    "queued": "blue",
    "sending": "blue",
    "sent": "green",
    "kept": "yellow",
    "failed": "red",
    # imports
    "new": "green",
    "changed": "orange",
    "unchanged": "gray",
    "refused": "red",
    "pending": "orange",
    "approved": "green",
    "withdrawn": "gray",
    # licensed users, and what becomes of them in one change
    "invited": "violet",
    "left": "gray",
    "held": "green",
    "done": "green",
    "already": "gray",
    "no_seat_free": "red",
    "gone": "orange",
    "other_product": "orange",
    # accounts
    "ready": "green",
    "incomplete": "orange",
    "self_service": "violet",
    "inactive": "gray",
}

LIGHT = ("#4F46E5", "#0E9F8E", "#E08A1E", "#C2417C", "#2F80ED", "#7A8B2E", "#8C5BD6", "#8A93A6")
GROUND = {False: "#FFFFFF", True: "#11141B"}  # by is_dark()
DARK = ("#8B86FF", "#3CCFBB", "#F0A74A", "#E8719F", "#67A9FF", "#B5C25A", "#B58CF2", "#9AA3B5")

# Steps of shading behind figures that are written in the text's colour, from few to many, by is_dark().
HEAT = {
    False: ("#EEF0FE", "#DADDFC", "#C1C5F9", "#A5A9F5", "#898CF0"),
    True: ("#1D1B3F", "#29265E", "#36327E", "#433FA0", "#544FC2"),
}
TEXT = {False: "#1A1F36", True: "#E7EAF1"}


def colour(status: str) -> Colour:
    """The colour of a status; grey for one without."""
    return STATUS.get(status, "gray")


def is_dark() -> bool:
    """Whether the reader's theme is the dark one."""
    return st.context.theme.type == "dark"


def figure(*, dark: bool | None = None) -> go.Figure:
    """An empty figure in the portal's look; add graph_objects traces to it."""
    return go.Figure(layout={"template": _template(is_dark() if dark is None else dark), "height": 280})


@cache
def _template(dark: bool) -> go.layout.Template:
    soft, grid = ("#A9B2C5", "#262C38") if dark else ("#525B70", "#E8ECF2")
    text, paper = TEXT[dark], GROUND[dark]
    axis: dict[str, Any] = {
        "gridcolor": grid,
        "linecolor": grid,
        "zerolinecolor": soft,
        "zerolinewidth": 1,
        "tickfont": {"color": soft, "size": 12},
        "title": {"font": {"color": soft, "size": 12}, "standoff": 10},
        "automargin": True,
    }
    return go.layout.Template(
        layout={
            "colorway": DARK if dark else LIGHT,
            "font": {"family": "Inter, sans-serif", "size": 12, "color": text},
            "title": {
                "font": {"size": 14, "color": text, "weight": 600},
                "subtitle": {"font": {"size": 12, "color": soft}},
                "x": 0,
                "xanchor": "left",
                "xref": "container",
                "y": 1,
                "yanchor": "top",
                "yref": "container",
                "pad": {"t": 6},
            },
            # a picture that is downloaded has the ground it was made for
            "paper_bgcolor": paper,
            "plot_bgcolor": paper,
            "margin": {"l": 0, "r": 0, "t": 52, "b": 0},
            "xaxis": {**axis, "showgrid": False, "zeroline": False, "fixedrange": True},
            "yaxis": {**axis, "rangemode": "tozero", "fixedrange": True},
            "legend": {"orientation": "h", "y": -0.18, "x": 0, "font": {"color": soft}, "itemwidth": 40},
            "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": soft, "activecolor": text},
            "hovermode": "x unified",
            "hoverlabel": {
                "bgcolor": paper,
                "bordercolor": grid,
                "font": {"color": text, "family": "Inter, sans-serif"},
            },
            "bargap": 0.35,
        }
    )
