"""The life of a document on its page: what happened, the earliest first, and its entries in the ledger."""

import streamlit as st

from dashboard import navigation
from dashboard.components.columns import Column, Kind
from dashboard.components.tables import table
from dashboard.components.text import plain
from dashboard.words import _, words
from services.queries.invoice_life import InvoiceLife, LifeEvent
from services.words.i18n import N_

_TOLD = {
    "ordered": N_("Ordered"),
    "issued": N_("Issued"),
    "taken_over": N_("Taken over"),
    "set_off": N_("Set off"),
    "balance_left": N_("Became balance"),
    "paid": N_("Paid"),
    "balance_used": N_("Paid from balance"),
    "paid_back": N_("Payment taken back"),
    "disputed": N_("Disputed"),
    "settled": N_("Dispute ended"),
    "written_off": N_("Written off"),
    "write_off_reversed": N_("Write-off taken back"),
}
_ICONS = {
    "ordered": "receipt",
    "issued": "receipt_long",
    "taken_over": "move_to_inbox",
    "set_off": "undo",
    "balance_left": "savings",
    "paid": "payments",
    "balance_used": "savings",
    "paid_back": "keyboard_return",
    "disputed": "gavel",
    "settled": "handshake",
    "written_off": "money_off",
    "write_off_reversed": "undo",
}
LEDGER_ACCOUNTS = {
    "receivables": N_("Receivables"),
    "cash": N_("Cash"),
    "revenue": N_("Revenue"),
    "deferred_revenue": N_("Deferred revenue"),
    "tax_payable": N_("Tax payable"),
    "customer_credit": N_("Customer credit"),
    "write_offs": N_("Write-offs"),
    "opening_balances": N_("Opening balances"),
}


def draw_life(life: InvoiceLife) -> None:
    """What happened to the document, the earliest first."""
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{plain(_('From order to payment'))}**")
        for event in life.events:
            _draw_event(event)


def _draw_event(event: LifeEvent) -> None:
    told = words()
    with st.container(gap=None):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            icon, told_kind = _ICONS[event.kind], plain(_(_TOLD[event.kind]))
            said = f":gray[{plain(told.day(event.on))} :material/{icon}:] {told_kind}"
            st.markdown(said, width="content")
            if event.amount is not None:
                st.markdown(plain(told.money(event.amount)), width="content")
        if event.page:
            navigation.link(event.name or _("Open it"), event.page, **dict[str, object](event.ids), icon=None)
        if event.note:
            st.caption(plain(event.note))


def draw_ledger(life: InvoiceLife) -> None:
    """The document's entries in the ledger; debit and credit come to the same."""
    frame = life.ledger
    st.markdown(f"**{plain(_('Ledger entries'))}**")
    frame["account"] = [_(LEDGER_ACCOUNTS.get(code, code)) for code in frame["ledger_account"]]
    table(
        frame,
        [
            Column("account", _("Ledger account"), width=170),
            Column("posted_on", _("Posted on"), Kind.DAY, width=110),
            Column("debit_minor", _("Debit"), Kind.MONEY, is_summed=True),
            Column("credit_minor", _("Credit"), Kind.MONEY, is_summed=True),
        ],
        key="ledger",
        name=_("Ledger entries"),
        empty=_("Nothing was posted."),
    )
