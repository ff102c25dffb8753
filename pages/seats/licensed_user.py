"""One licensed user: products enabled or disabled by ticking, name and address, and the history of seats."""

import streamlit as st

from dashboard import errors, navigation, sign_in
from dashboard.components.downloads import paged
from dashboard.components.empty import empty
from dashboard.components.pagers import asked_slice, pager
from dashboard.components.seat_lives import draw_lives
from dashboard.components.seat_pools import do_not_notify, finish, heading, told, used_of
from dashboard.components.text import plain
from dashboard.components.user_lists import status_of
from dashboard.day import today
from dashboard.words import _, words
from services.commands.licensed_users import UserDetails, save_licensed_user, save_user_details
from services.commands.persons import erase_licensed_user
from services.commands.seats import Ticks, tick_products
from services.commands.user_groups import set_groups
from services.permissions import Actor, Permission
from services.queries.licensed_users import LicensedUserCard, licensed_user
from services.queries.seat_history import seat_history
from services.queries.seats import SeatSheet, seat_sheet
from services.queries.user_groups import groups_of, user_groups


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    account_id, user_id = navigation.asked_id("account"), navigation.asked_id("user", "licensed_user")
    sheet = seat_sheet(actor, account_id, today=today())
    user = licensed_user(actor, account_id, user_id, today=today())
    heading(sheet, user.name, user.email, sheet.account_name, sheet.code, *_more(user), status=status_of(user))
    may_change = actor.may(Permission.CHANGE_SEATS) and not sheet.is_self_service
    products, person = st.columns([3, 2], gap="large")
    with products:
        _draw_products(actor, sheet, user, may_change)
        _draw_groups(actor, sheet, user, may_change)
    with person:
        _draw_person(actor, sheet, user, may_change)
        _draw_details(actor, sheet, user, may_change)
    _draw_history(actor, sheet, user)


def _draw_products(actor: Actor, sheet: SeatSheet, user: LicensedUserCard, may_change: bool) -> None:
    st.subheader(_("Enable or disable products"), anchor=False)
    if not sheet.pools:
        empty(_("The account has no live subscription, so there is no seat to assign."))
        return
    ticked = frozenset(code for code in sheet.products if _tick(sheet, user, code, may_change))
    if not may_change:
        return
    is_changed = ticked != user.products
    if is_changed and not ticked:
        st.warning(
            plain(_("No product is ticked: saving suspends {name}, who then has no access at all.", name=user.name)),
            icon=":material/block:",
        )
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        save = st.button(_("Save products"), type="primary", disabled=not is_changed, key="save_products")
        notify = do_not_notify(f"silent_{user.user_id}")
    if save:
        with errors.shown() as outcome:
            ticks = [Ticks(user.user_id, user.version, ticked)]
            done = tick_products(actor, sheet.account_id, ticks, notify=notify, today=today())
        if outcome.ok:
            finish(told(done))


