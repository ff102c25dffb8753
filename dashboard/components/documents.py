"""Invoices and credit notes on a page: their words, the columns of their list, the paper itself."""

from collections.abc import Sequence

import streamlit as st

from dashboard.components.columns import Column, Kind
from dashboard.words import _
from services.words.i18n import N_

STATUSES = {
    "to_pay": N_("to pay"),
    "overdue": N_("overdue"),
    "disputed": N_("disputed"),
    "paid": N_("paid"),
    "credited": N_("credited"),
    "issued": N_("credit note"),
}
PAPER_WIDTH = 760  # pixels


def statuses() -> dict[str, str]:
    """The words of a document's status, by its code."""
    return {code: _(word) for code, word in STATUSES.items()}


def columns(*, with_account: bool = True) -> list[Column]:
    """The columns of a list of documents (see `services.queries.invoices.InvoicePage`)."""
    account = [Column("account", _("Account"))] if with_account else []
    return [
        Column("number", _("Number"), width=148),
        Column("status", _("Status"), Kind.STATUS, names=statuses(), width=132),
        *account,
        Column("issued_on", _("Issued on"), Kind.DAY, width=98),
        Column("due_on", _("Due date"), Kind.DAY, width=98),
        Column("total_minor", _("Total"), Kind.MONEY, help=_("With tax. Credit notes are negative."), is_summed=True),
        Column(
            "open_minor",
            _("To pay"),
            Kind.MONEY,
            help=_("What is left of the total to be paid."),
            is_summed=True,
            width=122,
        ),
    ]


def draw_paper(pages: Sequence[bytes], name: str) -> None:
    """The pages of a document as images, one below the other; `name` is what they are called to a screen reader."""
    for number, page in enumerate(pages, start=1):
        # a width given to the image itself would have it made again, smaller, at each rerun
        with st.container(border=True, width=PAPER_WIDTH):
            st.image(page, width="stretch", alt=_("{name}, page {number}", name=name, number=str(number)))
