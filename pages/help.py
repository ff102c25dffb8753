"""Help: the steps of the flow, the policies in force with their values, and what the figures mean."""

import streamlit as st

from dashboard import sign_in
from dashboard.components.headers import header
from dashboard.components.text import plain
from dashboard.words import _, words
from services.permissions import Actor
from services.queries.help import TrialPolicy, policies
from services.words.help_texts import DEFINITIONS, POLICIES, RULES, STEPS, TRIAL_ENDS
from services.words.labels import label


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    header(_("Help"), context=(_("How a subscription is added, which rules hold today, what the figures mean"),))
    steps, rules, figures = st.tabs([_("Steps"), _("Policies in force"), _("Definitions")])
    with steps:
        _draw_pairs([(f"{n}. {_(name)}", _(text)) for n, (name, text) in enumerate(STEPS, start=1)])
    with rules:
        _draw_policies(actor)
    with figures:
        _draw_pairs([(_(name), _(text)) for name, text in DEFINITIONS])


def _draw_pairs(pairs: list[tuple[str, str]]) -> None:
    """Terms left, their explanation right."""
    for term, text in pairs:
        left, right = st.columns([2, 5], gap="medium")
        left.markdown(f"**{plain(term)}**")
        right.markdown(plain(text))


def _draw_policies(actor: Actor) -> None:
    now = policies(actor)
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.subheader(_("Trials"), anchor=False)
        st.table(_trial_columns(now.trials), border="horizontal")
        st.subheader(_("Limits and days"), anchor=False)
        figures = [(*POLICIES[code], value) for code, value in now.figures if code in POLICIES]
        _draw_pairs([(_(name), _(text, value=value)) for name, text, value in figures])
    with right:
        st.subheader(_("Discount without approval"), anchor=False)
        st.table(
            {
                _("Role"): [plain(label(role, words())) for role, __ in now.discount_limits],
                _("At most"): [plain(words().percent(limit)) for __, limit in now.discount_limits],
            },
            border="horizontal",
        )
        st.subheader(_("Minimum seats"), anchor=False)
        st.table(
            {
                _("Plan"): [plain(f"{m.product} {m.plan}") for m in now.minimums],
                _("Seats"): [words().number(m.seats) for m in now.minimums],
            },
            border="horizontal",
        )
    st.subheader(_("Rules of billing"), anchor=False)
    _draw_pairs([(_(name), _(text)) for name, text in RULES])


def _trial_columns(trials: tuple[TrialPolicy, ...]) -> dict[str, list[str]]:
    return {
        _("Product"): [plain(t.product) for t in trials],
        _("Trial"): [_("{n} days", n=t.days) if t.days else _("no trial") for t in trials],
        _("Seats, at most"): [words().number(t.seats) if t.days and t.seats else "" for t in trials],
        _("At its end"): [plain(_(TRIAL_ENDS[t.end], plan=t.to or "")) if t.days else "" for t in trials],
    }


run()
