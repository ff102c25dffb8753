"""What is decided about seats: which are chosen and what becomes of them, and fewer seats at the renewals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import navigation
from dashboard.components.columns import Column, Kind, config, shown
from dashboard.components.empty import empty
from dashboard.components.filters import choice
from dashboard.components.seat_pools import fresh
from dashboard.components.text import plain
from dashboard.components.use_tables import use_names, why
from dashboard.day import today
from dashboard.words import _, words
from services.permissions import Actor
from services.queries.seat_acts import SHOWN, ActDesk, ActSubscription, Fewer, SeatMove, act_seats
from services.rules.usage import SeatUse
from services.words.labels import enum_words

_RELEASE, _MOVE, _ALL, _UNNEEDED = "release", "move", "all", "unneeded"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Seats to release and to move. `given_back`: how many leave each subscription, by its reference."""

    release: tuple[int, ...] = ()
    moves: tuple[SeatMove, ...] = ()
    given_back: Mapping[str, int] = field(default_factory=dict)


def draw_seats(actor: Actor, desk: ActDesk) -> Chosen:
    """The seats to choose from, and what was chosen."""
    st.subheader(_("1. Seats given back or moved"), anchor=False)
    asked = _subscription(desk)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        uses = {"idle": use_names()["idle"], _UNNEEDED: _("said not to be needed"), _ALL: _("All seats")} | use_names()
        use = choice("seats_of", _("Use"), uses, width=220)
        if asked is not None:
            navigation.link(_("Seats of all subscriptions"), "seats/act", account=desk.account_id)
    listed = act_seats(
        actor,
        desk.account_id,
        today=today(),
        use=SeatUse(use) if use not in (_ALL, _UNNEEDED) else None,
        is_unneeded=use == _UNNEEDED,
        subscription=asked.subscription_id if asked else None,
    )
    if listed.frame.empty:
        empty(_("No seat is known to be idle. Choose another use, or look at its evidence under Use of seats."))
        return Chosen()
    chosen = _draw_list(desk, listed.frame, listed.total, key=f"{use}_{asked.subscription_id if asked else 0}")
    if chosen.empty:
        st.caption(_("Tick the seats that are to be given back or moved."))
        return Chosen()
    return _draw_deed(desk, chosen)


def draw_fewer(desk: ActDesk, chosen: Chosen) -> tuple[Fewer, ...]:
    """A number for each subscription that can fall at its renewal; returns those that shall."""
    st.subheader(_("2. Fewer seats at the renewal"), anchor=False)
    asked = _subscription(desk)
    falling = [one for one in desk.subscriptions if one.may_fall and (asked is None or one == asked)]
    if not falling:
        empty(_("No subscription here renews by itself with seats to give up."))
        return ()
    takes_all = st.toggle(
        _("Down to the seats assigned then"),
        value=asked is not None and "seats" not in st.query_params,
        key=fresh("fewer_all"),
        help=_("Each subscription falls to what is assigned after the seats above are given back; you can raise it."),
    )
    wanted: list[Fewer] = []
    for one in falling:
        least = max(one.assigned - chosen.given_back.get(one.reference, 0), 1)
        number = _draw_number(one, least=least, start=_start(one, asked, least=least, takes_all=takes_all))
        if number < one.seats and number != one.waiting:
            wanted.append(Fewer(one.subscription_id, number))
    return tuple(wanted)


