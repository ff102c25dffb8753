"""The seats behind the waste: by use, product, cost centre and manager, each with its evidence or its rule."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from dashboard.components.columns import Column, Kind
from dashboard.components.downloads import paged
from dashboard.components.filters import choice
from dashboard.components.pagers import asked_slice, first_page, pager
from dashboard.components.tables import Detail, table
from dashboard.components.text import plain
from dashboard.components.use_tables import never, never_told, why
from dashboard.words import _
from services.permissions import Actor
from services.queries.waste import AccountWaste
from services.queries.waste_seats import SeatFilter, waste_seats
from services.rules.usage import SeatUse

_ALL, _NONE = "", "-"


def draw_waste_seats(actor: Actor, waste: AccountWaste) -> None:
    """The filters, the page of seats they leave, and all of them as a file with totals."""
    wanted = _chosen(waste)
    asked = asked_slice()
    listed = waste_seats(actor, waste.account_id, wanted, today=waste.today, limit=asked.limit, offset=asked.offset)

    def every(limit: int, offset: int) -> pd.DataFrame:
        page = waste_seats(actor, waste.account_id, wanted, today=waste.today, limit=limit, offset=offset)
        return _worded(page.frame, waste)

    table(
        _worded(listed.frame, waste),
        _columns(waste, wanted),
        key=f"waste_seats_{wanted.use.value}",
        name=_("Seats and their use"),
        empty=_("No seat matches. Choose another use, product, cost centre or manager."),
        detail=Detail("seats/person_use", {"account": "account_id", "user": "user_id"}),
        download=f"seats-{wanted.use.value.replace('_', '-')}",
        whole=paged(every, listed.total, of=(actor, waste.account_id, wanted, waste.today), key=("user_id", "product")),
    )
    pager(listed.total, asked)
    if listed.total:
        st.caption(plain(_("Opening a person's row is written down: who looked, at whom, and when.")))


def _chosen(waste: AccountWaste) -> SeatFilter:
    uses = {
        SeatUse.IDLE.value: _("Idle"),
        SeatUse.EXCLUDED.value: _("Never called idle"),
        SeatUse.NO_EVIDENCE.value: _("No evidence"),
        SeatUse.USED.value: _("Used"),
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        use = choice("use", _("Use"), uses, shape="segments", on_change=first_page)
        wanted = SeatFilter(SeatUse(use))
        products = {one.product: one.product_name for one in waste.subscriptions}
        product = choice("product", _("Product"), {_ALL: _("All products")} | products, width=180, on_change=first_page)
        if product:
            wanted = replace(wanted, product=product)
        for name, heading, all_of in (
            ("cost_centre", _("Cost centre"), _("All cost centres")),
            ("manager", _("Manager"), _("All managers")),
        ):
            values = sorted(part.value for part in waste.by.get(name, ()))
            if use != SeatUse.IDLE.value or len(values) < 2:
                continue
            options = {_ALL: all_of} | {value or _NONE: value or _("Not given") for value in values}
            chosen = choice(name, heading, options, width=180, on_change=first_page)
            if chosen:
                value = "" if chosen == _NONE else chosen
                is_centre = name == "cost_centre"
                wanted = replace(wanted, cost_centre=value) if is_centre else replace(wanted, manager=value)
    return wanted


def _worded(frame: pd.DataFrame, waste: AccountWaste) -> pd.DataFrame:
    rows = [row for _n, row in frame.iterrows()]
    return frame.assign(
        why=[why(row) + (f": {row['exclusion_reason']}" if row["why"] == "excluded_user" and row["exclusion_reason"]
             else "") for row in rows],
        never=[never(row) for row in rows],
        account_id=waste.account_id,
    )  # fmt: skip


def _columns(waste: AccountWaste, wanted: SeatFilter) -> list[Column]:
    is_idle = wanted.use is SeatUse.IDLE
    person = (
        [Column("person", _("Person"), width=90)] if waste.hides_names else [Column("person", _("Name"), width=105)]
    )
    rule = _("Rule") if wanted.use is SeatUse.EXCLUDED else _("Evidence")
    manager = [] if waste.hides_names else [Column("manager", _("Manager"), width=84)]
    so_far = [Column("so_far_minor", _("So far"), Kind.MONEY, is_summed=True, width=76)] if is_idle else []
    return [
        *person,
        Column("product", _("Product"), width=114),
        Column("last_seen_on", _("Last seen"), Kind.DAY, width=88, help=never_told(), absent="never"),
        Column("why", rule, width=150 if is_idle else 230),
        Column("held_since", _("Seat since"), Kind.DAY, width=98),
        Column("cost_centre", _("Cost centre"), width=98),
        *manager,
        Column("month_minor", _("A month"), Kind.MONEY, is_summed=True, width=72, help=_month_told()),
        *so_far,
    ]


def _month_told() -> str:
    return _("What the seat costs a month at the price really paid, net.")
