"""What to decide next, for the home: the first last days to act, each with what doing nothing comes to."""

from datetime import timedelta

import streamlit as st

from dashboard import cache, navigation
from dashboard.components.decision_table import settled_on
from dashboard.components.home_lists import SOON
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services.permissions import Actor
from services.queries.decisions import list_decisions
from services.rules.decisions import DecisionFilter
from services.words.decision_texts import decision_sentence

_LINES, _DAYS = 5, 30


def draw_next(actor: Actor) -> None:
    """The first decisions of the next 30 days; terms of a month come too often to be told here."""
    wanted = DecisionFilter(today(), today() + timedelta(days=_DAYS), is_long=True)
    listed = cache.read(list_decisions, actor, wanted, limit=_LINES)
    if listed.frame.empty:
        return
    with st.container(border=True, gap="xsmall", key="decide_next"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"**{plain(_('Decide next'))}**", width="content")
            icon = ":material/arrow_forward:"
            navigation.link(_("All of them"), "sales/decisions", icon=icon, ahead=_DAYS, terms="long")
        for one in listed.frame["decision"]:
            page, ids = settled_on(actor, one.key.kind, one.key.account_id, one.subscription_id)
            tone = "orange" if (one.key.last_on - today()).days <= SOON else "gray"
            with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
                with st.container(gap=None, width="stretch"):
                    name = " · ".join(part for part in (one.account, one.subject) if part)
                    navigation.link(name, page, None, **ids)
                    st.caption(f"&ensp;{plain(decision_sentence(one, words()))}")
                st.markdown(f":{tone}[:small[{plain(words().day(one.key.last_on))}]]", width="content")
