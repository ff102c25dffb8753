"""Licensed users of an account: who has which product, changed by ticking; without an account, where seats are free."""

import pandas as pd
import streamlit as st

from dashboard import errors, navigation, sign_in
from dashboard.components import user_lists
from dashboard.components.columns import Column, Kind
from dashboard.components.downloads import Whole, download_buttons, paged
from dashboard.components.empty import empty
from dashboard.components.filters import search_field
from dashboard.components.headers import header
from dashboard.components.pagers import asked_slice, first_page, pager
from dashboard.components.seat_grid import seat_grid, summary
from dashboard.components.seat_pools import do_not_notify, finish, fresh, heading, seat_pools, told
from dashboard.components.tables import Detail, table
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services.commands.licensed_users import add_licensed_users
from services.commands.seats import Ticks, tick_products
from services.permissions import Actor, Permission
from services.queries.licensed_users import UserState, licensed_users
from services.queries.seats import SeatSheet, seat_overview, seat_sheet


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    if not navigation.has_id("account"):
        _draw_accounts(actor)
        return
    sheet = seat_sheet(actor, navigation.asked_id("account"), today=today())
    users = words().tn("{n} user", "{n} users", sheet.users)
    suspended = words().tn("{n} suspended", "{n} suspended", sheet.suspended)
    context = (sheet.account_name, sheet.code, users, suspended if sheet.suspended else "")
    heading(sheet, _("Licensed users"), *context, leads_to_users=False)
    seat_pools(sheet.account_id, sheet.pools)
    if actor.may(Permission.CHANGE_SEATS) and not sheet.is_self_service and sheet.users:
        navigation.link(_("Leavers"), "seats/leavers", icon=":material/group_remove:", account=sheet.account_id)
    _draw_users(actor, sheet)


def _draw_accounts(actor: Actor) -> None:
    header(_("Licensed users"), context=(_("Choose an account: seats bought, assigned and free"),))
    search = search_field(_("Name, code, VAT number or contact"), label=_("Search account"))
    asked = asked_slice()
    listed = seat_overview(actor, search=search, limit=asked.limit, offset=asked.offset)
    table(
        listed.frame,
        [
            Column("name", _("Account"), width=380),
            Column("code", _("Code")),
            Column("seats", _("Seats bought"), Kind.NUMBER),
            Column("assigned", _("Assigned"), Kind.NUMBER),
            Column("free", _("Free"), Kind.NUMBER),
        ],
        key="accounts_with_seats",
        name=_("Accounts and their seats"),
        empty=_("No account matches. Search for another name, or clear the search."),
        detail=Detail("seats/licensed_users", {"account": "id"}),
        download="accounts-and-seats",
        whole=_whole(actor, search, listed.total),
    )
    pager(listed.total, asked)


def _whole(actor: Actor, search: str, total: int) -> Whole:
    """All accounts that match, for the files."""
    return paged(
        lambda limit, offset: seat_overview(actor, search=search, limit=limit, offset=offset).frame,
        total,
        of=(actor, search),
        key=("id",),
    )


def _draw_users(actor: Actor, sheet: SeatSheet) -> None:
    may_change = actor.may(Permission.CHANGE_SEATS) and not sheet.is_self_service
    if sheet.is_self_service:
        st.info(_("This is a self-service account: the customer manages it, and here it can only be looked at."))
    if not sheet.users:
        _draw_nobody(actor, sheet, may_change)
        return
    search, product, which = _draw_filters(actor, sheet, may_change)
    asked = asked_slice()
    listed = licensed_users(
        actor,
        sheet.account_id,
        today=today(),
        search=search,
        product=product,
        state=which,
        limit=asked.limit,
        offset=asked.offset,
    )
    if listed.frame.empty:
        empty(_("No licensed user matches. Search for another name, or clear the filters."))
        return
    ticks = seat_grid(sheet, listed.frame, may_change=may_change)
    everything = user_lists.all_of(
        actor,
        sheet.account_id,
        listed.total,
        sheet.products,
        today=today(),
        search=search,
        product=product,
        state=which,
    )
    with st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        download_buttons(everything, user_lists.columns(), key="users", name="licensed-users")
    pager(listed.total, asked)
    if may_change and sheet.pools:
        _draw_saving(actor, sheet, listed.frame, ticks)


def _draw_nobody(actor: Actor, sheet: SeatSheet, may_change: bool) -> None:
    if may_change and sheet.pools:
        sentence = _("This account has no licensed users yet. Assign seats to a pasted list of people.")
        if empty(sentence, icon="badge", button=_("Assign seats")):
            navigation.go("seats/assign", account=sheet.account_id)
        return
    empty(_("This account has no licensed users yet. Paste a list of people below."), icon="badge")
    if may_change:
        _draw_adding(actor, sheet)


def _draw_filters(actor: Actor, sheet: SeatSheet, may_change: bool) -> tuple[str, str, UserState]:
    products = {"": _("All products"), **sheet.products}
    states = {
        UserState.ALL.value: _("All"),
        UserState.ACTIVE.value: _("With a license"),
        UserState.SUSPENDED.value: _("Suspended"),
    }
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        search = search_field(_("Name or email"))
        product = st.selectbox(
            _("Product"),
            list(products),
            format_func=products.__getitem__,
            key="product",
            bind="query-params",
            on_change=first_page,
            width=220,
        )
        which = st.segmented_control(
            _("Show"),
            list(states),
            default=UserState.ALL.value,
            required=True,
            format_func=states.__getitem__,
            key="which",
            bind="query-params",
            on_change=first_page,
        )
        if may_change:
            with st.popover(_("Add users"), icon=":material/person_add:"):
                _draw_adding(actor, sheet)
    return search, product or "", UserState(which)


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
