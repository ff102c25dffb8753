"""One invoice or credit note: its paper, its figures, why each line is what it is, its mails; crediting it."""

import streamlit as st

from dashboard import errors, navigation, sign_in, state
from dashboard.cache import forget
from dashboard.components import documents
from dashboard.components.badges import badge_text
from dashboard.components.cards import CardLine, facts, summary_card
from dashboard.components.headers import header
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services.commands.credit_notes import LONGEST_REASON, CreditRequest, credit_invoice
from services.permissions import Actor, Permission
from services.queries.credit_notes import preview_credit
from services.queries.invoice_card import (
    CardMail,
    InvoiceCard,
    Related,
    invoice_card,
    paper,
    paper_pages,
)
from services.words.derivations import derivation_sentence
from services.words.labels import ENUMS
from services.words.taxes import treatment_name


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    account_id, document_id = navigation.asked_id("account"), navigation.asked_id("document", "invoice")
    card = invoice_card(actor, account_id, document_id, today=today())
    _draw_head(card)
    left, right = st.columns([3, 2], gap="large")
    with left:
        documents.draw_paper(paper_pages(actor, account_id, document_id), card.number)
    with right:
        _draw_actions(actor, card)
        _draw_figures(card)
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
    header(
        _("Invoice {number}", number=card.number) if is_invoice else _("Credit note {number}", number=card.number),
        context=(_("issued {day}", day=card.issued_on), due, card.reason and f"“{card.reason}”"),
        status=(card.status, documents.statuses()[card.status]),
    )
    with st.container(horizontal=True, gap="small"):
        navigation.link(card.account, "sales/account", icon=":material/domain:", account=card.account_id)
        if card.order_id:
            ids = {"account": card.account_id, "order": card.order_id}
            navigation.link(card.order_number, "sales/order", icon=":material/receipt:", **ids)


def _draw_actions(actor: Actor, card: InvoiceCard) -> None:
    may_credit = card.is_creditable and actor.may(Permission.CREDIT_INVOICES)
    with st.container(horizontal=True, gap="small"):
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
        if may_credit:
            with st.popover(_("Credit this invoice"), icon=":material/undo:"):
                _draw_credit(actor, card)


def _draw_credit(actor: Actor, card: InvoiceCard) -> None:
    """What would happen, in figures, and the one thing to be said: why."""
    preview = preview_credit(actor, card.account_id, card.document_id)
    told = words()
    if preview.is_partial:
        st.markdown(plain(_("What earlier credit notes left of it is credited.")))
    summary_card(
        _("Credit note"),
        [
            CardLine(_("Set off against this invoice"), told.money(preview.set_off)),
            CardLine(_("Balance in the account's favour"), told.money(preview.balance)),
            CardLine(_("Total credit"), told.money(-preview.total), strong=True),
        ],
        note=_("Its subscriptions go on. A credit note cannot be undone."),
    )
    recipients = list(preview.recipients)
    st.caption(
        plain(_("It is mailed to {recipients}.", recipients=recipients) if recipients else _("Nobody gets it by mail."))
    )
    form = f"credit_{card.document_id}"
    with st.form(form, border=False):
        reason = st.text_area(
            _("Reason"),
            placeholder=_("Printed on the credit note: wrong company, wrong price …"),
            max_chars=LONGEST_REASON,
            key="credit_reason",
            height=90,
        )
        submitted = st.form_submit_button(_("Issue credit note"), type="primary")
    if submitted:
        request = CreditRequest(card.account_id, card.document_id, reason or "", state.request_key(form))
        with errors.shown() as outcome:
            done = credit_invoice(actor, request, agreed=preview.total, today=today())
        if outcome.ok:
            state.finish(form)
            forget()
            state.flash(plain(_("Credit note {number} was issued: {total}.", number=done.number, total=done.total)))
            navigation.go("billing/invoice", account=card.account_id, document=done.credit_note_id)


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
            seats = told.tn("{n} seat", "{n} seats", line.seats)
            with st.container(horizontal=True, horizontal_alignment="distribute"):
                st.markdown(f"{plain(line.product)} {plain(line.plan)}", width="content")
                st.markdown(plain(told.money(line.net)), width="content")
            st.caption(plain(f"{line.reference} · {seats} · {told.period(line.period)}"))
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
