"""At renewal: what doing nothing costs and what fewer seats save, before the last day to decide."""

import streamlit as st

from dashboard import navigation, sign_in, state
from dashboard.components.headers import header
from dashboard.components.seat_renewals import choose_seats, draw_renewal, draw_shares, draw_upcoming
from dashboard.day import today
from dashboard.words import _
from services.permissions import Actor
from services.queries.accounts import account_card
from services.queries.seat_renewals import renewal_of


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    if navigation.has_id("subscription"):
        _draw_one(actor, navigation.asked_id("account"), navigation.asked_id("subscription"))
        return
    account_id = navigation.asked_id("account") if navigation.has_id("account") else None
    name = account_card(actor, account_id, today()).form.legal_name if account_id else ""
    header(_("At renewal"), context=(name or _("Seats bought and in use before the next term"),))
    draw_upcoming(actor, today(), account_id)


def _draw_one(actor: Actor, account_id: int, subscription_id: int) -> None:
    key = f"renewal_seats:{subscription_id}"
    asked = state.recall(key)
    if asked is None and navigation.has_id("seats"):
        asked = navigation.asked_id("seats")
    found = renewal_of(actor, account_id, subscription_id, today=today(), seats=asked)
    header(
        _("At renewal"),
        context=(found.account_name, f"{found.product_name} – {found.plan_name}", found.reference),
    )
    draw_shares(found)
    seats = choose_seats(found)
    st.query_params["seats"] = str(seats)
    draw_renewal(actor, found, today())


run()
