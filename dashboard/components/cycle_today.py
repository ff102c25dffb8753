"""Where cycles stand today: running, held and parked, and what the last nights did."""

import pandas as pd
import streamlit as st

from dashboard import navigation
from dashboard.components.billing_runs import nights_table, parked_table
from dashboard.components.columns import Column, Kind
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.tables import Detail, table
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services.permissions import Actor, Permission
from services.queries.billing import billing_state, list_nights
from services.queries.cycle_state import CycleState, cycle_state
from services.rules.report_filters import ReportFilters
from services.words.billing_texts import GUARDS
from services.words.cycle_texts import RUNNING

_NIGHTS = 14


def draw_today(actor: Actor, wanted: ReportFilters) -> None:
    """Figures first, then what each is made of."""
    found = cycle_state(actor, wanted)
    _draw_figures(found)
    _draw_running(found)
    if not found.held.empty:
        st.subheader(plain(_("Held documents")), anchor=False)
        _held_table(found.held)
    if not found.parked.empty:
        st.subheader(plain(_("Parked accounts")), anchor=False)
        parked_table(found.parked)
    if actor.may(Permission.SEE_BILLING):
        _draw_nights(actor)


def _draw_figures(found: CycleState) -> None:
    count = words().number
    running = sum(one.count for one in found.running if one.kind != "scheduled")
    key_figures(
        [
            Figure(_("Cycles running"), count(running), _("Paid subscriptions, those that end included.")),
            Figure(_("Trials running"), count(found.trials), _("Trials in their days: free, so they bill nothing.")),
            Figure(
                _("Held documents"),
                count(len(found.held)),
                _("Invoices of the night that a guard holds until somebody in finance has looked at them."),
            ),
            Figure(_("Parked accounts"), count(len(found.parked)), _("Set aside with a reason, tried each night.")),
        ]
    )


def _draw_running(found: CycleState) -> None:
    frame = pd.DataFrame(
        {
            "kind": [_(RUNNING[one.kind]) for one in found.running],
            "count": [one.count for one in found.running],
            "amount_minor": [one.amount.minor for one in found.running],
            "currency": [one.amount.currency for one in found.running],
        },
        dtype=object,
    )
    columns = [
        Column("kind", _("Cycles"), width=260),
        Column("count", _("Subscriptions"), Kind.NUMBER, is_summed=True, width=140),
        Column(
            "amount_minor", _("Full periods, before tax"), Kind.MONEY, is_summed=True, width=220,
            help=_("One full period of each, whatever its length: monthly, quarterly and annual ones together."),
        ),
    ]  # fmt: skip
    table(
        frame, columns, key="running", name=_("Cycles running"), download="cycles-running",
        empty=_("No paid subscription runs."),
    )  # fmt: skip


def _held_table(frame: pd.DataFrame) -> None:
    table(
        frame.assign(why=[_(GUARDS[guard]) for guard in frame["guard"]]),
        [
            Column("account", _("Account"), width=220),
            Column("held_on", _("Since"), Kind.DAY, width=110),
            Column("why", _("Why it is held"), width=420),
            Column("total_minor", _("Total"), Kind.MONEY, is_summed=True, width=140),
        ],
        key="cycles_held",
        name=_("Held documents"),
        empty="",
        detail=Detail("sales/account", {"account": "account_id"}),
        download="held-documents",
    )


def _draw_nights(actor: Actor) -> None:
    state = billing_state(actor, today())
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.subheader(plain(_("The last nights")), anchor=False, width="content")
        with st.container(width="content"):
            navigation.link(_("Billing runs"), "billing/nights", icon=":material/nights_stay:")
    if state.missing:
        text = words().tn(
            "{n} night up to today has not run. The next run catches it up.",
            "{n} nights up to today have not run. The next run catches them up.",
            state.missing,
        )
        st.warning(plain(text), icon=":material/schedule:")
    nights_table(list_nights(actor).head(_NIGHTS))