def _tick(sheet: SeatSheet, user: LicensedUserCard, code: str, may_change: bool) -> bool:
    """A line with the product's box, its plan and its seats; a product without a free seat cannot be ticked anew."""
    pools = [pool for pool in sheet.pools if pool.product == code]
    has_seat, free = code in user.products, sheet.free(code)
    with st.container(border=True, horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        wanted = st.checkbox(
            plain(pools[0].product_name),
            value=has_seat,
            disabled=not may_change or (not has_seat and not free),
            key=f"tick_{user.user_id}_{user.version}_{code}",
            help=None if has_seat or free else _("No seat is free. Release one or add seats to the subscription."),
        )
        told_seats = " · ".join([words().tn("{n} free", "{n} free", free), *(used_of(pool) for pool in pools)])
        if code in user.pending:
            told_seats = _("invited, not accepted yet")
        st.markdown(f":gray[:small[{plain(pools[0].plan_name)} · {plain(told_seats)}]]", width="content")
    return bool(wanted)


def _draw_person(actor: Actor, sheet: SeatSheet, user: LicensedUserCard, may_change: bool) -> None:
    st.subheader(_("Name and email"), anchor=False)
    with st.form(f"person_{user.user_id}_{user.version}", border=True):
        name = st.text_input(_("Name"), value=user.name, disabled=not may_change, key=f"name_{user.version}")
        email = st.text_input(_("Email"), value=user.email, disabled=not may_change, key=f"email_{user.version}")
        submitted = st.form_submit_button(_("Save name and email"), disabled=not may_change)
    if submitted:
        with errors.shown() as outcome:
            save_licensed_user(
                actor, sheet.account_id, user.user_id, name=name or "", email=email or "", version=user.version
            )
        if outcome.ok:
            finish(_("Name and email are saved. The seats stay as they are."))
    if actor.may(Permission.ERASE_PERSONS) and not sheet.is_self_service and not user.is_erased:
        with st.popover(_("Erase person"), icon=":material/person_off:"):
            _draw_erasing(actor, sheet, user)


def _more(user: LicensedUserCard) -> list[str]:
    """Since when the person is gone, or until when excluded."""
    until = user.details.excluded_until
    return [
        *([_("left on {day}", day=user.left_on)] if user.left_on else []),
        *([_("excluded until {day}", day=until)] if until and until > today() else []),
    ]


def _draw_details(actor: Actor, sheet: SeatSheet, user: LicensedUserCard, may_change: bool) -> None:
    st.subheader(_("Details"), anchor=False)
    details, key = user.details, f"details_{user.user_id}_{user.version}"
    with st.form(key, border=True):
        department = st.text_input(_("Department"), details.department, disabled=not may_change, key=f"{key}.dep")
        cost_centre = st.text_input(_("Cost centre"), details.cost_centre, disabled=not may_change, key=f"{key}.cc")
        manager = st.text_input(_("Manager"), details.manager, disabled=not may_change, key=f"{key}.manager")
        until = st.date_input(
            _("Excluded until"),
            details.excluded_until,
            disabled=not may_change,
            key=f"{key}.until",
            help=_("Before this day no seat of this person is called idle, for example on leave."),
        )
        reason = st.text_input(
            _("Reason for excluding"), details.exclusion_reason, disabled=not may_change, key=f"{key}.reason"
        )
        submitted = st.form_submit_button(_("Save details"), disabled=not may_change)
    if submitted:
        entered = UserDetails(department or "", cost_centre or "", manager or "", until, reason or "")
        with errors.shown() as outcome:
            save_user_details(actor, sheet.account_id, user.user_id, entered, version=user.version, today=today())
        if outcome.ok:
            finish(_("The details are saved."))


def _draw_erasing(actor: Actor, sheet: SeatSheet, user: LicensedUserCard) -> None:
    st.markdown(
        plain(
            _(
                "{name} and {email} are replaced everywhere by a neutral text: here, in mails to this person and in "
                "the activity. Issued documents and the history of seats stay. This cannot be undone.",
                name=user.name,
                email=user.email,
            )
        )
    )
    if st.button(_("Erase for ever"), key="erase", type="primary"):
        with errors.shown() as outcome:
            erase_licensed_user(actor, sheet.account_id, user.user_id, version=user.version)
        if outcome.ok:
            finish(_("Name and email were erased."))


def _draw_groups(actor: Actor, sheet: SeatSheet, user: LicensedUserCard, may_change: bool) -> None:
    groups = {row.group_id: row.name for row in user_groups(actor, sheet.account_id)}
    if not groups:
        return
    mine = list(groups_of(actor, sheet.account_id, user.user_id))
    key = f"groups_{user.user_id}_{'_'.join(map(str, mine))}"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        wanted = st.multiselect(
            _("Groups"),
            list(groups),
            mine,
            format_func=groups.__getitem__,
            disabled=not may_change,
            placeholder=_("In no group"),
            key=key,
        )
        save = st.button(_("Save groups"), key="save_groups", disabled=not may_change or set(wanted) == set(mine))
    if save:
        with errors.shown() as outcome:
            set_groups(actor, sheet.account_id, user.user_id, wanted)
        if outcome.ok:
            finish(_("The groups are saved."))


def _draw_history(actor: Actor, sheet: SeatSheet, user: LicensedUserCard) -> None:
    st.subheader(_("History of seats"), anchor=False)
    asked = asked_slice(limit=25)
    listed = seat_history(actor, sheet.account_id, user.user_id, limit=asked.limit, offset=asked.offset)
    everything = paged(
        lambda limit, offset: seat_history(actor, sheet.account_id, user.user_id, limit=limit, offset=offset).frame,
        listed.total,
        of=(actor, sheet.account_id, user.user_id, user.version),
        key=("id",),
    )
    draw_lives(listed.frame, account_id=sheet.account_id, of_one_user=True, whole=everything)
    pager(listed.total, asked)


run()
