"""Seats of a subscription: free and used, who has one, assigned by a pasted list or from the account's users."""

import pandas as pd
import streamlit as st

from dashboard import errors, navigation, sign_in, state
from dashboard.components.empty import empty
from dashboard.components.headers import header
from dashboard.components.pagers import asked_slice, first_page, pager
from dashboard.components.seat_pools import do_not_notify, seat_pools, told
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services.commands.seats import SeatChange, assign_seats, release_seats
from services.permissions import Actor
from services.queries.licensed_users import licensed_users
from services.queries.seats import AssignmentPreview, SeatPool, SeatSheet, preview_assignment, seat_holders, seat_sheet
from services.words.texts import sentence

CHOOSABLE = 200
PASTE, CHOOSE = "paste", "choose"


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    sheet = seat_sheet(actor, navigation.asked_id("account"), today=today())
    header(_("Assign seats"), context=(sheet.account_name, sheet.code, *_of(_pool(sheet))))
    navigation.link(_("All licensed users"), "seats/licensed_users", icon=":material/badge:", account=sheet.account_id)
    pool = _pool(sheet)
    if pool is None:
        empty(_("The account has no live subscription, so there is no seat to assign."))
        return
    seat_pools(sheet.account_id, sheet.pools, current=pool.subscription_id)
    assigning, holding = st.columns([2, 3], gap="large")
    with assigning:
        _draw_assigning(actor, sheet, pool)
    with holding:
        _draw_holders(actor, sheet, pool)


def _pool(sheet: SeatSheet) -> SeatPool | None:
    """The subscription of the URL, else the first with free seats."""
    if navigation.has_id("subscription"):
        return sheet.pool(navigation.asked_id("subscription"))
    return next((pool for pool in sheet.pools if pool.free), sheet.pools[0] if sheet.pools else None)


def _of(pool: SeatPool | None) -> tuple[str, ...]:
    return (f"{pool.product_name} {pool.plan_name}", pool.reference) if pool else ()


def _draw_assigning(actor: Actor, sheet: SeatSheet, pool: SeatPool) -> None:
    st.subheader(_("Assign to"), anchor=False)
    ways = {PASTE: _("A pasted list"), CHOOSE: _("Licensed users")}
    way = st.segmented_control(
        _("Assign to"),
        list(ways),
        default=PASTE,
        required=True,
        format_func=ways.__getitem__,
        key="way",
        label_visibility="collapsed",
    )
    if way == CHOOSE:
        _draw_choosing(actor, sheet, pool)
    else:
        _draw_pasting(actor, sheet, pool)


def _draw_pasting(actor: Actor, sheet: SeatSheet, pool: SeatPool) -> None:
    pasted = st.text_area(
        _("People, one a line"),
        placeholder="Ana Soler <ana.soler@company.com>\nbo.lind@company.com",
        help=_("Name <address>, or only the address. Who is not a licensed user yet becomes one."),
        key=f"pasted_{pool.subscription_id}",
        height=170,
    )
    if not (pasted or "").strip():
        st.caption(_("Paste names and addresses, from a mail or a sheet. You see what will happen before it does."))
        return
    preview = preview_assignment(actor, sheet.account_id, pool.subscription_id, pasted, today=today())
    _draw_preview(preview)
    notify = do_not_notify("silent")
    label = words().tn("Assign {n} seat", "Assign {n} seats", preview.needed) if preview.fits else _("Assign seats")
    if st.button(label, type="primary", disabled=not (preview.fits and preview.needed), key="assign_pasted"):
        with errors.shown() as outcome:
            done = assign_seats(
                actor, sheet.account_id, pool.subscription_id, pasted=pasted, notify=notify, today=today()
            )
        if outcome.ok:
            _finish(done, f"pasted_{pool.subscription_id}")


def _draw_preview(preview: AssignmentPreview) -> None:
    """What will happen, or what is wrong line by line."""
    if preview.problems:
        st.error("\n".join(f"- {plain(sentence(problem, words()))}" for problem in preview.problems[:12]))
        if len(preview.problems) > 12:
            st.caption(words().tn("And {n} more line.", "And {n} more lines.", len(preview.problems) - 12))
        return
    counts = preview.people["verdict"].value_counts()
    parts = [
        words().tn("{n} new licensed user", "{n} new licensed users", int(counts.get("new", 0))),
        words().tn("{n} known already", "{n} known already", int(counts.get("known", 0))),
        words().tn("{n} with a seat already", "{n} with a seat already", int(counts.get("has_seat", 0))),
    ]
    st.markdown(":gray[" + plain(" · ".join(p for p in parts if not p.startswith("0 "))) + "]")
    if not preview.fits:
        st.error(
            plain(
                _(
                    "{needed} seats are needed and {free} are free. Release seats, shorten the list, or add seats to "
                    "the subscription.",
                    needed=preview.needed,
                    free=preview.free,
                )
            )
        )


def _draw_choosing(actor: Actor, sheet: SeatSheet, pool: SeatPool) -> None:
    listed = licensed_users(actor, sheet.account_id, today=today(), without=pool.product, limit=CHOOSABLE)
    if listed.frame.empty:
        empty(_("Every licensed user of the account has this product already."))
        return
    names = {int(row.id): f"{row.name} · {row.email}" for row in listed.frame.itertuples(index=False, name="Row")}
    with st.form(f"choose_{pool.subscription_id}", border=False):
        chosen = st.multiselect(
            _("Licensed users without this product"),
            list(names),
            format_func=names.__getitem__,
            key=f"chosen_{pool.subscription_id}",
            help=_("The first {n} by name. For more of them, paste their addresses.", n=CHOOSABLE)
            if listed.total > CHOOSABLE
            else None,
        )
        notify = do_not_notify("silent")
        submitted = st.form_submit_button(_("Assign seats"), type="primary", disabled=not pool.free)
    if submitted and chosen:
        with errors.shown() as outcome:
            done = assign_seats(
                actor, sheet.account_id, pool.subscription_id, user_ids=chosen, notify=notify, today=today()
            )
        if outcome.ok:
            _finish(done, f"chosen_{pool.subscription_id}")


def _draw_holders(actor: Actor, sheet: SeatSheet, pool: SeatPool) -> None:
    st.subheader(words().tn("{n} seat assigned", "{n} seats assigned", pool.assigned), anchor=False)
    if not pool.assigned:
        empty(_("Nobody has a seat yet. Paste a list of people on the left."))
        return
    search = st.text_input(
        _("Search"),
        placeholder=_("Name or email"),
        icon=":material/search:",
        key="q",
        bind="query-params",
        on_change=first_page,
        label_visibility="collapsed",
    )
    asked = asked_slice(limit=25)
    listed = seat_holders(
        actor, sheet.account_id, pool.subscription_id, search=search or "", limit=asked.limit, offset=asked.offset
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
        }
    )
    selection = st.dataframe(
        shown,
        column_config={
            "name": st.column_config.TextColumn(_("Name"), width=180),
            "email": st.column_config.TextColumn(_("Email"), width=240),
            "on": st.column_config.TextColumn(_("Assigned on")),
        },
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        key=f"holders_{hash(tuple(holders['id']))}",
        alt=_("Who has a seat"),
        height="content" if len(shown) <= 15 else 482,
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
                _finish(done, "holders_")


def _finish(done: SeatChange, widgets: str) -> None:
    state.drop(widgets)
    state.flash(told(done))
    st.rerun()


run()
