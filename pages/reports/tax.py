"""Tax: the book of a period by rate, the EC sales list, OSS by country, VAT numbers to confirm."""

import streamlit as st

from dashboard import sign_in
from dashboard.cache import read
from dashboard.components import tax_reports
from dashboard.components.empty import empty
from dashboard.components.headers import header
from dashboard.components.tax_filters import BOOK, EC_SALES, period_name, tax_filters
from dashboard.words import _
from services.queries.tax_book import tax_sellers


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    sellers = read(tax_sellers, actor)
    head = st.container()
    if not sellers:
        with head:
            header(_("Taxes"))
        empty(_("No document has been issued yet. The first invoice opens the tax book."))
        return
    asked = tax_filters(sellers)
    period = asked.period
    with head:
        context = (asked.seller.legal_name, period_name(period) if period else "", _("by day of issue"))
        header(_("Taxes"), context=context)
    if period is None:
        tax_reports.draw_unconfirmed(actor, asked.seller)
    elif asked.view == BOOK:
        tax_reports.draw_book(actor, asked.seller, period)
    elif asked.view == EC_SALES:
        tax_reports.draw_ec_sales(actor, asked.seller, period)
    else:
        tax_reports.draw_oss(actor, asked.seller, period)


run()
