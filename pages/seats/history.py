"""The history of an account's seats: who had which, from when till when, and by whom; also as of a day."""

from datetime import UTC, date, datetime, time, timedelta

import streamlit as st

from dashboard import navigation, sign_in
from dashboard.components.downloads import paged
from dashboard.components.filters import choice, search_field
from dashboard.components.pagers import asked_slice, first_page, pager
from dashboard.components.seat_lives import draw_lives
from dashboard.components.seat_pools import heading
from dashboard.day import today
from dashboard.words import _
from services.queries.seat_history import LifeFilter, seat_lives
from services.queries.seats import SeatSheet, seat_sheet


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    sheet = seat_sheet(actor, navigation.asked_id("account"), today=today())
    heading(sheet, _("History of seats"), sheet.account_name, sheet.code)
    which = _draw_filters(sheet)
    asked = asked_slice()
    listed = seat_lives(actor, sheet.account_id, which, limit=asked.limit, offset=asked.offset)
    everything = paged(
        lambda limit, offset: seat_lives(actor, sheet.account_id, which, limit=limit, offset=offset).frame,
        listed.total,
        of=(actor, sheet.account_id, which),
        key=("id",),
    )
    draw_lives(listed.frame, account_id=sheet.account_id, of_one_user=False, whole=everything)
    pager(listed.total, asked)


def _draw_filters(sheet: SeatSheet) -> LifeFilter:
    pools = {str(p.subscription_id): f"{p.product_name} {p.plan_name} · {p.reference}" for p in sheet.pools}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        search = search_field(_("Name or email"))
        chosen = choice(
            "subscription", _("Subscription"), {"": _("All, also ended ones"), **pools}, width=340, on_change=first_page
        )
        on: date | None = st.date_input(
            _("Held on"),
            None,
            max_value=today(),
            key="held_on",
            on_change=first_page,
            width=170,
            help=_("Only seats that somebody had at the end of this day (UTC)."),
        )
    at = datetime.combine(on + timedelta(days=1), time.min, UTC) - timedelta(microseconds=1) if on else None
    return LifeFilter(int(chosen) if chosen else 0, search, at)


run()
