"""Seats free and used of an account's subscriptions, always in sight; and how a change of seats is told."""

from collections.abc import Sequence

import streamlit as st

from dashboard import navigation, state
from dashboard.components.headers import header
from dashboard.components.text import plain
from dashboard.theme import colour
from dashboard.words import _, words
from services.commands.seats import SeatChange
from services.queries.seats import SeatPool, SeatSheet

_DONE = "seat_forms_done"


def heading(
    sheet: SeatSheet,
    title: str,
    *context: str,
    status: tuple[str, str] | None = None,
    leads_to_users: bool = True,
) -> None:
    """The page's head, and beside it the ways to the account and to its licensed users."""
    head, ways = st.columns([5, 2], vertical_alignment="center")
    with head:
        header(title, context=context, status=status)
    with ways, st.container(gap=None):
        navigation.link(sheet.account_name, "sales/account", icon=":material/domain:", account=sheet.account_id)
        if leads_to_users:
            navigation.link(
                _("Licensed users"), "seats/licensed_users", icon=":material/badge:", account=sheet.account_id
            )


def seat_pools(account_id: int, pools: Sequence[SeatPool], *, current: int | None = None) -> None:
    """A card for each subscription: product, plan, free and assigned seats; its name leads to assigning them."""
    with st.grid("auto", min_column_width=165, gap="small"):
        for pool in pools:
            with st.container(border=True, gap=None, height="stretch"):
                _card(account_id, pool, is_current=pool.subscription_id == current)


def _card(account_id: int, pool: SeatPool, *, is_current: bool) -> None:
    name = plain(pool.product_name)
    label = f":violet[**{name}**]" if is_current else f"**{name}**"
    if st.button(label, key=f"pool_{pool.subscription_id}", type="tertiary", help=_("Assign seats")):
        navigation.go("seats/assign", account=account_id, subscription=pool.subscription_id)
    st.progress(pool.assigned / pool.seats)
    when = _when(pool)
    told_when = f" · :{colour(pool.status)}[{plain(when)}]" if when else ""
    st.markdown(
        f"**{plain(free_of(pool.free))}**  \n:small[:gray[{plain(used_of(pool))}]]  \n"
        f":small[:gray[{plain(pool.plan_name)}]{told_when}]"
    )


def _when(pool: SeatPool) -> str:
    """From when on or until when the seats give access, where that is set: said with the status."""
    if pool.status == "scheduled":
        return _("from {day}", day=pool.starts_on)
    if pool.last_day:
        last_day = _("until {day}", day=pool.last_day)
        return _("trial {until}", until=last_day) if pool.status == "trialing" else last_day
    return ""


def free_of(seats: int) -> str:
    """8 free."""
    return words().tn("{n} free", "{n} free", seats)


def used_of(pool: SeatPool) -> str:
    """12 of 20 assigned."""
    return _("{assigned} of {seats} assigned", assigned=pool.assigned, seats=pool.seats)


def do_not_notify(key: str) -> bool:
    """The switch; True when users are to be told of the change by mail."""
    silent = st.toggle(
        _("Do not notify users about this change"),
        key=fresh(key),
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


def fresh(key: str) -> str:
    """The key of a widget that is empty again once its form was done: the browser keeps what a key has shown."""
    return f"{key}_{state.recall(_DONE, 0)}"


def finish(text: str) -> None:
    """Say what was done on the page drawn next, with the forms empty."""
    state.keep(_DONE, state.recall(_DONE, 0) + 1)
    state.flash(text)
    st.rerun()
