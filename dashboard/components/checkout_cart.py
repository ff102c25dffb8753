"""Below the lines of the checkout: another product, the note to colleagues, the proposals sent before."""

import streamlit as st

from dashboard import errors, navigation
from dashboard.components import checkout_papers
from dashboard.components.text import plain
from dashboard.words import _, words
from services.commands.carts import save_note
from services.permissions import Actor
from services.queries.carts import CartCard


def draw_other_ways(actor: Actor, cart: CartCard) -> None:
    """Add another product, the note to colleagues, the proposals sent before."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(_("Add another product"), icon=":material/add:", key="another"):
            navigation.go("sales/subscribe", account=cart.account_id)
        with st.popover(_("Note to colleagues"), icon=":material/sticky_note_2:"):
            note = st.text_area(_("Note"), value=cart.note, max_chars=1000, key=f"note:{cart.account_id}")
            if st.button(_("Save note"), key="save_note") and note is not None:
                with errors.shown() as outcome:
                    save_note(actor, cart.account_id, note)
                if outcome.ok:
                    st.rerun()
        if cart.proposals:
            with st.popover(_("Proposals sent"), icon=":material/outgoing_mail:"):
                for sent in cart.proposals:
                    at = words().instant(sent.sent_at, cart.zone)
                    told = _("{total}, {at}, valid until {day}", total=sent.total, at=at, day=sent.valid_until)
                    if st.button(plain(told), type="tertiary", key=f"proposal_{sent.proposal_id}"):
                        checkout_papers.show_proposal(actor, cart.account_id, sent.proposal_id)
    if cart.note:
        st.info(plain(cart.note), icon=":material/sticky_note_2:")
