"""Dialogs that show what the customer will get: the draft invoice, the mails, a proposal that was sent."""

from datetime import date

import streamlit as st

from dashboard.components.mail_preview import mail_preview
from dashboard.components.text import plain
from dashboard.words import _
from services.permissions import Actor
from services.queries.order_papers import MailDraft, draft_pages, mail_drafts, proposal_pages
from services.rules.order_request import OrderRequest


def show_draft(actor: Actor, request: OrderRequest, today: date) -> None:
    """The draft invoice."""
    _show_pages(_("Draft invoice"), draft_pages(actor, request, today=today))


def show_proposal(actor: Actor, account_id: int, proposal_id: int) -> None:
    """A proposal as it was mailed."""
    _show_pages(_("Proposal"), proposal_pages(actor, account_id, proposal_id))


def show_mails(actor: Actor, request: OrderRequest, today: date) -> None:
    """The mails that the order will send, word for word; numbers are given when it is placed."""
    drafts = mail_drafts(actor, request, today=today)

    def draw() -> None:
        for draft, tab in zip(drafts, st.tabs([plain(draft.subject) for draft in drafts]), strict=True):
            with tab:
                _draw_mail(draft)

    st.dialog(_("Mails to the customer"), width="large")(draw)()


def _show_pages(title: str, pages: tuple[bytes, ...]) -> None:
    def draw() -> None:
        for number, page in enumerate(pages, start=1):
            st.image(page, width="stretch", alt=f"{title} {number}")

    st.dialog(title, width="large")(draw)()


def _draw_mail(draft: MailDraft) -> None:
    rows = [(_("To"), ", ".join(draft.recipients)), (_("Copy"), ", ".join(draft.copies))]
    rows += [(_("Attached"), ", ".join(draft.attachments)), (_("Subject"), draft.subject)]
    st.caption("  \n".join(f"{plain(name)}: {plain(text)}" for name, text in rows if text))
    mail_preview(draft.html, name=draft.subject)
