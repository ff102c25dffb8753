"""Licensed users of an account: who has which product, changed by ticking; without an account, where seats are free."""

import pandas as pd
import streamlit as st

from dashboard import errors, navigation, sign_in
from dashboard.components import user_lists
from dashboard.components.downloads import download_buttons
from dashboard.components.empty import empty
from dashboard.components.filters import choice
from dashboard.components.pagers import asked_slice, pager
from dashboard.components.seat_accounts import draw_accounts
from dashboard.components.seat_grid import seat_grid, summary
from dashboard.components.seat_pools import do_not_notify, finish, fresh, heading, seat_pools, told
from dashboard.components.text import plain
from dashboard.components.user_filters import draw_user_filters
from dashboard.components.user_selection import draw_people
from dashboard.day import today
from dashboard.words import _, words
from services.commands.licensed_users import add_licensed_users
from services.commands.seats import Ticks, tick_products
from services.permissions import Actor, Permission
from services.queries.invitations import pending_invitations
from services.queries.licensed_users import UserFilter, licensed_users
from services.queries.seats import Listed, SeatSheet, seat_sheet

TICKS, PEOPLE = "ticks", "people"


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    if not navigation.has_id("account"):
        draw_accounts(actor)
        return
    sheet = seat_sheet(actor, navigation.asked_id("account"), today=today())
    users = words().tn("{n} user", "{n} users", sheet.users)
    suspended = words().tn("{n} suspended", "{n} suspended", sheet.suspended)
    context = (sheet.account_name, sheet.code, users, suspended if sheet.suspended else "")
    heading(sheet, _("Licensed users"), *context, leads_to_users=False)
    seat_pools(sheet.account_id, sheet.pools)
    may_change = actor.may(Permission.CHANGE_SEATS) and not sheet.is_self_service
    _draw_ways(actor, sheet, may_change)
    _draw_users(actor, sheet, may_change)


def _draw_ways(actor: Actor, sheet: SeatSheet, may_change: bool) -> None:
    """To what else is done with seats and people of the account."""
    with st.container(horizontal=True, gap="xsmall"):
        if may_change:
            waiting = pending_invitations(actor, sheet.account_id, limit=1).total
            invitations = words().tn("{n} invitation waits", "{n} invitations wait", waiting)
            icon = ":material/mail:"
            if waiting:
                navigation.link(invitations, "seats/invitations", icon=icon, account=sheet.account_id)
            for title, page, icon in (
                (_("Change many"), "seats/change_many", ":material/checklist:"),
                (_("Import people"), "seats/import_people", ":material/upload_file:"),
                (_("Groups"), "seats/groups", ":material/groups:"),
                *([(_("Leavers"), "seats/leavers", ":material/group_remove:")] if sheet.users else []),
            ):
                navigation.link(title, page, icon=icon, account=sheet.account_id)
        navigation.link(_("History of seats"), "seats/history", icon=":material/history:", account=sheet.account_id)


def _draw_users(actor: Actor, sheet: SeatSheet, may_change: bool) -> None:
    if sheet.is_self_service:
        st.info(_("This is a self-service account: the customer manages it, and here it can only be looked at."))
    if not sheet.users:
        _draw_nobody(actor, sheet, may_change)
        return
    which = draw_user_filters(actor, sheet)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        ways = {TICKS: _("Tick products"), PEOPLE: _("List and select")}
        way = choice("view", _("View"), ways, shape="segments", hide_label=True)
        if may_change:
            with st.popover(_("Add users"), icon=":material/person_add:"):
                _draw_adding(actor, sheet)
    asked = asked_slice()
    listed = licensed_users(actor, sheet.account_id, today=today(), which=which, limit=asked.limit, offset=asked.offset)
    if listed.frame.empty:
        empty(_("No licensed user matches. Search for another name, or clear the filters."))
        return
    if way == PEOPLE:
        draw_people(actor, sheet, listed.frame, which, listed.total, may_change=may_change)
        _draw_foot(actor, sheet, listed, which)
        pager(listed.total, asked)
        return
    ticks = seat_grid(sheet, listed.frame, may_change=may_change)
    _draw_foot(actor, sheet, listed, which)
    pager(listed.total, asked)
    if may_change and sheet.pools:
        _draw_saving(actor, sheet, listed.frame, ticks)


def _draw_foot(actor: Actor, sheet: SeatSheet, listed: Listed, which: UserFilter) -> None:
    everything = user_lists.all_of(actor, sheet.account_id, listed.total, sheet.products, today=today(), which=which)
    with st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        download_buttons(everything, user_lists.columns(), key="users", name="licensed-users")


def _draw_nobody(actor: Actor, sheet: SeatSheet, may_change: bool) -> None:
    if may_change and sheet.pools:
        sentence = _("This account has no licensed users yet. Assign seats to a pasted list of people.")
        if empty(sentence, icon="badge", button=_("Assign seats")):
            navigation.go("seats/assign", account=sheet.account_id)
        return
    empty(_("This account has no licensed users yet. Paste a list of people below."), icon="badge")
    if may_change:
        _draw_adding(actor, sheet)


def _draw_saving(actor: Actor, sheet: SeatSheet, users: pd.DataFrame, ticked: dict[str, frozenset[str]]) -> None:
    changed = users[[ticked[row.id] != frozenset(row.products) for row in users.itertuples()]]
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(summary(changed, ticked), width="stretch")
        notify = do_not_notify("silent")
        save = st.button(_("Save changes"), type="primary", disabled=changed.empty, key="save_ticks")
    if save:
        ticks = [Ticks(int(row.id), int(row.version), ticked[row.id]) for row in changed.itertuples()]
        with errors.shown() as outcome:
            done = tick_products(actor, sheet.account_id, ticks, notify=notify, today=today())
        if outcome.ok:
            finish(told(done))


def _draw_adding(actor: Actor, sheet: SeatSheet) -> None:
    with st.form(fresh("add_users"), border=False):
        pasted = st.text_area(
            _("People, one a line"),
            placeholder="Ana Soler <ana.soler@company.com>",
            help=_("Name <address>, or only the address. Who is known already is not added twice."),
            key=fresh("pasted_users"),
            height=140,
        )
        submitted = st.form_submit_button(_("Add without a seat"))
    if submitted:
        with errors.shown() as outcome:
            added = add_licensed_users(actor, sheet.account_id, pasted or "", today=today())
        if outcome.ok:
            finish(plain(words().tn("{n} licensed user added.", "{n} licensed users added.", added)))


run()
