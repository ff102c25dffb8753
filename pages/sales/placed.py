"""The result of an order: what runs now, its papers and mails, and the way to assigning the seats."""

import streamlit as st

from dashboard import navigation, sign_in
from dashboard.components.badges import badge, badge_text
from dashboard.components.headers import header
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.ordered_lines import interval_words, plan_words, seats_words, when_words
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services.permissions import Actor, Permission
from services.queries.invoice_card import paper, paper_pages
from services.queries.order_papers import QueuedMail, mails_of_order
from services.queries.orders import OrderCard, OrderedLine, order_card
from services.words.i18n import N_
from services.words.labels import enum_words

DOCUMENTS = {"invoice": N_("Invoice"), "credit_note": N_("Credit note")}


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    account_id = navigation.asked_id("account")
    order = order_card(actor, account_id, navigation.asked_id("order"))
    day = words().day(order.placed_on)
    assign = header(
        _("Order placed"),
        context=(order.account, order.number, day, order.ordered_by and _("ordered by {name}", name=order.ordered_by)),
        status=("placed", _("placed")),
        button=_("Assign seats") if actor.may(Permission.CHANGE_SEATS) else None,
        icon=":material/event_seat:",
    )
    if assign:
        first = next((line for line in order.lines if line.period.start <= today()), order.lines[0])
        navigation.go("seats/assign", account=account_id, subscription=first.subscription_id)
    _draw_figures(order)
    main, side = st.columns([3, 2], gap="large")
    with main:
        st.subheader(_("Subscriptions and trials"), anchor=False)
        for line in order.lines:
            _draw_line(line)
        st.subheader(_("Mails"), anchor=False)
        for mail in mails_of_order(actor, account_id, order.order_id):
            _draw_mail(actor, mail)
    with side:
        for document_id, kind, number, _total in order.documents:
            _draw_document(actor, account_id, document_id, f"{_(DOCUMENTS.get(kind, kind))} {number}")
        with st.container(horizontal=True):
            navigation.link(_("Account"), "sales/account", icon=":material/domain:", account=account_id)
            navigation.link(_("Add new subscription"), "sales/subscribe", icon=":material/add:", account=account_id)


def _draw_figures(order: OrderCard) -> None:
    if not order.documents:
        told = _("The trial has started. Nothing is charged, and no invoice is issued.")
        if any(line.timing == "renewal" for line in order.lines):
            told = _("The change waits for the renewal. Nothing is charged today, and no invoice is issued.")
        elif any(line.kind != "trial" for line in order.lines):
            told = _("Nothing is charged, and no invoice is issued.")
        st.success(told, icon=":material/task_alt:")
        return
    key_figures(
        [
            Figure(_("Subtotal"), words().money(order.subtotal), _("Charges less credits, before tax.")),
            Figure(_("Tax"), words().money(order.tax), _("Tax of the invoice less tax of the credit note.")),
            Figure(_("Total due"), words().money(order.total), _("What the customer pays for this order.")),
        ]
    )


def _draw_line(line: OrderedLine) -> None:
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{plain(line.product)} – {plain(plan_words(line))}**", width="content")
            badge(line.status, enum_words("Status", words()).get(line.status, line.status))
        is_now = line.period.start <= today()
        access = _("Instant access: it can be used now.") if is_now else _("Access from {day}.", day=line.period.start)
        st.markdown(plain(" · ".join(when_words(line)) if line.timing else access))
        seats = words().tn("{n} seat", "{n} seats", line.seats)
        parts = [line.reference, _("seats: {seats}", seats=seats_words(line)) if line.timing else seats]
        parts.append(words().period(line.period))
        if line.kind != "trial":
            parts.insert(2, interval_words(line))
            parts.append(_("billing date {day}", day=line.period.start))
            parts.append(_("renews on {day}", day=words().day_long(line.period.end)))
        st.caption(plain(" · ".join(parts)))


def _draw_mail(actor: Actor, mail: QueuedMail) -> None:
    names = enum_words("MailStatus", words())
    kind = enum_words("MailKind", words()).get(mail.kind, mail.kind)
    copies = _("copy to {addresses}", addresses=", ".join(mail.copies)) if mail.copies else ""
    told = " · ".join(part for part in (", ".join(mail.recipients), copies) if part)
    state_word = badge_text(mail.status, names.get(mail.status, mail.status))
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"{state_word} **{plain(kind)}**  \n:small[{plain(told)}]", width="stretch")
        if actor.may(Permission.SEE_OUTBOX):
            navigation.link(_("Read"), "billing/outbox", icon=":material/mail:", mail=mail.mail_id)


def _draw_document(actor: Actor, account_id: int, document_id: int, title: str) -> None:
    if not actor.may(Permission.SEE_INVOICES):
        return
    with st.container(border=True, gap="small"):
        st.markdown(f"**{plain(title)}**")
        st.image(list(paper_pages(actor, account_id, document_id))[:1], width="stretch", alt=title)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.download_button(
                _("PDF"),
                data=lambda: paper(actor, account_id, document_id).content,
                file_name=f"{title.rpartition(' ')[2]}.pdf",
                mime="application/pdf",
                icon=":material/download:",
                key=f"pdf_{document_id}",
                on_click="ignore",
            )
            ids = {"account": account_id, "document": document_id}
            navigation.link(_("Open"), "billing/invoice", icon=":material/open_in_new:", **ids)


run()
