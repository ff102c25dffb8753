"""Crediting an invoice: whole, chosen lines or an agreed amount, shown in figures before it is issued."""

import streamlit as st

from dashboard import errors, navigation, state
from dashboard.cache import forget
from dashboard.components.amounts import amount_of
from dashboard.components.cards import CardLine, summary_card
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services.commands.credit_notes import CreditRequest, credit_invoice
from services.permissions import Actor
from services.queries.credit_notes import CreditPreview, preview_credit
from services.queries.invoice_card import InvoiceCard
from services.rules.credits import WHOLE, CreditScope
from services.rules.text import LONGEST_REASON


def draw_credit(actor: Actor, card: InvoiceCard) -> None:
    """What would happen, in figures, and the one thing to be said: why."""
    whole = preview_credit(actor, card.account_id, card.document_id)
    scope = _draw_scope(card, whole)
    if scope is None:
        return
    preview = whole
    with errors.shown() as outcome:
        if scope != WHOLE:
            preview = preview_credit(actor, card.account_id, card.document_id, scope)
    if outcome.ok:
        _draw_figures(preview, is_rest=whole.is_partial and scope == WHOLE)
        _draw_form(actor, card, scope, preview)


def _draw_scope(card: InvoiceCard, whole: CreditPreview) -> CreditScope | None:
    """What is to be credited; None until it is said."""
    modes = {"whole": _("All of it"), "lines": _("Lines"), "amount": _("An amount")}
    mode = st.segmented_control(
        _("What to credit"),
        list(modes),
        default="whole",
        required=True,
        format_func=modes.__getitem__,
        key="credit_mode",
    )
    if mode == "whole":
        return WHOLE
    lines: tuple[int, ...] = ()
    if len(whole.lines) > 1 or mode == "lines":
        names = {line.line_id: f"{line.name} · {words().money(line.left)}" for line in whole.lines}
        picked = st.multiselect(
            _("Lines"),
            list(names),
            default=[] if mode == "lines" else list(names),
            format_func=names.__getitem__,
            placeholder=_("Choose"),
            key=f"credit_lines_{mode}",
        )
        lines = tuple(picked)
        if not lines:
            st.caption(plain(_("Choose at least one line.")))
            return None
    if mode == "lines":
        return CreditScope(lines)
    typed = st.text_input(
        _("Net amount in {currency}", currency=card.total.currency),
        help=_("Before tax; it is spread over what is left of the lines, and the tax of the original goes with it."),
        placeholder="50.00",
        key="credit_net",
        max_chars=30,
    )
    if not (typed or "").strip():
        return None
    with errors.shown() as outcome:
        net = amount_of(typed or "", card.total.currency, "net")
    return CreditScope(lines, net) if outcome.ok else None


def _draw_figures(preview: CreditPreview, *, is_rest: bool) -> None:
    told = words()
    if is_rest:
        st.markdown(plain(_("What earlier credit notes left of it is credited.")))
    summary_card(
        _("Credit note"),
        [
            CardLine(_("Set off against this invoice"), told.money(preview.set_off)),
            CardLine(_("Balance in the account's favour"), told.money(preview.balance)),
            CardLine(_("Tax in it"), told.money(-preview.tax)),
            CardLine(_("Total credit"), told.money(-preview.total), strong=True),
        ],
        note=_("Its subscriptions go on. A credit note cannot be undone."),
    )
    recipients = list(preview.recipients)
    st.caption(
        plain(_("It is mailed to {recipients}.", recipients=recipients) if recipients else _("Nobody gets it by mail."))
    )


def _draw_form(actor: Actor, card: InvoiceCard, scope: CreditScope, preview: CreditPreview) -> None:
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
        request = CreditRequest(card.account_id, card.document_id, reason or "", state.request_key(form), scope)
        with errors.shown() as outcome:
            done = credit_invoice(actor, request, agreed=preview.total, today=today())
        if outcome.ok:
            state.finish(form)
            state.drop("credit_")
            forget()
            state.flash(plain(_("Credit note {number} was issued: {total}.", number=done.number, total=done.total)))
            navigation.go("billing/invoice", account=card.account_id, document=done.credit_note_id)
