"""Groups of an account's licensed users: made, renamed, deleted; their members, and a product for all of them."""

import streamlit as st

from dashboard import errors, navigation, sign_in
from dashboard.components.empty import empty
from dashboard.components.seat_pools import finish, fresh, heading
from dashboard.components.text import plain
from dashboard.components.user_selection import select_users
from dashboard.day import today
from dashboard.words import _, words
from services.commands.user_groups import create_group, delete_group, rename_group
from services.permissions import Actor
from services.queries.seats import SeatSheet, seat_sheet
from services.queries.user_groups import GroupRow, user_groups


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    sheet = seat_sheet(actor, navigation.asked_id("account"), today=today())
    groups = user_groups(actor, sheet.account_id)
    count = words().tn("{n} group", "{n} groups", len(groups))
    heading(sheet, _("Groups"), sheet.account_name, sheet.code, count)
    if sheet.is_self_service:
        st.info(_("This is a self-service account: the customer manages it, and here it can only be looked at."))
        return
    _draw_new(actor, sheet)
    if not groups:
        empty(_("No groups yet. A group is a project or a team: filter by it, or give all of it a product."))
    for group in groups:
        _draw_group(actor, sheet, group)


def _draw_new(actor: Actor, sheet: SeatSheet) -> None:
    with (
        st.form(fresh("new_group"), border=False),
        st.container(horizontal=True, vertical_alignment="bottom", gap="small"),
    ):
        name = st.text_input(_("Name of a new group"), key=fresh("group_name"), width=360)
        submitted = st.form_submit_button(_("Make group"), type="primary", icon=":material/group_add:")
    if submitted:
        with errors.shown() as outcome:
            create_group(actor, sheet.account_id, name or "", today=today())
        if outcome.ok:
            finish(_("The group is made. Add members from the list of licensed users, or paste them."))


def _draw_group(actor: Actor, sheet: SeatSheet, group: GroupRow) -> None:
    key = group.group_id
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        members = words().tn("{n} member", "{n} members", group.members)
        st.markdown(f"**{plain(group.name)}**  \n:gray[{plain(members)}]", width="stretch")
        with st.container(horizontal=True, width="content", gap="small", vertical_alignment="center"):
            if st.button(_("Members"), key=f"members_{key}", type="tertiary", disabled=not group.members):
                navigation.go("seats/licensed_users", account=sheet.account_id, group=key, view="people")
            if st.button(_("Change all"), key=f"change_{key}", disabled=not group.members):
                select_users(sheet.account_id, ())
                navigation.go("seats/change_many", account=sheet.account_id, group=key)
            with st.popover(_("Edit"), icon=":material/edit:"):
                _draw_editing(actor, sheet, group)


def _draw_editing(actor: Actor, sheet: SeatSheet, group: GroupRow) -> None:
    key = group.group_id
    with st.form(fresh(f"rename_{key}"), border=False):
        name = st.text_input(_("Name"), value=group.name, key=fresh(f"name_{key}"))
        submitted = st.form_submit_button(_("Rename"))
    if submitted:
        with errors.shown() as outcome:
            rename_group(actor, sheet.account_id, key, name or "")
        if outcome.ok:
            finish(_("The group is renamed."))
    st.caption(_("Deleting a group changes no seats: its members keep theirs."))
    if st.button(_("Delete group"), key=f"delete_{key}", icon=":material/delete:"):
        with errors.shown() as outcome:
            delete_group(actor, sheet.account_id, key)
        if outcome.ok:
            finish(_("The group is deleted."))


run()
