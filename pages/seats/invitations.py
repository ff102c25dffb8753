"""Invitations that wait: sent again, noted as accepted, or withdrawn."""

from collections.abc import Sequence
from zlib import crc32

import pandas as pd
import streamlit as st

from dashboard import errors, navigation, sign_in
from dashboard.components.empty import empty
from dashboard.components.filters import search_field
from dashboard.components.pagers import asked_slice, pager
from dashboard.components.seat_pools import do_not_notify, finish, fresh, heading, told
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services.commands.invitations import accept_invitations, resend_invitations, withdraw_invitations
from services.permissions import Actor
from services.queries.invitations import pending_invitations
from services.queries.seats import SeatSheet, seat_sheet


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    sheet = seat_sheet(actor, navigation.asked_id("account"), today=today())
    everything = pending_invitations(actor, sheet.account_id, limit=1).total
    waiting = words().tn("{n} invitation waits", "{n} invitations wait", everything)
    heading(sheet, _("Invitations"), sheet.account_name, sheet.code, waiting)
    if sheet.is_self_service:
        st.info(_("This is a self-service account: the customer manages it, and here it can only be looked at."))
        return
    if not everything:
        empty(_("No invitation waits. Invite people from the page Change many."), icon="mark_email_read")
        navigation.link(_("Change many"), "seats/change_many", icon=":material/checklist:", account=sheet.account_id)
        return
    search = search_field(_("Name or email"), hide_label=True)
    asked = asked_slice()
    listed = pending_invitations(actor, sheet.account_id, search=search, limit=asked.limit, offset=asked.offset)
    if listed.frame.empty:
        empty(_("No licensed user matches. Search for another name, or clear the search."))
        return
    chosen = _draw_table(listed.frame)
    pager(listed.total, asked)
    _draw_deeds(actor, sheet, chosen)


def _draw_table(invitations: pd.DataFrame) -> list[int]:
    """The invitations; the seats of those selected at the margin."""
    day = words().day
    shown = pd.DataFrame(
        {
            "name": invitations["name"],
            "email": invitations["email"],
            "product": invitations["product"],
            "department": invitations["department"],
            "first": [day(at.date()) for at in invitations["assigned_at"]],
            "last": [day(at.date()) if not pd.isna(at) else "" for at in invitations["invited_at"]],
            "by": invitations["invited_by"],
        }
    )
    column = st.column_config.TextColumn
    selection = st.dataframe(
        shown,
        column_config={
            "name": column(_("Name"), width=150),
            "email": column(_("Email"), width=205),
            "product": column(_("Product"), width=120),
            "department": column(_("Department")),
            "first": column(_("Invited on")),
            "last": column(_("Last written to")),
            "by": column(_("Invited by")),
        },
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        key=fresh(f"invitations_{crc32(' '.join(invitations['id']).encode())}"),
        alt=_("Invitations"),
        height="content" if len(shown) <= 12 else 405,
    )
    return [int(invitations["id"].iloc[row]) for row in selection["selection"]["rows"] if row < len(invitations)]


def _draw_deeds(actor: Actor, sheet: SeatSheet, seat_ids: Sequence[int]) -> None:
    if not seat_ids:
        st.caption(_("Select invitations to send them again, to note that they are accepted, or to withdraw them."))
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        notify = do_not_notify("silent_invitations")
        with st.container(horizontal=True, width="content", gap="small"):
            resend = st.button(_("Send again"), key="resend", icon=":material/forward_to_inbox:")
            withdraw = st.button(_("Withdraw"), key="withdraw", help=_("Their seats are free again."))
            accept = st.button(_("Mark as accepted"), key="accept", type="primary")
    if not (resend or withdraw or accept):
        return
    with errors.shown() as outcome:
        if resend:
            number = resend_invitations(actor, sheet.account_id, seat_ids)
            text = words().tn("{n} invitation sent again.", "{n} invitations sent again.", number)
            text = text if number else _("Nobody was written to again: the last invitation is less than an hour old.")
        elif accept:
            number = accept_invitations(actor, sheet.account_id, seat_ids, notify=notify)
            text = words().tn("{n} seat accepted.", "{n} seats accepted.", number)
        else:
            done = withdraw_invitations(actor, sheet.account_id, seat_ids, notify=notify, today=today())
    if outcome.ok:
        finish(told(done) if withdraw else plain(text))


run()
