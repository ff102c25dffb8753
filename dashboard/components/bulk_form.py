"""Which subscriptions a bulk change is about, and what is done to each of them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.components.columns import Column, Kind, config, shown
from dashboard.components.empty import empty
from dashboard.components.filters import choice
from dashboard.components.text import plain
from dashboard.words import _, words
from data.period import Interval, months_after
from services.permissions import Actor
from services.queries.bulk_changes import BulkFilter, Candidates, bulk_candidates, bulk_choices
from services.rules.bulk_changes import LIMIT, BulkKind, BulkWish, SeatsBy
from services.rules.changes import Timing
from services.words.bulk import KINDS, SEATS_BY
from services.words.changes import timing_words
from services.words.labels import label

KEPT = "bulk_change:"
MONTHS = 24  # of renewals to choose from
_EVIDENCE = ("mail", "purchase_order", "call")


def draw_selection(actor: Actor, today: date) -> list[tuple[int, int]]:
    """Filters and the list; returns (account, subscription) of what is selected."""
    found = bulk_candidates(actor, _filters(actor, today))
    if found.frame.empty:
        empty(_("No running subscription matches. Take a filter away."))
        return []
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        told = _("All {n} shown", n=len(found.frame))
        takes_all = st.checkbox(told, key=f"{KEPT}all")
        if found.total > len(found.frame):
            more = _("{total} match; {limit} are shown, the next renewals first.", total=found.total, limit=LIMIT)
            st.caption(plain(more), width="content")
    chosen = _draw_list(found, takes_all=takes_all)
    return list(zip(chosen["account_id"].tolist(), chosen["subscription_id"].tolist(), strict=True))


def _filters(actor: Actor, today: date) -> BulkFilter:
    offered = bulk_choices(actor)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        product = choice("product", _("Product"), {"": _("All")} | {one.code: one.name for one in offered}, width=220)
        plans = {plan: name for one in offered if one.code == product for plan, name in one.plans}
        plan = choice("plan", _("Plan"), {"": _("All")} | plans, width=200)
        first = today.replace(day=1)
        days = [months_after(first, number) for number in range(MONTHS)]
        months = {str(day.year * 100 + day.month): f"{day.month:02d}/{day.year}" for day in days}
        month = choice("month", _("Renewal in"), {"": _("any month")} | months, width=200)
    return BulkFilter(product, plan if plan in plans else "", int(month) if month else None)


def _draw_list(found: Candidates, *, takes_all: bool) -> pd.DataFrame:
    frame = found.frame.assign(interval=[label(Interval(one), words()) for one in found.frame["interval"]])
    columns = [
        Column("account", _("Account"), width=180),
        Column("product", _("Product"), width=116),
        Column("plan", _("Plan"), width=90),
        Column("seats", _("Seats"), Kind.NUMBER, width=64),
        Column("assigned", _("Assigned"), Kind.NUMBER, width=78),
        Column("interval", _("Billing plan"), width=118),
        Column("renews_on", _("Renewal"), Kind.DAY, width=92),
        Column("reference", _("Reference"), width=156),
    ]
    cells, formats = shown(frame, columns, words(), "UTC")
    options: dict[str, Any] = {
        "column_config": {one.name: config(one, []) for one in columns},
        "hide_index": True,
        "height": 330,
    }
    styled, named = cells.style.format(formats), _("Subscriptions to choose from")
    if takes_all:
        st.dataframe(styled, key=f"{KEPT}shown", alt=named, **options)
        return found.frame
    picked = st.dataframe(
        styled, key=f"{KEPT}list", alt=named, on_select="rerun", selection_mode="multi-row", **options
    )
    return found.frame.iloc[[row for row in picked["selection"]["rows"] if row < len(found.frame)]]


def draw_wish() -> BulkWish:
    """What is done: a new price, a notice, or other seats with their timing and evidence."""
    kinds = {one: _(KINDS[one]) for one in BulkKind}
    kind = st.segmented_control(
        _("What is done"),
        list(kinds),
        default=BulkKind.NEW_PRICE,
        required=True,
        format_func=kinds.__getitem__,
        key=f"{KEPT}kind",
        wrap=True,
    )
    if kind is not BulkKind.SEATS:
        return BulkWish(kind or BulkKind.NEW_PRICE)
    with st.grid(4, min_column_width=180, gap="small"):
        by: str = st.selectbox(
            _("Seats"),
            [one.value for one in SeatsBy],
            format_func=lambda one: _(SEATS_BY[SeatsBy(one)]),
            key=f"{KEPT}seats_by",
        )
        amount = st.number_input(_("Number"), value=10, step=1, key=f"{KEPT}amount")
        timing = st.selectbox(
            _("Timing"),
            [None, *Timing],
            format_func=lambda one: timing_words(one, words()) if one else _("The default of each"),
            key=f"{KEPT}timing",
        )
        names = {"purchase_order": _("Purchase order"), "mail": _("Mail"), "call": _("Call")}
        evidence = st.selectbox(_("Evidence"), _EVIDENCE, format_func=names.__getitem__, key=f"{KEPT}evidence")
    reference = st.text_input(
        _("Evidence reference"), max_chars=200, key=f"{KEPT}reference", placeholder=_("Who asked for it, when")
    )
    accepts = st.checkbox(_("The customers accept that a new billing period begins today."), key=f"{KEPT}accepts")
    return BulkWish(
        BulkKind.SEATS,
        seats_by=SeatsBy(by),
        amount=Decimal(amount),
        timing=timing,
        evidence=evidence,
        evidence_reference=(reference or "").strip(),
        accepts_new_period=accepts,
    )
