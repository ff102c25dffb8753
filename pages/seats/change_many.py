"""One change for many licensed users: who, what, the verdict on each, and then the deed."""

from dataclasses import replace

import streamlit as st

from dashboard import errors, navigation, sign_in
from dashboard.components.bulk_users import draw_deed, draw_preview, told_bulk
from dashboard.components.empty import empty
from dashboard.components.releases import draw_releases
from dashboard.components.seat_pools import do_not_notify, finish, fresh, heading
from dashboard.components.text import plain
from dashboard.components.user_selection import select_users, selected_users
from dashboard.day import today
from dashboard.words import _, words
from services.commands.seat_bulk import change_many
from services.permissions import Actor
from services.queries.licensed_users import UserFilter, matching_users
from services.queries.people_files import people_of_file
from services.queries.seats import SeatSheet, seat_sheet


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    sheet = seat_sheet(actor, navigation.asked_id("account"), today=today())
    heading(sheet, _("Change many"), sheet.account_name, sheet.code)
    if sheet.is_self_service:
        st.info(_("This is a self-service account: the customer manages it, and here it can only be looked at."))
        return
    who, what = st.columns([3, 2], gap="large")
    with who:
        chosen, pasted = _draw_who(actor, sheet)
    with what:
        st.subheader(_("What"), anchor=False)
        request = draw_deed(actor, sheet, chosen, pasted)
    if not chosen and not pasted.strip():
        empty(_("Paste addresses, or select people in the list of licensed users. The verdict on each comes first."))
        draw_releases(actor, sheet)
        return
    if request is None:
        return
    preview = draw_preview(actor, request)
    if preview is None:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        notify = do_not_notify("silent_many") if request.deed.tells else False
        label = words().tn("Change {n} user", "Change {n} users", preview.to_do)
        clicked = st.button(label, type="primary", key="apply_many", disabled=not preview.fits)
    if clicked:
        working = words().tn("Changing {n} user …", "Changing {n} users …", preview.to_do)
        with st.spinner(working, show_time=False), errors.shown() as outcome:
            done = change_many(actor, replace(request, notify=notify), today=today())
        if outcome.ok:
            select_users(sheet.account_id, ())
            finish(told_bulk(done, request))


def _draw_who(actor: Actor, sheet: SeatSheet) -> tuple[tuple[int, ...], str]:
    """The users selected before, or those of the group in the URL; and people who are pasted or uploaded."""
    st.subheader(_("Who"), anchor=False)
    chosen = selected_users(sheet.account_id)
    if not chosen and navigation.has_id("group"):
        group = UserFilter(group_id=navigation.asked_id("group"))
        chosen = matching_users(actor, sheet.account_id, group, today=today())
    if chosen:
        told = words().tn("{n} licensed user is selected.", "{n} licensed users are selected.", len(chosen))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{plain(told)}**", width="content")
            if st.button(_("Clear"), key="clear_selection", type="tertiary"):
                select_users(sheet.account_id, ())
                navigation.go("seats/change_many", account=sheet.account_id)
    left, right = st.columns([3, 2])
    with left:
        pasted = st.text_area(
            _("Addresses, one a line"),
            placeholder="ana.soler@company.com\nBo Lind <bo.lind@company.com>",
            help=_("A column of a sheet, or names with addresses. They come on top of those who are selected."),
            key=fresh("many_pasted"),
            height=110,
        )
    with right:
        file = st.file_uploader(_("CSV or XLSX file"), type=["csv", "tsv", "txt", "xlsx"], key=fresh("many_file"))
    if file is None:
        return chosen, pasted or ""
    with errors.shown() as outcome:
        found = people_of_file(actor, file.getvalue())
    return chosen, found if outcome.ok else ""


run()
