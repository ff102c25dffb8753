"""Invoices and credit notes: searched, filtered, a page at a time; a click opens one."""

import streamlit as st

from dashboard import sign_in
from dashboard.cache import read
from dashboard.components import documents
from dashboard.components.downloads import Whole, paged
from dashboard.components.filters import choice, search_field
from dashboard.components.headers import header
from dashboard.components.pagers import asked_slice, first_page, pager
from dashboard.components.tables import Detail, table
from dashboard.day import today
from dashboard.words import _
from services.permissions import Actor
from services.queries.invoices import MOST_COUNTED, InvoiceFilter, InvoicePage, invoice_choices, list_invoices


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
        whole=_whole(actor, wanted, listed),
    )
    pager(listed.total, asked)
    if listed.total == MOST_COUNTED:
        st.caption(_("Only the first {n} documents are listed; the download has all.", n=MOST_COUNTED))


def _whole(actor: Actor, wanted: InvoiceFilter, listed: InvoicePage) -> Whole:
    """All documents that match, for the files, and their totals."""
    day = today()
    return paged(
        lambda limit, offset: list_invoices(actor, wanted, limit=limit, offset=offset, today=day).frame,
        listed.total,
        of=(actor, wanted),
        key=("document_id",),
        sums=listed.sums,
    )


def _asked(actor: Actor) -> InvoiceFilter:
    """The filter, which also stands in the URL."""
    choices = read(invoice_choices, actor)
    words_of = {"": _("All"), **documents.statuses(), "issued": _("Credit notes")}
    names = {code: word.capitalize() for code, word in words_of.items()}
    months = {"": _("Any month"), **{str(month): f"{month % 100:02d}/{month // 100}" for month in choices.months}}
    currencies = {"": _("All"), **{code: code for code in choices.currencies}}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        text = search_field(_("Number or account"), width=240)
        status = choice("status", _("Status"), names, shape="segments", on_change=first_page)
        month = choice("month", _("Issued in"), months, width=132, on_change=first_page)
        currency = choice("currency", _("Currency"), currencies, width=110, on_change=first_page)
    return InvoiceFilter(text, status, int(month) if month else None, currency)


run()
