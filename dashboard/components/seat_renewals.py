"""Seats before a renewal: those of the next months; of one subscription, the year before, the choice, what it saves."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from dashboard import navigation
from dashboard.components.chart_series import Series
from dashboard.components.columns import Column, Kind
from dashboard.components.downloads import paged
from dashboard.components.filters import choice, search_field
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.month_charts import months_chart
from dashboard.components.pagers import asked_slice, first_page, pager
from dashboard.components.tables import Detail, table
from dashboard.components.text import plain
from dashboard.words import _, words
from services.facts.seat_months import SeatMonths
from services.permissions import Actor, Permission
from services.queries.seat_renewals import AHEAD, SeatRenewal, upcoming
from services.rules.changes import Timing
from services.rules.pricing import SEAT_LIMIT
from services.rules.waste import Share
from services.words.texts import sentence


def draw_upcoming(actor: Actor, today: date, account_id: int | None) -> None:
    """The subscriptions that renew in the next months, of an account or of all."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        spans = {str(n): words().tn("{n} month", "{n} months", n) for n in AHEAD}
        months = choice("ahead", _("Renewing within"), spans, shape="segments", on_change=first_page)
        search = "" if account_id else search_field(_("Account or subscription"))
    asked = asked_slice()

    def page(limit: int, offset: int) -> pd.DataFrame:
        return upcoming(
            actor, today=today, months=int(months), account_id=account_id, search=search, limit=limit, offset=offset
        ).frame

    listed = upcoming(
        actor, today=today, months=int(months), account_id=account_id, search=search,
        limit=asked.limit, offset=asked.offset,
    )  # fmt: skip
    account, plan = Column("account", _("Account"), width=230), Column("plan", _("Plan"), width=110)
    named = [Column("product", _("Product"), width=150), plan] if account_id else [account]
    table(
        listed.frame,
        [
            *named,
            *([] if account_id else [Column("product", _("Product"), width=122)]),
            Column("decide_by", _("Decide by"), Kind.DAY, width=92, help=decide_told()),
            Column("renews_on", _("Renews"), Kind.DAY, width=92),
            Column("seats", _("Bought"), Kind.NUMBER, width=76),
            Column("assigned", _("Assigned"), Kind.NUMBER, width=74),
            Column(
                "in_use",
                _("In use"),
                Kind.NUMBER,
                width=58,
                help=_("Active lately, as the product's days say. Empty: no fresh feed names users."),
            ),
            Column(
                "nothing_minor",
                _("Do nothing"),
                Kind.MONEY,
                is_summed=True,
                width=98,
                help=_("The next term as it stands, net."),
            ),
        ],
        key="seat_renewals",
        name=_("Seats at the next renewal"),
        empty=_("Nothing renews in these months. Choose a longer span, or clear the search."),
        detail=Detail("seats/renewals", {"account": "account_id", "subscription": "subscription_id"}),
        download="seats-at-renewal",
        whole=paged(
            page, listed.total, of=(actor, today, months, account_id, search), key=("account_id", "subscription_id")
        ),
    )
    pager(listed.total, asked)


def decide_told() -> str:
    """Which day is the last to decide."""
    return _(
        "The last day with the agreed notice. Where that is over: the last day of the period, on which the portal "
        "still takes the change."
    )


