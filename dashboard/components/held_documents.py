"""Documents that a guard holds: listed with what it saw, released by a second person."""

import streamlit as st

from dashboard import errors, state
from dashboard.components.columns import Column, Kind
from dashboard.components.tables import Detail, table
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _
from services.commands.billing import release_held
from services.permissions import Actor
from services.queries.billing import list_held
from services.words.billing_texts import GUARDS


def held_documents(actor: Actor, *, may_release: bool) -> None:
    """Draw the list, and below it the way to release one. Whoever started the run is refused with a sentence."""
    frame = list_held(actor)
    table(
        frame.assign(why=[_(GUARDS[guard]) for guard in frame["guard"]]),
        [
            Column("account", _("Account"), width=220),
            Column("held_on", _("Since"), Kind.DAY, width=110),
            Column("why", _("Why it is held"), width=420),
            Column("total_minor", _("Total"), Kind.MONEY, currency="currency", width=140),
        ],
        key="held_documents",
        name=_("Held documents"),
        empty=_("No document is held."),
        detail=Detail("sales/account", {"account": "account_id"}),
    )
    if frame.empty or not may_release:
        return
    columns = (frame["held_id"].tolist(), frame["account_id"].tolist(), frame["account"].tolist())
    rows = {held_id: (account_id, account) for held_id, account_id, account in zip(*columns, strict=True)}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = st.selectbox(
            _("Document"), list(rows), format_func=lambda one: str(rows[one][1]), key="held", width=320
        )
        releases = st.button(_("Release and issue"), key="release", icon=":material/task_alt:")
    if releases and chosen is not None:
        with errors.shown() as outcome:
            issued = release_held(actor, rows[chosen][0], chosen, today=today())
        if outcome.ok:
            state.flash(plain(_("Issued as {number}.", number=issued.number)))
            st.rerun()
