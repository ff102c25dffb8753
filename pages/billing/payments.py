"""Payments: searched, filtered, a page at a time; a click opens one, a button records the next."""

import streamlit as st

from dashboard import navigation, sign_in
from dashboard.components import payments
from dashboard.components.filters import choice, search_field
from dashboard.components.headers import header
from dashboard.components.pagers import asked_slice, first_page, pager
from dashboard.components.tables import Detail, table
from dashboard.words import _
from services.permissions import Permission
from services.queries.payment_list import PaymentFilter, list_payments


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    may_record = actor.may(Permission.RECORD_PAYMENTS)
    clicked = header(
        _("Payments"),
        context=(_("Money received and refunded, the latest first"),),
        button=_("Record payment") if may_record else None,
        key="record_payment",
        icon=":material/add:",
    )
    if clicked:
        navigation.go("billing/record_payment")
    wanted, asked = _asked(), asked_slice()
    listed = list_payments(actor, wanted, limit=asked.limit, offset=asked.offset)
    table(
        payments.worded(listed.frame),
        payments.columns(),
        key="payments",
        name=_("Payments"),
        empty=_("No payment matches. Clear the filter, or record one."),
        detail=Detail("billing/payment", {"account": "account_id", "payment": "payment_id"}),
        download="payments",
        whole=payments.all_of(actor, wanted, listed),
    )
    pager(listed.total, asked)


def _asked() -> PaymentFilter:
    """The filter, which also stands in the URL."""
    names = {"": _("All"), "received": _("Received"), "balance": _("With balance left"), "refund": _("Refunds")}
    names["reversed"] = _("Taken back")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        text = search_field(_("Account, reference or invoice number"), width=300)
        status = choice("status", _("Status"), names, shape="segments", on_change=first_page)
    return PaymentFilter(text, status)


run()