def draw_renewal(actor: Actor, found: SeatRenewal, today: date) -> None:
    """One subscription: what the number of seats comes to, where to act, and the year before."""
    told, chosen = words(), found.chosen
    saves = chosen.saves
    key_figures(
        [
            Figure(
                _("Do nothing costs"),
                told.money(chosen.nothing) if chosen.nothing else _("nothing"),
                _("The next term as it stands, scheduled changes included, net: what the night will bill."),
                also=_("from {day}", day=chosen.renews_on),
            ),
            Figure(
                _("With {n} seats", n=chosen.seats),
                told.money(chosen.reduced) if chosen.reduced else "–",
                _("The next term with so many seats, net: the preview of the change at the renewal."),
                also=_("instead of {n} now", n=found.seats),
            ),
            Figure(
                _("Saves"),
                told.money(saves) if saves else "–",
                _("What the next term costs less, net."),
                also=_("each term from {day} on", day=chosen.renews_on),
            ),
            Figure(
                _("Decide by"),
                told.day(chosen.decide_by(today)),
                decide_told(),
                also=_("the agreed notice is over") if chosen.is_late(today) else _("with the agreed notice"),
            ),
        ]
    )
    if chosen.refusal is not None:
        st.warning(plain(sentence(chosen.refusal, told)), icon=":material/block:")
    if chosen.waits is not None:
        st.info(plain(_("{n} seats wait for the renewal already.", n=chosen.waits)), icon=":material/schedule:")
    over = found.assigned - chosen.seats
    if over > 0 and chosen.refusal is None:
        said = told.tn(
            "{n} assigned seat must be released before the renewal.",
            "{n} assigned seats must be released before the renewal.",
            over,
        )
        st.info(plain(said), icon=":material/event_seat:")
    draw_act(actor, found)
    draw_history(_("Seats in use against seats bought, 12 months"), found.history, key="renewal_history")


def choose_seats(found: SeatRenewal) -> int:
    """The number of seats from the renewal on, opened with those needed; it stands in the URL."""
    key = f"renewal_seats:{found.subscription_id}"
    count = st.number_input(
        _("Seats from the renewal on"),
        min_value=1,
        max_value=SEAT_LIMIT,
        value=min(max(found.chosen.seats, 1), SEAT_LIMIT),
        step=1,
        key=key,
        width=240,
        help=_(
            "Opened with the seats needed: {n} of {assigned} assigned are not idle. At least {minimum}.",
            n=found.needed,
            assigned=found.assigned,
            minimum=found.minimum,
        ),
    )
    return int(count)


def draw_act(actor: Actor, found: SeatRenewal) -> None:
    """Where the change is made, its fields filled in."""
    ids = {"account": found.account_id, "subscription": found.subscription_id}
    with st.container(horizontal=True, gap="medium"):
        if actor.may(Permission.CHANGE_SEATS) and found.chosen.refusal is None:
            navigation.link(
                _("Decide about seats"), "seats/act", icon=":material/gavel:", **ids, seats=found.chosen.seats
            )
        if actor.may(Permission.CHANGE_SUBSCRIPTIONS) and found.chosen.refusal is None:
            navigation.link(
                _("Schedule {n} seats at the renewal", n=found.chosen.seats),
                "sales/change",
                icon=":material/tune:",
                **ids,
                seats=found.chosen.seats,
                timing=Timing.RENEWAL.value,
            )
        navigation.link(_("Waste"), "seats/waste", icon=":material/savings:", account=found.account_id)


def draw_history(title: str, history: SeatMonths, *, key: str) -> None:
    """Seats bought, assigned and in use, month by month."""
    series = [
        Series("seats_bought", _("Bought"), history.bought),
        Series("seats_assigned", _("Assigned"), history.assigned),
        Series("seats_active", _("In use"), history.in_use),
    ]
    months_chart(
        title,
        history.months,
        series,
        key=key,
        empty=_("Nothing was bought in these months."),
        unit=_("seats"),
    )
    missing = history.in_use.count(None)
    if missing and any(history.bought):
        said = words().tn(
            "{n} month has no line of use: no feed that names users covers it.",
            "{n} months have no line of use: no feed that names users covers them.",
            missing,
        )
        st.caption(plain(said))
    told = _(
        "At the end of each month. Bought and assigned: from what happened to subscriptions and seats; in use: "
        "assigned seats used lately, as the product's days say, as of the last count."
    )
    st.caption(plain(told))


def draw_shares(found: SeatRenewal) -> None:
    """What the seats bought are today."""
    names = {
        Share.USED: _("Used"),
        Share.IDLE: _("Idle"),
        Share.EXCLUDED: _("Never called idle"),
        Share.NO_EVIDENCE: _("No evidence"),
        Share.FREE: _("Free"),
    }
    parts = [f"{names[share]}: {words().number(found.shares[share])}" for share in Share]
    st.caption(plain(_("{n} seats bought", n=found.seats) + " · " + " · ".join(parts)))
