"""Leavers: a pasted or uploaded list, what their seats are and cost, their release, and a week to undo it."""

import streamlit as st

from dashboard import errors, navigation, sign_in
from dashboard.components.columns import Column, Kind
from dashboard.components.empty import empty
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.releases import draw_releases
from dashboard.components.seat_pools import do_not_notify, finish, fresh, heading, told
from dashboard.components.tables import table
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services.commands.leavers import release_leavers
from services.permissions import Actor
from services.queries.leavers import LeaversPreview, preview_leavers
from services.queries.people_files import people_of_file
from services.queries.seats import SeatSheet, seat_sheet
from services.words.texts import sentence


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    sheet = seat_sheet(actor, navigation.asked_id("account"), today=today())
    heading(sheet, _("Leavers"), sheet.account_name, sheet.code)
    if sheet.is_self_service:
        st.info(_("This is a self-service account: the customer manages it, and here it can only be looked at."))
        return
    pasted = _list_of_people(actor)
    if pasted.strip():
        _draw_preview(actor, sheet, pasted)
    else:
        empty(_("Paste who has left, or upload the list. You see whose seats these are and what they cost first."))
    draw_releases(actor, sheet)


def _list_of_people(actor: Actor) -> str:
    """The people, one a line: of the file if there is one, else as pasted."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        pasted = st.text_area(
            _("People, one a line"),
            placeholder="Ana Soler <ana.soler@company.com>\nbo.lind@company.com",
            help=_("Name <address>, or only the address."),
            key=fresh("leavers"),
            height=140,
        )
    with right:
        file = st.file_uploader(_("CSV or XLSX file"), type=["csv", "tsv", "txt", "xlsx"], key=fresh("leavers_file"))
    if file is None:
        return pasted or ""
    with errors.shown() as outcome:
        found = people_of_file(actor, file.getvalue())
    return found if outcome.ok else ""


def _draw_preview(actor: Actor, sheet: SeatSheet, pasted: str) -> None:
    preview = preview_leavers(actor, sheet.account_id, pasted, today=today())
    if preview.problems:
        st.error("\n".join(f"- {plain(sentence(problem, words()))}" for problem in preview.problems[:12]))
        return
    _draw_figures(preview)
    names = {"released": _("released"), "no_seat": _("has no seat"), "unknown": _("not a licensed user")}
    table(
        preview.people,
        [
            Column("name", _("Name"), width=220),
            Column("email", _("Email"), width=280),
            Column("verdict", _("Verdict"), Kind.STATUS, width=170, names=names),
            Column("products", _("Seats released"), width=280),
        ],
        key="leavers_preview",
        name=_("Leavers"),
        empty=_("Nobody stands in the list."),
        download="leavers",
        height=405 if len(preview.people) > 12 else None,
    )
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        notify = do_not_notify("silent_leavers")
        label = words().tn("Release {n} seat", "Release {n} seats", preview.seats)
        if st.button(label, type="primary", key="release_leavers", disabled=not preview.seats):
            with errors.shown() as outcome:
                done = release_leavers(actor, sheet.account_id, pasted, notify=notify, today=today())
            if outcome.ok:
                finish(told(done))


def _draw_figures(preview: LeaversPreview) -> None:
    number = words().number
    monthly = " + ".join(words().money(amount) for amount in preview.monthly) or "–"
    key_figures(
        [
            Figure(_("Seats released"), number(preview.seats), _("Seats that these people hold now.")),
            Figure(
                _("Cost a month"),
                monthly,
                _("What these seats cost at the price really paid. Releasing them frees them; it changes no invoice."),
            ),
            Figure(_("Not found"), number(preview.count("unknown")), _("Addresses that no licensed user has.")),
        ]
    )


run()
