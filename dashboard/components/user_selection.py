"""Licensed users selected: rows of a page, or all that the filters find; and what they are kept under for a change."""

from collections.abc import Sequence
from zlib import crc32

import pandas as pd
import streamlit as st

from dashboard import navigation, state
from dashboard.components import user_lists
from dashboard.components.columns import config, shown
from dashboard.components.seat_pools import fresh
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services.permissions import Actor
from services.queries.licensed_users import MOST_PEOPLE, UserFilter, matching_users
from services.queries.seats import SeatSheet

_KEPT = "selected_users"  # (account, ids) for the page that changes them
_OPENED = "people_opened"


def selected_users(account_id: int) -> tuple[int, ...]:
    """The users of the account that were selected for a change; empty where none were in this session."""
    kept: tuple[int, tuple[int, ...]] | None = state.recall(_KEPT)
    return kept[1] if kept and kept[0] == account_id else ()


def select_users(account_id: int, user_ids: Sequence[int]) -> None:
    """Keep users for the page that changes them."""
    state.keep(_KEPT, (account_id, tuple(user_ids)))


def draw_people(
    actor: Actor, sheet: SeatSheet, users: pd.DataFrame, which: UserFilter, total: int, *, may_change: bool
) -> None:
    """A page of users to open or to select, and the way to change the selected ones, or all that are found."""
    clicked = state.recall(_OPENED)
    if clicked is not None and clicked["row"] < len(users):
        navigation.go("seats/licensed_user", account=sheet.account_id, user=users["id"].iloc[clicked["row"]])
    rows = _draw_table(sheet, users)
    if not may_change:
        return
    chosen = [int(users["id"].iloc[row]) for row in rows if row < len(users)]
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        told = words().tn("{n} user selected", "{n} users selected", len(chosen))
        st.markdown(plain(told) if chosen else f":gray[{plain(_('Select users at the margin, or take all.'))}]")
        with st.container(horizontal=True, width="content", gap="small"):
            everybody = words().tn("Change the {n} found", "Change all {n} found", total)
            if st.button(everybody, key="change_all", disabled=total > MOST_PEOPLE, help=_limit(total)):
                select_users(sheet.account_id, matching_users(actor, sheet.account_id, which, today=today()))
                navigation.go("seats/change_many", account=sheet.account_id)
            if st.button(_("Change selected"), key="change_selected", type="primary", disabled=not chosen):
                select_users(sheet.account_id, chosen)
                navigation.go("seats/change_many", account=sheet.account_id)


def _limit(total: int) -> str | None:
    told = _("At most {n} at a time. Narrow the filters down, for example by department.", n=MOST_PEOPLE)
    return told if total > MOST_PEOPLE else None


def _draw_table(sheet: SeatSheet, users: pd.DataFrame) -> list[int]:
    """The users; returns the rows selected at the margin."""
    frame = user_lists.worded(users, sheet.products)
    columns = user_lists.filled(users)
    cells, formats = shown(frame, columns, words(), "UTC")
    cells.insert(0, "open", ":material/chevron_right:")
    opener = st.column_config.ButtonColumn("", type="tertiary", key=_OPENED, width=40, help=_("Open the user"))
    selection = st.dataframe(
        cells.style.format(formats),
        column_config={"open": opener, **{c.name: config(c, list(c.names.values())) for c in columns}},
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        key=fresh(f"people_{crc32(' '.join(users['id']).encode())}"),
        alt=_("Licensed users"),
        placeholder="",
        height="content" if len(users) <= 12 else 460,
    )
    return list(selection["selection"]["rows"])
