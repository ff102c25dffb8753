"""Invoices and credit notes: searched, filtered, a page at a time; a click opens one."""

import streamlit as st

from dashboard import sign_in
from dashboard.cache import read
from dashboard.components import documents
from dashboard.components.headers import header
from dashboard.components.pagers import asked_slice, first_page, pager
from dashboard.components.tables import Detail, table
from dashboard.day import today
from dashboard.words import _
from services.permissions import Actor
from services.queries.invoices import MOST_COUNTED, InvoiceFilter, invoice_choices, list_invoices


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    header(_("Invoices"), context=(_("as of {day}", day=today()),))
    wanted = _asked(actor)
    asked = asked_slice()
    listed = list_invoices(actor, wanted, limit=asked.limit, offset=asked.offset, today=today())
    table(
        listed.frame,
        documents.columns(),
        key="invoices",
        name=_("Invoices and credit notes"),
        empty=_("No document matches. Clear a filter, or search for the account's name."),
        detail=Detail("billing/invoice", {"account": "account_id", "document": "document_id"}),
        download="invoices",
        all_rows=lambda: list_invoices(actor, wanted, limit=MOST_COUNTED, today=today()).frame,
    )
    pager(listed.total, asked)
    if listed.total == MOST_COUNTED:
        st.caption(_("Only the first {n} documents are listed. Search or filter to see others.", n=MOST_COUNTED))


def _asked(actor: Actor) -> InvoiceFilter:
    """The filter, which also stands in the URL."""
    choices = read(invoice_choices, actor)
    names = {"": _("All"), **documents.statuses(), "issued": _("Credit notes")}
    months = {str(month): f"{month % 100:02d}/{month // 100}" for month in choices.months}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        text = st.text_input(
            _("Search"),
            placeholder=_("Number or account"),
            icon=":material/search:",
            key="q",
            bind="query-params",
            on_change=first_page,
            width=240,
        )
        status = st.segmented_control(
            _("Status"),
            list(names),
            default="",
            required=True,
            format_func=lambda code: names[code].capitalize(),
            key="status",
            bind="query-params",
            on_change=first_page,
        )
        month = st.selectbox(
            _("Issued in"),
            ["", *months],
            format_func=lambda code: months.get(code, _("Any month")),
            key="month",
            bind="query-params",
            on_change=first_page,
            width=132,
        )
        currency = st.selectbox(
            _("Currency"),
            ["", *choices.currencies],
            format_func=lambda code: code or _("All"),
            key="currency",
            bind="query-params",
            on_change=first_page,
            width=110,
        )
    return InvoiceFilter(text or "", status or "", int(month) if month else None, currency or "")


run()
