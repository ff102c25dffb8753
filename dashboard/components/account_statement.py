"""A statement of account on a page: its period and language, the paper, its file."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import errors
from dashboard.components.columns import Column, Kind
from dashboard.components.documents import draw_paper
from dashboard.components.filters import choice, day_choice
from dashboard.components.tables import table
from dashboard.day import today
from dashboard.words import _, words
from data.period import months_after
from services.commands.account_statements import mail_statement
from services.documents.statement import StatementFacts, described, statement_sheet
from services.permissions import Actor, Permission
from services.queries.account_statement import (
    StatementRequest,
    account_statement,
    file_name,
    statement_pages,
    statement_pdf,
)

_LANGUAGES = {"en": "English", "es": "Español"}


def asked(account_id: int, language: str) -> StatementRequest:
    """The period and language, which also stand in the URL; this month and the two before it unless chosen."""
    first = months_after(today().replace(day=1), -2)
    own = language if language in _LANGUAGES else "en"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        from_on = day_choice("first", _("From"), first)
        to_on = day_choice("last", _("To (day)"), today())
        names = {own: _LANGUAGES[own]} | _LANGUAGES
        chosen = choice("paper", _("Language"), names, shape="segments")
    return StatementRequest(account_id, from_on, to_on, chosen)


def draw_statement(actor: Actor, request: StatementRequest) -> None:
    """The paper as the customer gets it, its file, and its entries as a table."""
    with errors.shown() as outcome:
        facts = account_statement(actor, request, today=today())
    if not outcome.ok:
        return
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            _("Download PDF"),
            data=lambda: statement_pdf(actor, request, today=today()).content,
            file_name=file_name(facts),
            mime="application/pdf",
            key="statement_pdf",
            type="primary",
            icon=":material/download:",
            on_click="ignore",
        )
        if actor.may(Permission.RESEND_MAILS):
            _draw_mail(actor, request)
        entries = st.popover(_("Entries as a table"), icon=":material/table_view:", key="entries", on_change="rerun")
    if entries.open:
        with entries:
            _draw_entries(facts)
    draw_paper(statement_pages(statement_sheet(facts)), _("Statement of account"))


def _draw_mail(actor: Actor, request: StatementRequest) -> None:
    told = _("Mailed as a PDF in the account's language to those who get its invoices; once a day and period.")
    if not st.button(_("Mail statement"), key="mail_statement", icon=":material/outgoing_mail:", help=told):
        return
    with errors.shown() as outcome:
        is_new = mail_statement(actor, request, today=today())
    if outcome.ok and is_new:
        st.toast(_("The statement was queued: it stands in the outbox."), icon=":material/task_alt:")
    elif outcome.ok:
        st.toast(_("This statement was mailed today already: nothing was sent."), icon=":material/info:")


def _draw_entries(facts: StatementFacts) -> None:
    rows = [
        (one.day, described(one, words()), one.due_on, one.amount.minor or None, one.balance.minor,
         one.amount.currency)
        for one in facts.entries
    ]  # fmt: skip
    names = ["day", "what", "due_on", "amount_minor", "balance_minor", "currency"]
    table(
        pd.DataFrame(rows, columns=names, dtype=object),
        [
            Column("day", _("Date"), Kind.DAY),
            Column("what", _("Description")),
            Column("due_on", _("Due date"), Kind.DAY),
            Column("amount_minor", _("Amount"), Kind.MONEY, is_summed=True),
            Column("balance_minor", _("Balance"), Kind.MONEY),
        ],
        key="statement_entries",
        name=_("Statement of account"),
        empty=_("Nothing was booked in this period."),
        download="statement",
    )
