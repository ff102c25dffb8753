"""Releases of the last 7 days, each to be undone while seats are free."""

import streamlit as st

from dashboard import errors
from dashboard.components.seat_pools import do_not_notify, finish, told
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services.commands.leavers import undo_release
from services.permissions import Actor
from services.queries.leavers import recent_releases
from services.queries.seats import SeatSheet


def draw_releases(actor: Actor, sheet: SeatSheet) -> None:
    """The releases that can still be undone; nothing where there are none."""
    releases = recent_releases(actor, sheet.account_id)
    if not releases:
        return
    st.subheader(_("Released in the last 7 days"), anchor=False)
    notify = do_not_notify("silent_undo")
    for release in releases:
        with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            seats = words().tn("{n} seat", "{n} seats", release.seats)
            more = _(
                "{products}; by {name} on {day}, can be undone until {until}",
                products=list(release.products),
                name=release.by,
                day=release.at.date(),
                until=release.until.date(),
            )
            st.markdown(f"**{plain(seats)}**  \n:gray[{plain(more)}]", width="content")
            if st.button(_("Undo"), key=f"undo_{release.release_id}", icon=":material/undo:"):
                with errors.shown() as outcome:
                    done = undo_release(actor, sheet.account_id, release.release_id, notify=notify, today=today())
                if outcome.ok:
                    finish(told(done))
