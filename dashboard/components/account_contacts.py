"""The contacts of an account: the billing contact, who gets the invoices, and the others."""

from __future__ import annotations

import streamlit as st

from dashboard import errors, state
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _
from services.commands.contacts import remove_contact, save_contact, set_billing_contact
from services.permissions import Actor, Permission
from services.queries.accounts import AccountCard, ContactCard
from services.rules.contact_form import LIMITS, MOST_RECIPIENTS, ContactForm


def draw_contacts(actor: Actor, card: AccountCard) -> None:
    """The contacts, the billing contact first, each with what can be done to it."""
    may_edit = actor.may(Permission.EDIT_ACCOUNTS) and not card.is_self_service
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f":gray[:small[{plain(_told(card))}]]", width="content")
        if may_edit:
            with st.popover(_("Add contact"), icon=":material/person_add:", key=f"add_contact_{len(card.contacts)}"):
                _draw_form(actor, card, None)
    if not card.contacts:
        st.info(_("No contact yet. The billing contact is whom one acts for, and who gets mails and invoices."))
    for contact in card.contacts:
        _draw_contact(actor, card, contact, may_edit)


def _told(card: AccountCard) -> str:
    if not card.recipients:
        return _("Nobody gets the invoices yet.")
    return _(
        "Invoices go to {names} (at most {limit}).",
        names=[contact.form.email for contact in card.recipients],
        limit=MOST_RECIPIENTS,
    )


def _draw_contact(actor: Actor, card: AccountCard, contact: ContactCard, may_edit: bool) -> None:
    form, key = contact.form, f"contact_{contact.contact_id}"
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="medium"):
        badges = ""
        if form.is_billing_contact:
            badges += f" :blue-badge[{plain(_('billing contact'))}]"
        if form.is_invoice_recipient:
            badges += f" :gray-badge[{plain(_('gets the invoices'))}]"
        details = " · ".join(plain(part) for part in (form.email, form.phone) if part)
        st.markdown(f"**{plain(form.name)}**{badges}  \n:gray[{details}]", width="stretch")
        if not may_edit:
            return
        if not form.is_billing_contact and st.button(_("Make billing contact"), key=f"{key}_billing", type="tertiary"):
            with errors.shown() as outcome:
                set_billing_contact(actor, card.account_id, contact.contact_id)
            _done(outcome, _("{name} is the billing contact now.", name=form.name))
        with st.popover(_("Edit"), key=f"{key}_{contact.version}_edit", type="tertiary", icon=":material/edit:"):
            _draw_form(actor, card, contact)
            if not form.is_billing_contact and st.button(
                _("Remove from the account"), key=f"{key}_remove", type="tertiary", icon=":material/person_remove:"
            ):
                with errors.shown() as outcome:
                    remove_contact(actor, card.account_id, contact.contact_id, version=contact.version)
                _done(outcome, _("{name} was removed from the account.", name=form.name))


def _draw_form(actor: Actor, card: AccountCard, contact: ContactCard | None) -> None:
    form = contact.form if contact else ContactForm(is_billing_contact=card.billing_contact is None)
    # another form once something was saved: an open one closes, and no old text meets a new row
    key = f"contact_form_{contact.contact_id if contact else 'new'}_{len(card.contacts)}"
    with st.form(key, border=False):
        name = st.text_input(_("Name"), value=form.name, max_chars=LIMITS["name"])
        email = st.text_input(_("Email"), value=form.email, max_chars=LIMITS["email"], type="email")
        phone = st.text_input(_("Phone"), value=form.phone, max_chars=LIMITS["phone"], type="phone")
        billing = st.toggle(
            _("Billing contact"),
            value=form.is_billing_contact,
            disabled=form.is_billing_contact,
            help=_("One always is. Choosing another one replaces the present one."),
        )
        invoices = st.toggle(_("Gets the invoices"), value=form.is_invoice_recipient)
        saved = st.form_submit_button(_("Save contact"))
    if saved:
        entered = ContactForm(name or "", email or "", phone or "", bool(billing), bool(invoices))
        with errors.shown() as outcome:
            save_contact(
                actor,
                card.account_id,
                entered,
                contact_id=contact.contact_id if contact else None,
                version=contact.version if contact else None,
                today=today(),
            )
        _done(outcome, _("{name} was saved.", name=entered.name))


def _done(outcome: errors.Outcome, text: str) -> None:
    if outcome.ok:
        state.flash(plain(text))
        st.rerun()
