"""Seats of a subscription: free and used, who has one, assigned by a pasted list or from the account's users."""

from zlib import crc32

import pandas as pd
import streamlit as st

from dashboard import errors, navigation, sign_in
from dashboard.components.empty import empty
from dashboard.components.filters import search_field
from dashboard.components.pagers import asked_slice, pager
from dashboard.components.seat_assigning import draw_assigning
from dashboard.components.seat_pools import do_not_notify, finish, fresh, heading, seat_pools, told
from dashboard.day import today
from dashboard.theme import colour
from dashboard.words import _, words
from services.commands.seats import release_seats
from services.permissions import Actor
from services.queries.seats import SeatPool, SeatSheet, seat_holders, seat_sheet


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    sheet = seat_sheet(actor, navigation.asked_id("account"), today=today())
    pool = _pool(sheet)
    heading(sheet, _("Assign seats"), sheet.account_name, sheet.code, *_of(pool))
    if pool is None:
        empty(_("The account has no live subscription, so there is no seat to assign."))
        return
    seat_pools(sheet.account_id, sheet.pools, current=pool.subscription_id)
    assigning, holding = st.columns([2, 3], gap="large")
    with assigning:
        draw_assigning(actor, sheet, pool)
    with holding:
        _draw_holders(actor, sheet, pool)


def _pool(sheet: SeatSheet) -> SeatPool | None:
    """The subscription of the URL, else the first with free seats."""
    if navigation.has_id("subscription"):
        return sheet.pool(navigation.asked_id("subscription"))
    return next((pool for pool in sheet.pools if pool.free), sheet.pools[0] if sheet.pools else None)


def _of(pool: SeatPool | None) -> tuple[str, ...]:
    return (f"{pool.product_name} {pool.plan_name}", pool.reference) if pool else ()


def _draw_holders(actor: Actor, sheet: SeatSheet, pool: SeatPool) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.subheader(words().tn("{n} seat assigned", "{n} seats assigned", pool.assigned), anchor=False)
        ids = {"account": sheet.account_id, "subscription": pool.subscription_id}
        navigation.link(_("History of seats"), "seats/history", icon=":material/history:", **ids)
    if not pool.assigned:
        empty(_("Nobody has a seat yet. Paste a list of people on the left."))
        return
    search = search_field(_("Name or email"), hide_label=True)
    asked = asked_slice(limit=25)
    listed = seat_holders(
        actor, sheet.account_id, pool.subscription_id, search=search, limit=asked.limit, offset=asked.offset
    )
    if listed.frame.empty:
        empty(_("No licensed user matches. Search for another name, or clear the search."))
        return
    chosen = _draw_table(listed.frame)
    pager(listed.total, asked)
    _draw_releasing(actor, sheet, pool, chosen)


def _draw_table(holders: pd.DataFrame) -> pd.DataFrame:
    """The holders; those ticked at the margin."""
    shown = pd.DataFrame(
        {
            "name": holders["name"],
            "email": holders["email"],
            "on": [words().day(at.date()) for at in holders["assigned_at"]],
            "state": [[_("invited")] if pending else [] for pending in holders["is_pending"]],
        }
    )
    selection = st.dataframe(
        shown,
        column_config={
            "name": st.column_config.TextColumn(_("Name"), width=130),
            "email": st.column_config.TextColumn(_("Email"), width=185),
            "on": st.column_config.TextColumn(_("Assigned on")),
            "state": st.column_config.MultiselectColumn(
                _("Status"), options=[_("invited")], color=[colour("invited")], width=100
            ),
        },
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        key=fresh(f"holders_{crc32(' '.join(holders['id']).encode())}"),
        alt=_("Who has a seat"),
        height="content" if len(shown) <= 12 else 405,
    )
    return holders.iloc[[row for row in selection["selection"]["rows"] if row < len(holders)]]


def _draw_releasing(actor: Actor, sheet: SeatSheet, pool: SeatPool, chosen: pd.DataFrame) -> None:
    if chosen.empty:
        st.caption(_("Select users to release their seats."))
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        notify = do_not_notify("silent_release")
        label = words().tn("Release {n} seat", "Release {n} seats", len(chosen))
        if st.button(label, key="release", help=_("Who has no other product is suspended.")):
            with errors.shown() as outcome:
                user_ids = [int(user_id) for user_id in chosen["id"]]
                done = release_seats(
                    actor, sheet.account_id, pool.subscription_id, user_ids, notify=notify, today=today()
                )
            if outcome.ok:
                finish(told(done))


run()
