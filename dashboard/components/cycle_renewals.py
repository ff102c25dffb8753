"""Upcoming renewals of twelve months: searched, filtered, sorted, a page at a time."""

import streamlit as st

from dashboard.components.filters import choice, search_field
from dashboard.components.pagers import asked_slice, first_page, pager
from dashboard.components.renewal_table import renewal_table
from dashboard.components.text import plain
from dashboard.words import _
from services.permissions import Actor
from services.queries.renewals import RenewalFilter, renewals
from services.rules.report_filters import ReportFilters
from services.words.cycle_texts import CHANGES, PO_STATES, RENEWS


def draw_renewals(actor: Actor, wanted: ReportFilters) -> None:
    """The list with its own filters, which also stand in the URL."""
    only, asked = _asked(), asked_slice()
    listed = renewals(actor, wanted, only, limit=asked.limit, offset=asked.offset)
    renewal_table(
        listed.frame,
        key="renewals",
        name=_("Upcoming renewals"),
        empty=_("No renewal within twelve months matches. Clear the filters."),
        download="renewals",
        count=listed.total,
        of=(actor, wanted, only),
        page=lambda limit, offset: renewals(actor, wanted, only, limit=limit, offset=offset).frame,
    )
    pager(listed.total, asked)
    st.caption(
        plain(
            _(
                "The next boundary of each subscription within twelve months, what is overdue first. Amounts are "
                "before tax, as the night bills them; the order by amount takes what each comes to as it runs today."
            )
        )
    )


def _asked() -> RenewalFilter:
    every = {"": _("All")}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        text = search_field(_("Account or subscription"), width=200)
        renews = choice(
            "renews", _("Goes on"), every | {code: _(text) for code, text in RENEWS.items()}, width=120,
            on_change=first_page,
        )  # fmt: skip
        change = choice(
            "change", _("What changes"), every | {code: _(text) for code, text in CHANGES.items()}, width=130,
            on_change=first_page,
        )  # fmt: skip
        po = choice(
            "po", _("Purchase order"), every | {code: _(text) for code, text in PO_STATES.items()}, width=150,
            on_change=first_page,
        )  # fmt: skip
        orders = {"day": _("Earliest day"), "amount": _("Largest amount")}
        order = choice("order", _("Sorted by"), orders, width=160, on_change=first_page)
    return RenewalFilter(text, renews, change, po, order)
