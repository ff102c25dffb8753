"""The grid of licensed users and products: a tick is a seat."""

from collections.abc import Mapping
from typing import Any
from zlib import crc32

import pandas as pd
import streamlit as st

from dashboard import navigation, state
from dashboard.components.text import one_line, plain
from dashboard.theme import colour
from dashboard.words import _, words
from services.queries.seats import SeatSheet
from services.words.labels import enum_words

_OPENED = "opened_user"
_MOST_ROWS, _HEIGHT = 12, 405  # so that the line that saves stays in sight


def seat_grid(sheet: SeatSheet, users: pd.DataFrame, *, may_change: bool) -> dict[str, frozenset[str]]:
    """Draw a page of `licensed_users`; returns the ticked products (codes) by user id (text).

    The mark in front of a name opens the user's page.
    """
    clicked = state.recall(_OPENED)
    if clicked is not None and clicked["row"] < len(users):
        navigation.go("seats/licensed_user", account=sheet.account_id, user=users["id"].iloc[clicked["row"]])
    if may_change and sheet.pools:
        st.caption(plain(_("Tick what each user may use: the ticks replace the set the user has.")))
    edited = st.data_editor(
        _cells(sheet, users),
        column_config=_columns(sheet, may_change),
        hide_index=True,
        key=grid_key(users),
        height="content" if len(users) <= _MOST_ROWS else _HEIGHT,
        alt=_("Licensed users and their products"),
    )
    return {
        user_id: frozenset(code for code in sheet.products if edited[code].iloc[row])
        for row, user_id in enumerate(users["id"])
    }


def summary(changed: pd.DataFrame, ticked: Mapping[str, frozenset[str]]) -> str:
    """What saving will do, as Markdown: the ticks replace each user's products, and none ticked suspends."""
    if changed.empty:
        return f":gray[{plain(_('Nothing is changed yet.'))}]"
    counted = words().tn("{n} user changes.", "{n} users change.", len(changed))
    out = [one_line(name) for name, user_id in zip(changed["name"], changed["id"], strict=True) if not ticked[user_id]]
    if not out:
        return plain(counted)
    more = words().tn("{n} more", "{n} more", len(out) - 3)
    names = [*out[:3], more] if len(out) > 3 else out
    suspended = _("Suspended after saving, with no product left: {names}.", names=names)
    return f"{plain(counted)} :orange[{plain(suspended)}]"


def _cells(sheet: SeatSheet, users: pd.DataFrame) -> pd.DataFrame:
    named = enum_words("UserState", words())
    return pd.DataFrame(
        {
            "open": ":material/chevron_right:",
            "name": [one_line(name) for name in users["name"]],
            "email": users["email"],
            **{code: [code in held for held in users["products"]] for code in sheet.products},
            "state": [[named[code]] if code != "active" else [] for code in users["state"]],
        }
    )


def _columns(sheet: SeatSheet, may_change: bool) -> dict[str, Any]:
    products = {
        code: st.column_config.CheckboxColumn(
            name, help=plain(words().tn("{n} free", "{n} free", sheet.free(code))), disabled=not may_change
        )
        for code, name in sheet.products.items()
    }
    states = enum_words("UserState", words())
    colours = [colour(code) for code in states]
    return {
        "open": st.column_config.ButtonColumn("", type="tertiary", key=_OPENED, width=40, help=_("Open the user")),
        "name": st.column_config.TextColumn(_("Name"), disabled=True, width=160),
        "email": st.column_config.TextColumn(_("Email"), disabled=True, width=210),
        "state": st.column_config.MultiselectColumn(
            _("Status"),
            options=list(states.values()),
            color=colours,
            disabled=True,
            width=130,
        ),
        **products,
    }


def grid_key(users: pd.DataFrame) -> str:
    """The grid's key: another one once its users or their seats changed, for old ticks must not meet new rows."""
    state_of_rows = " ".join(f"{user}:{version}" for user, version in zip(users["id"], users["version"], strict=True))
    return f"grid_{crc32(state_of_rows.encode())}"
