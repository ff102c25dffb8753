"""Use of seats by one person: opened from a row, and written down."""

import pandas as pd
import streamlit as st

from dashboard import navigation, sign_in
from dashboard.components.columns import Column, Kind
from dashboard.components.headers import header
from dashboard.components.tables import table
from dashboard.components.use_tables import never, never_told, use_names, why
from dashboard.day import today
from dashboard.words import _
from services.commands.usage import PersonUse, open_person_use


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    account_id, user_id = navigation.asked_id("account"), navigation.asked_id("user", "licensed_user")
    use = open_person_use(actor, account_id, user_id, today=today())
    header(use.name, context=(use.email, _("as of {day}", day=today())))
    with st.container(horizontal=True, gap="medium"):
        navigation.link(_("Use of seats"), "seats/use", icon=":material/monitoring:", account=account_id)
        navigation.link(
            _("Licensed user"), "seats/licensed_user", icon=":material/badge:", account=account_id, user=user_id
        )
    st.caption(_("That you looked at this person today is written down in the account's activity."))
    _draw_seats(use)
    _draw_days(use)


def _draw_seats(use: PersonUse) -> None:
    rows = [
        {
            "product": use.names[seat.product],
            "use": seat.use.use.value,
            "why": seat.use.why.value,
            "last_seen_on": seat.last_seen_on,
            "active_days": seat.active_days,
            "idle_since": seat.use.idle_since,
            "held_since": seat.held_since,
            "excluded_until": seat.excluded_until,
            "reason": seat.exclusion_reason,
            "in_use_days": use.policies[seat.product].in_use_days,
            "idle_days": use.policies[seat.product].idle_days,
            "young_days": use.policies[seat.product].young_days,
            "stale_days": use.policies[seat.product].stale_days,
        }
        for seat in use.seats
    ]
    frame = pd.DataFrame(rows, dtype=object)
    table(
        frame.assign(why=[why(row) for row in rows], never=[never(row) for row in rows]),
        [
            Column("product", _("Product"), width=130),
            Column("use", _("Use"), Kind.STATUS, names=use_names()),
            Column("why", _("Evidence or rule"), width=280),
            Column("reason", _("Reason"), width=110),
            Column("last_seen_on", _("Last seen"), Kind.DAY, help=never_told(), absent="never"),
            Column("active_days", _("Active days"), Kind.NUMBER, help=_("Days with activity among the last 90.")),
            Column("idle_since", _("Idle since"), Kind.DAY),
            Column("held_since", _("Seat since"), Kind.DAY),
        ],
        key="person_seats",
        name=_("Seats and their use"),
        empty=_("This person has no seat now."),
    )


def _draw_days(use: PersonUse) -> None:
    st.subheader(_("Days with activity"), anchor=False)
    frame = pd.DataFrame([(use.names[product], at) for product, at in use.days], columns=["product", "at"])
    table(
        frame,
        [
            Column("at", _("Last activity of the day"), Kind.INSTANT, width=220),
            Column("product", _("Product"), width=220),
        ],
        key="person_days",
        name=_("Days with activity"),
        empty=_("No activity of this person is known."),
        download="activity-days",
        height=405 if len(frame) > 12 else None,
    )


run()
