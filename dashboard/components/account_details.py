"""The details of an account: master data, whose it is, the check of its VAT number, its purchase orders."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from dashboard.components.account_purchase_orders import draw_purchase_orders
from dashboard.components.cards import facts
from dashboard.components.text import plain
from dashboard.components.vat_check import vat_check_form
from dashboard.words import _, words
from services.permissions import Actor, Permission
from services.queries.accounts import AccountCard
from services.rules.payment_means import PaymentMeans
from services.rules.tax import VatState
from services.words.labels import field_name, label


def draw_details(actor: Actor, card: AccountCard) -> None:
    """All that was entered about the account, by subject."""
    draw_purchase_orders(actor, card)
    left, right = st.columns(2)
    with left.container(border=True):
        _draw_company(card)
    with right.container(border=True):
        _draw_tax(actor, card)
    with left.container(border=True):
        _draw_payment(card)
    with right.container(border=True):
        _draw_references(card)


def _draw_company(card: AccountCard) -> None:
    form = card.form
    place = " ".join(part for part in (form.postal_code, form.city) if part)
    st.markdown(f"**{plain(_('Company'))}**")
    facts(
        [
            (_("Legal name"), form.legal_name),
            (_("Code"), form.code),
            (_("Address"), ", ".join(part for part in (form.street, place, form.region) if part)),
            (_("Country"), words().country(form.country) if form.country else ""),
            (_("Language"), {"en": "English", "es": "Español"}.get(form.language, form.language)),
            (_("Segment"), form.segment),
            (_("Selling entity"), card.seller_name),
            (_("Sales representative"), card.rep_name),
            (_("Team"), card.team_name),
        ]
    )


def _draw_tax(actor: Actor, card: AccountCard) -> None:
    form = card.form
    checked = label(card.vat_state, words())
    if card.vat_checked_on and card.vat_state in (VatState.CONFIRMED, VatState.REFUSED):
        checked += f", {words().day(card.vat_checked_on)}"
    if card.vat_consultation:
        checked += f", {card.vat_consultation}"
    exempt = form.exemption_article
    if exempt and form.exempt_from:
        last = form.exempt_until - timedelta(days=1) if form.exempt_until else None
        days = [words().day(day) for day in (form.exempt_from, last) if day]
        exempt += f" ({' – '.join(days)})"
    st.markdown(f"**{plain(_('Tax'))}**")
    facts(
        [
            (_("VAT number"), form.vat_number),
            (field_name("vat_state", words()), checked if form.vat_number else ""),
            (_("Business"), words().value(form.is_business)),
            (_("Tax exemption"), exempt),
        ]
    )
    if form.vat_number and actor.may(Permission.CONFIRM_VAT) and not card.is_self_service:
        with st.popover(
            _("Record a check of the VAT number"), icon=":material/fact_check:", key=f"vat_check_{card.version}"
        ):
            if vat_check_form(actor, card.account_id, form.vat_number, card.version):
                st.rerun()


def _draw_payment(card: AccountCard) -> None:
    form = card.form
    means = label(PaymentMeans(form.payment_means), words()) if form.payment_means in list(PaymentMeans) else ""
    pairs = [
        (_("Currency"), words().currency_name(form.currency) if form.currency else ""),
        (_("Payment means"), means),
        (_("Payment terms"), _terms(card)),
        (_("PO required"), words().value(form.po_required)),
        (_("Common renewal date"), form.co_term_on or ""),
    ]
    if form.iban:
        signed = words().day(form.mandate_signed_on) if form.mandate_signed_on else ""
        mandate = ", ".join(part for part in (form.mandate_reference, signed) if part)
        pairs += [(_("IBAN"), f"{form.iban[:4]} … {form.iban[-4:]}"), (_("SEPA mandate"), mandate)]
    st.markdown(f"**{plain(_('Payment'))}**")
    facts(pairs)


def _terms(card: AccountCard) -> str:
    form = card.form
    told = words().tn("{n} day", "{n} days", form.net_days)
    if form.end_of_month:
        told += ", " + _("end of month")
    if form.fixed_days:
        told += ", " + _("paid on the {days}", days=[words().number(day) for day in form.fixed_days])
    return told


def _draw_references(card: AccountCard) -> None:
    form = card.form
    names = ("supplier_number", "cost_centre", "leitweg_id", "siret", "dir3_office", "dir3_body", "dir3_unit")
    given = [(field_name(name, words()), getattr(form, name)) for name in names if getattr(form, name)]
    st.markdown(f"**{plain(_('The buyer’s references'))}**")
    if given:
        facts(given)
    else:
        st.caption(_("None. They are printed on every document."))