def draw_full(actor_may_change: bool, desk: ActDesk) -> None:
    """Subscriptions without a free seat, and the way to more."""
    short = {one.product for one in desk.waiting if len(one.people) > one.free}
    full = [one for one in desk.subscriptions if not one.is_trial and (one.is_full or one.product in short)]
    if not full:
        return
    st.subheader(_("Too few seats"), anchor=False)
    for one in full:
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", border=True):
            missing = max((len(w.people) - w.free for w in desk.waiting if w.product == one.product), default=0)
            more = _(
                "{n} of {seats} seats assigned, {idle} of them idle", n=one.assigned, seats=one.seats, idle=one.idle
            )
            if missing > 0:
                more += " · " + words().tn("{n} person waits", "{n} people wait", missing)
            st.markdown(f"**{plain(_name(one))}**  \n:gray[{plain(more)}]", width="content")
            if actor_may_change:
                navigation.link(
                    _("More seats"),
                    "sales/change",
                    icon=":material/add:",
                    account=desk.account_id,
                    subscription=one.subscription_id,
                    seats=one.seats + (missing if missing > 0 else max(1, one.seats // 10)),
                )
            elif desk.rep:
                st.caption(plain(_("Ask {name} for more seats.", name=desk.rep)), width="content")


def _subscription(desk: ActDesk) -> ActSubscription | None:
    """The subscription of the URL, if any."""
    return desk.subscription(navigation.asked_id("subscription")) if navigation.has_id("subscription") else None


def _name(one: ActSubscription) -> str:
    return f"{one.product_name} – {one.plan_name}"


def _draw_list(desk: ActDesk, frame: pd.DataFrame, total: int, *, key: str) -> pd.DataFrame:
    label = _("All {n} shown", n=len(frame))
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        takes_all = st.checkbox(label, key=fresh(f"act_all_{key}"))
        if total > len(frame):
            st.caption(plain(_("{total} match; {limit} are shown.", total=total, limit=SHOWN)), width="content")
    rows = [row for _n, row in frame.iterrows()]
    cells = frame.assign(why=[why(row) for row in rows], said=[_said(row) for row in rows])
    named = [] if desk.hides_names else [Column("email", _("Email"), width=185)]
    columns = [
        Column("person", _("Person"), width=130),
        *named,
        Column("product", _("Product"), width=130),
        Column("use", _("Use"), Kind.STATUS, width=95, names=use_names()),
        Column("last_seen_on", _("Last seen"), Kind.DAY, width=105),
        Column("month_minor", _("A month"), Kind.MONEY, width=90),
        Column("why", _("Evidence or rule"), width=200),
        Column("said", _("Said of it"), width=240),
        Column("held_since", _("Seat since"), Kind.DAY, width=110),
        Column("reference", _("Subscription"), width=160),
    ]
    drawn, formats = shown(cells, columns, words(), "UTC")
    options: dict[str, Any] = {
        "column_config": {one.name: config(one, list(one.names.values())) for one in columns},
        "hide_index": True,
        "placeholder": "",
        "alt": _("Seats to choose from"),
        "height": "content" if len(frame) <= 8 else 330,
    }
    styled = drawn.style.format(formats)
    if takes_all:
        st.dataframe(styled, key=fresh(f"act_shown_{key}"), **options)
        return frame
    picked = st.dataframe(
        styled, key=fresh(f"act_seats_{key}"), on_select="rerun", selection_mode="multi-row", **options
    )
    return frame.iloc[[row for row in picked["selection"]["rows"] if row < len(frame)]]


def _said(row: Any) -> str:
    """Needed: Ana Soler, 24 Nov 2026."""
    if not row["answer"]:
        return ""
    answer = enum_words("Answer", words())[row["answer"]]
    by = row["said_by"] or _("the manager")
    return _("{answer}: {name}, {day}", answer=answer, name=by, day=row["said_on"])


def _draw_deed(desk: ActDesk, chosen: pd.DataFrame) -> Chosen:
    """Released, or moved to another subscription of their product, where there is one."""
    ids = tuple(int(seat) for seat in chosen["seat_id"])
    products, sources = set(chosen["product"]), set(chosen["reference"])
    targets = [
        one
        for one in desk.subscriptions
        if {one.product_name} == products and one.reference not in sources and one.free
    ]
    back = dict(Counter(chosen["reference"]))
    if not targets:
        return Chosen(ids, given_back=back)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = {_RELEASE: _("Release them"), _MOVE: _("Move them")}
        deed = st.segmented_control(
            words().tn("{n} seat chosen", "{n} seats chosen", len(ids)),
            [_RELEASE, _MOVE],
            default=_RELEASE,
            required=True,
            format_func=names.__getitem__,
            key=fresh("act_deed"),
        )
        if deed != _MOVE:
            return Chosen(ids, given_back=back)
        told = {
            one.subscription_id: _("{name}, {n} free", name=f"{_name(one)} {one.reference}", n=one.free)
            for one in targets
        }
        target = st.selectbox(_("To"), list(told), format_func=told.__getitem__, key=fresh("act_target"))
    return Chosen(moves=(SeatMove(ids, target),), given_back=back)


def _start(one: ActSubscription, asked: ActSubscription | None, *, least: int, takes_all: bool) -> int:
    if takes_all:
        return min(least, one.seats)
    given = st.query_params.get("seats", "") if asked is not None else ""
    if given.isascii() and given.isdigit() and 0 < int(given[:9]) < one.seats:
        return int(given[:9])
    return one.waiting if one.waiting is not None and one.waiting < one.seats else one.seats


def _draw_number(one: ActSubscription, *, least: int, start: int) -> int:
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        told = _(
            "{seats} bought, {least} assigned then; renews on {day}, last day to decide {until}",
            seats=one.seats,
            least=least,
            day=one.renews_on,
            until=one.decide_by,
        )
        if one.waiting is not None:
            told += " · " + _("{n} wait for the renewal already", n=one.waiting)
        st.markdown(f"**{plain(_name(one))}** :gray[{plain(one.reference)}]  \n:gray[{plain(told)}]", width=690)
        number = st.number_input(
            _("Seats then"),
            min_value=1,
            max_value=one.seats,
            value=start,
            step=1,
            key=fresh(f"fewer_{one.subscription_id}_{start}"),
            width=170,
        )
    return int(number)
