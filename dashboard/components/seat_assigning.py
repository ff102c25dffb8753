"""Assigning seats of a subscription: a pasted list with its preview, or licensed users to choose from."""

import streamlit as st

from dashboard import errors
from dashboard.components.empty import empty
from dashboard.components.seat_pools import do_not_notify, finish, fresh, told
from dashboard.components.text import one_line, plain
from dashboard.day import today
from dashboard.words import _, words
from services.commands.seats import assign_seats
from services.permissions import Actor
from services.queries.licensed_users import UserFilter, licensed_users
from services.queries.seats import AssignmentPreview, SeatPool, SeatSheet, preview_assignment
from services.words.texts import sentence

CHOOSABLE = 200
PASTE, CHOOSE = "paste", "choose"


def draw_assigning(actor: Actor, sheet: SeatSheet, pool: SeatPool) -> None:
    """Who is to get a seat of the subscription: pasted, or chosen from the account's licensed users."""
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
        key=fresh(f"pasted_{pool.subscription_id}"),
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
            finish(told(done))


def _draw_preview(preview: AssignmentPreview) -> None:
    """What will happen, or what is wrong line by line."""
    if preview.problems:
        st.error("\n".join(f"- {plain(sentence(problem, words()))}" for problem in preview.problems[:12]))
        if len(preview.problems) > 12:
            st.caption(words().tn("And {n} more line.", "And {n} more lines.", len(preview.problems) - 12))
        return
    counts = preview.people["verdict"].value_counts()
    new, known, done = (int(counts.get(verdict, 0)) for verdict in ("new", "known", "has_seat"))
    parts = [
        words().tn("{n} new licensed user", "{n} new licensed users", new) if new else "",
        words().tn("{n} known already", "{n} known already", known) if known else "",
        words().tn("{n} with a seat already", "{n} with a seat already", done) if done else "",
    ]
    st.markdown(f":gray[{plain(' · '.join(part for part in parts if part))}]")
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
    listed = licensed_users(
        actor, sheet.account_id, today=today(), which=UserFilter(without=pool.product), limit=CHOOSABLE
    )
    if listed.frame.empty:
        empty(_("Every licensed user of the account has this product already."))
        return
    columns = (listed.frame["id"], listed.frame["name"], listed.frame["email"])
    names = {int(user_id): one_line(f"{name} · {email}") for user_id, name, email in zip(*columns, strict=True)}
    with st.form(fresh(f"choose_{pool.subscription_id}"), border=False):
        chosen = st.multiselect(
            _("Licensed users without this product"),
            list(names),
            format_func=names.__getitem__,
            placeholder=_("Choose"),
            key=fresh(f"chosen_{pool.subscription_id}"),
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
            finish(told(done))
