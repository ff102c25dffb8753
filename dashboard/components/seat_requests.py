"""Who waits for a seat: put on the list, given what is free, taken off it."""

from __future__ import annotations

import streamlit as st

from dashboard import errors
from dashboard.cache import forget
from dashboard.components.seat_pools import finish, fresh, told
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services.commands.seat_requests import await_seats, give_waiting, stop_waiting
from services.permissions import Actor
from services.queries.seat_acts import ActDesk, WaitingList
from services.rules.usage_events import pseudonym

_NAMED = 8  # people named on a card


def draw_requests(actor: Actor, desk: ActDesk) -> None:
    """The waiting list of each product, and a form to put people on one."""
    products = {one.product: one.product_name for one in desk.subscriptions}
    if not products:
        return
    st.subheader(_("Requests for seats"), anchor=False)
    for one in desk.waiting:
        _draw_list(actor, desk, one)
    if not desk.waiting:
        st.caption(_("Nobody waits for a seat."))
    with st.expander(_("Put people on a waiting list"), icon=":material/hourglass_empty:"):
        with st.form("await_seats", border=False):
            product = st.selectbox(_("Product"), list(products), format_func=products.__getitem__, width=320)
            pasted = st.text_area(_("People, one a line"), key=fresh("await_people"), height=100)
            asked = st.form_submit_button(_("Put on the list"))
        if asked:
            with errors.shown() as outcome:
                added = await_seats(actor, desk.account_id, product, pasted, today=today())
            if outcome.ok:
                forget()
                finish(words().tn("{n} person waits for a seat.", "{n} people wait for a seat.", added))


def _draw_list(actor: Actor, desk: ActDesk, one: WaitingList) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        people = [pseudonym(who.user_id) if desk.hides_names else who.name for who in one.people[:_NAMED]]
        if len(one.people) > _NAMED:
            people.append(_("{n} more", n=len(one.people) - _NAMED))
        waiting = words().tn("{n} person waits", "{n} people wait", len(one.people))
        since = _("since {day}", day=one.people[0].since)
        more = f"{waiting} {since}: {words().several(people)}"
        st.markdown(f"**{plain(one.product_name)}**  \n:gray[{plain(more)}]", width=600)
        with st.container(horizontal=True, width="content"):
            served = len(one.next)
            label = words().tn("Give {n} free seat", "Give {n} free seats", served)
            if st.button(label, key=f"give_{one.product}", icon=":material/event_seat:", disabled=not served):
                with errors.shown() as outcome:
                    done = give_waiting(actor, desk.account_id, one.product, notify=True, today=today())
                if outcome.ok:
                    forget()
                    finish(told(done))
            if st.button(_("Clear the list"), key=f"stop_{one.product}", type="tertiary"):
                with errors.shown() as outcome:
                    gone = stop_waiting(actor, desk.account_id, one.product, [who.user_id for who in one.people])
                if outcome.ok:
                    forget()
                    finish(words().tn("{n} person waits no more.", "{n} people wait no more.", gone))
