"""Outgoing mails: what was sent, waits, failed or is kept; one mail as its reader gets it, and sending it again."""

from typing import Any

import streamlit as st

from dashboard import errors, navigation, sign_in, state
from dashboard.components.columns import Column, Kind
from dashboard.components.downloads import Whole, paged
from dashboard.components.filters import search_field
from dashboard.components.headers import header
from dashboard.components.mail_preview import mail_preview
from dashboard.components.pagers import asked_slice, first_page, pager
from dashboard.components.tables import Detail, table
from dashboard.components.text import plain
from dashboard.words import _, words
from services.commands.outbox import RETRIABLE, retry_mail
from services.permissions import Actor, Permission
from services.queries.outbox import MailCard, attachment_of, list_mails, read_mail
from services.words.labels import enum_words


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    if navigation.has_id("mail"):
        _draw_mail(actor, read_mail(actor, navigation.asked_id("mail")))
        return
    header(_("Outbox"), context=(_("Mails to customers, newest first"), _("times in UTC")))
    status, search, account_id = _draw_filters()
    asked = asked_slice()
    wanted: dict[str, Any] = {"status": status, "search": search, "account_id": account_id}
    listed = list_mails(actor, **wanted, limit=asked.limit, offset=asked.offset)
    table(
        listed.frame,
        [
            Column("created_at", _("Written"), Kind.INSTANT, width=140),
            Column("status", _("Status"), Kind.STATUS, names=enum_words("MailStatus", words()), width=100),
            Column("subject", _("Subject"), width=290),
            Column("account", _("Account"), width=170),
            Column("recipients", _("To"), width=170),
            Column("error", _("What the mail server said"), width=260),
        ],
        key="mails",
        name=_("Outgoing mails"),
        empty=_("No mail here. Mails are written when an order is placed, an invoice issued or a seat assigned."),
        detail=Detail("billing/outbox", {"mail": "mail_id"}),
        download="mails",
        whole=_whole(actor, wanted, listed.total),
    )
    pager(listed.total, asked)


def _whole(actor: Actor, wanted: dict[str, Any], total: int) -> Whole:
    """All mails that match, for the files."""
    return paged(
        lambda limit, offset: list_mails(actor, **wanted, limit=limit, offset=offset).frame,
        total,
        of=(actor, wanted),
        key=("mail_id",),
    )


def _draw_filters() -> tuple[str, str, int | None]:
    names = enum_words("MailStatus", words())
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        search = search_field(_("Name, code, VAT number or contact"), label=_("Search account"))
        status = st.segmented_control(
            _("Status"),
            ["", *names],
            default="",
            required=True,
            format_func=lambda code: names.get(code, _("All mails")),
            key="status",
            bind="query-params",
            on_change=first_page,
        )
    account_id = navigation.asked_id("account") if navigation.has_id("account") else None
    return str(status or ""), search, account_id


def _draw_mail(actor: Actor, mail: MailCard) -> None:
    names = enum_words("MailStatus", words())
    may_retry = mail.status in RETRIABLE and actor.may(Permission.RESEND_MAILS)
    retry = header(
        mail.subject or enum_words("MailKind", words()).get(mail.kind, _("Mail")),
        context=(_("Mail"), mail.account, words().instant(mail.created_at) + " UTC"),
        status=(mail.status, names.get(mail.status, mail.status)),
        button=_("Send again") if may_retry else None,
        key="retry",
        icon=":material/send:",
    )
    navigation.link(_("All mails"), "billing/outbox", icon=":material/arrow_back:")
    if retry:
        with errors.shown() as outcome:
            retry_mail(actor, mail.mail_id)
        if outcome.ok:
            state.flash(plain(_("The mail waits to be sent again.")))
            st.rerun()
    if mail.error:
        st.warning(plain(_("The mail server said: {words}", words=mail.error)), icon=":material/report:")
    body, about = st.columns([3, 2], gap="large")
    with body:
        _draw_body(mail)
    with about:
        _draw_facts(mail)
        _draw_attachments(actor, mail)


def _draw_body(mail: MailCard) -> None:
    if mail.fault:
        st.error(plain(_("This mail cannot be written: {fault}", fault=mail.fault)), icon=":material/error:")
        return
    designed, text = st.tabs([_("As it is read"), _("As text")])
    with designed:
        mail_preview(mail.html, name=mail.subject)
    with text:
        st.text(mail.text)


def _draw_facts(mail: MailCard) -> None:
    facts = [
        (_("From"), plain(mail.sender)),
        (_("To"), plain(", ".join(mail.recipients))),
        (_("Copy"), plain(", ".join(mail.copies))),
        (_("Sent"), words().instant(mail.sent_at) + " UTC" if mail.sent_at else ""),
        (_("Tries"), words().number(mail.tries) if mail.tries else ""),
        (_("Next try"), words().instant(mail.next_try_at) + " UTC" if mail.status == "queued" and mail.tries else ""),
    ]
    with st.container(border=True):
        for label, value in facts:
            if value:
                st.markdown(f":gray[{plain(label)}]  \n{value}")


def _draw_attachments(actor: Actor, mail: MailCard) -> None:
    for position, name in enumerate(mail.attachments):
        st.download_button(
            plain(name),
            # rendered when it is clicked
            data=lambda position=position: attachment_of(actor, mail.mail_id, position).content,
            file_name=name,
            mime="application/pdf",
            key=f"attachment:{position}",
            icon=":material/picture_as_pdf:",
            on_click="ignore",
        )


run()
