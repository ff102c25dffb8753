"""One invoice or credit note: its paper, figures and life, why each line is what it is, mails, what can be done."""

import streamlit as st

from dashboard import navigation, sign_in
from dashboard.components import documents
from dashboard.components.badges import badge_text
from dashboard.components.cards import CardLine, facts, summary_card
from dashboard.components.headers import header
from dashboard.components.invoice_actions import draw_actions
from dashboard.components.invoice_life import draw_ledger, draw_life
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services.permissions import Actor
from services.queries.invoice_card import (
    CardMail,
    InvoiceCard,
    Related,
    invoice_card,
    paper,
    paper_pages,
)
from services.queries.invoice_life import InvoiceLife, invoice_life
from services.words.derivations import derivation_sentence
from services.words.labels import ENUMS
from services.words.taxes import treatment_name


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    account_id, document_id = navigation.asked_id("account"), navigation.asked_id("document", "invoice")
    card = invoice_card(actor, account_id, document_id, today=today())
    life = invoice_life(actor, account_id, document_id)
    _draw_head(card)
    left, right = st.columns([3, 2], gap="large")
    with left:
        if card.taken_over_on:
            told = _("Another system issued this invoice: its paper, lines and tax are there.")
            st.info(told, icon=":material/move_to_inbox:")
        else:
            documents.draw_paper(paper_pages(actor, account_id, document_id), card.number)
        draw_ledger(life)
    with right:
        _draw_actions(actor, card, life)
        _draw_dispute(life)
        _draw_figures(card)
        draw_life(life)
        if not card.taken_over_on:
            _draw_lines(card)
            _draw_related(card)
            _draw_mails(card)
        facts(
            [
                (_("Purchase order"), card.po_number),
                (_("Selling entity"), card.seller),
                (_("Fingerprint"), f"{card.hash[:12]}…"),
            ]
        )


def _draw_head(card: InvoiceCard) -> None:
    is_invoice = card.kind == "invoice"
    due = _("due {day}", day=card.due_on) if is_invoice else ""
    issued = _("issued {day}", day=card.issued_on)
    if card.taken_over_on:
        issued = _("taken over {day}", day=card.taken_over_on)
    header(
        _("Invoice {number}", number=card.number) if is_invoice else _("Credit note {number}", number=card.number),
        context=(issued, due, card.reason and f"“{card.reason}”"),
        status=(card.status, documents.statuses()[card.status]),
    )
    with st.container(horizontal=True, gap="small"):
        navigation.link(card.account, "sales/account", icon=":material/domain:", account=card.account_id)
        if card.order_id:
            ids = {"account": card.account_id, "order": card.order_id}
            navigation.link(card.order_number, "sales/order", icon=":material/receipt:", **ids)


def _draw_actions(actor: Actor, card: InvoiceCard, life: InvoiceLife) -> None:
    with st.container(horizontal=True, gap="small"):
        if not card.taken_over_on:
            st.download_button(
                _("Download PDF"),
                data=lambda: paper(actor, card.account_id, card.document_id).content,
                file_name=f"{card.number}.pdf",
                mime="application/pdf",
                key="download_pdf",
                type="primary",
                icon=":material/download:",
                on_click="ignore",
            )
        draw_actions(actor, card, life)


def _draw_dispute(life: InvoiceLife) -> None:
    if life.dispute is None:
        return
    said = _(
        "Disputed since {day} ({name}): {reason}. No reminders are sent.",
        day=life.dispute.opened_on,
        name=life.dispute.opened_by,
        reason=life.dispute.reason,
    )
    st.warning(plain(said), icon=":material/gavel:")


def _draw_figures(card: InvoiceCard) -> None:
    told = words()
    lines = [CardLine(_("Subtotal"), told.money(card.subtotal))]
    for tax in card.taxes:
        name = treatment_name(tax.mention, told) or _("VAT {rate}", rate=told.percent(tax.rate))
        lines.append(CardLine(_("{name} on {base}", name=name, base=tax.base), told.money(tax.tax)))
    lines.append(CardLine(_("Total"), told.money(card.total), strong=True))
    if card.credited:
        lines.append(CardLine(_("Credited"), told.money(-card.credited)))
    if card.kind == "invoice":
        lines.append(CardLine(_("To pay"), told.money(card.open), why=_("What is left of the total to be paid.")))
    summary_card(_("Figures"), lines)


def _draw_lines(card: InvoiceCard) -> None:
    told = words()
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{plain(_('Why this number'))}**")
        for line in card.lines:
            # an agreed part of a line is for no seats, and of one that is over for no days
            seats = told.tn("{n} seat", "{n} seats", line.seats) if line.seats else ""
            days = told.period(line.period) if line.period.days else ""
            with st.container(horizontal=True, horizontal_alignment="distribute"):
                st.markdown(f"{plain(line.product)} {plain(line.plan)}", width="content")
                st.markdown(plain(told.money(line.net)), width="content")
            st.caption(plain(" · ".join(part for part in (line.reference, seats, days) if part)))
            st.caption(plain(derivation_sentence(line.derivation, told)))


def _draw_related(card: InvoiceCard) -> None:
    if not card.related:
        return
    with st.container(border=True, gap="xsmall"):
        is_invoice = card.kind == "invoice"
        st.markdown(f"**{plain(_('Corrected by') if is_invoice else _('Corrects'))}**")
        for other in card.related:
            _draw_other(card, other)


def _draw_other(card: InvoiceCard, other: Related) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        navigation.link(other.number, "billing/invoice", account=card.account_id, document=other.document_id)
        st.markdown(plain(words().money(other.total)), width="content")
    set_off = _("{amount} of it set off against this invoice", amount=other.set_off)
    if card.kind != "invoice":
        set_off = _("{amount} set off against it", amount=other.set_off)
    st.caption(plain(" · ".join(part for part in (words().day(other.issued_on), set_off, other.reason) if part)))


def _draw_mails(card: InvoiceCard) -> None:
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{plain(_('Mails'))}**")
        for mail in card.mails:
            _draw_mail(mail, card.zone)
        if not card.mails:
            st.caption(_("This document was mailed to nobody: the account had no recipient."))


def _draw_mail(mail: CardMail, zone: str) -> None:
    told = words()
    word = badge_text(mail.status, told.t(ENUMS["MailStatus"].get(mail.status, mail.status)))
    at = told.instant(mail.sent_at or mail.created_at, zone)
    st.markdown(f"{word} :gray[{plain(at)}]  \n{plain(told.several(list(mail.recipients)))}")
    if mail.error:
        st.caption(plain(mail.error))


run()
