"""Seats free and used of an account's subscriptions, always in sight; and how a change of seats is told."""

from collections.abc import Sequence

import streamlit as st

from dashboard import navigation
from dashboard.components.badges import badge_text
from dashboard.components.text import plain
from dashboard.words import _, words
from services.commands.seats import SeatChange
from services.queries.seats import SeatPool


def seat_pools(account_id: int, pools: Sequence[SeatPool], *, current: int | None = None) -> None:
    """A card for each subscription: product, plan, free and assigned seats; the button leads to assigning them."""
    with st.grid("auto", min_column_width=210, gap="small"):
        for pool in pools:
            _card(account_id, pool, is_current=pool.subscription_id == current)


def _card(account_id: int, pool: SeatPool, *, is_current: bool) -> None:
    with st.container(border=True, gap="xsmall", height="stretch"):
        state = badge_text(pool.status, word_of(pool.status)) if pool.status != "active" else ""
        st.markdown(f"**{plain(pool.product_name)}** :gray[{plain(pool.plan_name)}] {state}")
        st.progress(pool.assigned / pool.seats)
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.markdown(f"**{plain(free_of(pool))}**  \n:gray[:small[{plain(used_of(pool))}]]", width="content")
            if is_current:
                st.markdown(f":gray[:small[{plain(_('shown below'))}]]", width="content")
            elif st.button(_("Assign"), key=f"assign_{pool.subscription_id}", type="tertiary"):
                navigation.go("seats/assign", account=account_id, subscription=pool.subscription_id)


def free_of(pool: SeatPool) -> str:
    """8 free."""
    return words().tn("{n} free", "{n} free", pool.free)


def used_of(pool: SeatPool) -> str:
    """12 of 20 assigned; and from when on they give access, where that lies ahead."""
    return _("{assigned} of {seats} assigned", assigned=pool.assigned, seats=pool.seats)


def word_of(status: str) -> str:
    """The word of a live subscription's status."""
    names = {
        "active": _("active"),
        "trialing": _("trial"),
        "scheduled": _("scheduled"),
        "pending_cancellation": _("pending cancellation"),
    }
    return names.get(status, status)


def do_not_notify(key: str) -> bool:
    """The switch; True when users are to be told of the change by mail."""
    silent = st.toggle(
        _("Do not notify users about this change"),
        key=key,
        help=_("Otherwise each user whose products change gets one mail in the account's language."),
    )
    return not silent


def told(change: SeatChange) -> str:
    """What a change did, in one sentence a fact; to flash."""
    if not change.changed:
        return _("Nothing had to be changed.")
    parts = []
    if change.assigned:
        parts.append(words().tn("{n} seat assigned.", "{n} seats assigned.", change.assigned))
    if change.released:
        parts.append(words().tn("{n} seat released.", "{n} seats released.", change.released))
    if change.suspended:
        parts.append(words().tn("{n} user suspended.", "{n} users suspended.", change.suspended))
    if change.notified:
        parts.append(words().tn("{n} user is told by mail.", "{n} users are told by mail.", change.notified))
    else:
        parts.append(_("Nobody is told by mail."))
    return plain(" ".join(parts))
