"""What waits for a renewal, each with the way to withdraw it."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from dashboard import errors, state
from dashboard.cache import forget
from dashboard.components.text import plain
from dashboard.words import _, words
from services.commands.changes import withdraw_scheduled_change
from services.permissions import Actor, Permission
from services.queries.scheduled import ScheduledCard
from services.words.changes import scheduled_words


def draw_scheduled(actor: Actor, waiting: Sequence[ScheduledCard], today: date, *, may_change: bool) -> None:
    """One line a change: what it will be from when on, who scheduled it; *Withdraw* asks once."""
    for card in waiting:
        with st.container(
            border=True, horizontal=True, vertical_alignment="center", key=f"waits_{card.subscription_id}"
        ):
            named = plain(scheduled_words(card.fields, words(), plan=card.plan))
            head = plain(_("{product} from the renewal on {day}:", product=card.product, day=card.renews_on))
            by = plain(_("scheduled on {day} by {name}", day=card.scheduled_on, name=card.scheduled_by or "–"))
            told = f":material/schedule: {head} **{named}**  \n:gray[:small[{by}{_state(card)}]]"
            st.markdown(told, width="stretch")
            if may_change and actor.may(Permission.CHANGE_SUBSCRIPTIONS):
                _draw_withdraw(actor, card, today)


def _state(card: ScheduledCard) -> str:
    if card.is_suspended:
        return " · " + plain(_("suspended while cancelled"))
    return " · " + plain(_("waits: more seats are in use")) if card.fields.waits_for else ""


def _draw_withdraw(actor: Actor, card: ScheduledCard, today: date) -> None:
    with st.popover(_("Withdraw"), icon=":material/undo:", type="tertiary", key=f"undo_{card.subscription_id}"):
        st.markdown(plain(_("It then renews on {day} as it runs now.", day=card.renews_on)))
        if not st.button(_("Withdraw the scheduled change"), key=f"withdraw_{card.subscription_id}"):
            return
        with errors.shown() as outcome:
            withdraw_scheduled_change(actor, card.account_id, card.subscription_id, today=today)
    if outcome.ok:
        forget()
        state.flash(_("The scheduled change was withdrawn."))
        st.rerun()
