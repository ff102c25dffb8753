"""What an account lacks to order, asked for in place: the fields of its form and its billing contact."""

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from dashboard import errors
from dashboard.cache import forget
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from data.money import CURRENCIES
from services.commands.accounts import edit_account
from services.commands.contacts import save_contact
from services.permissions import Actor, Permission
from services.queries.accounts import AccountCard, account_choices
from services.rules.account_form import AccountForm
from services.rules.contact_form import ContactForm
from services.rules.countries import COUNTRIES
from services.rules.readiness import FIELD_OF
from services.words.i18n import LANGUAGES
from services.words.labels import field_name

_TEXTS = ("legal_name", "street", "postal_code", "city", "region")
_NAMES = {"en": "English", "es": "Español"}


def complete_account(actor: Actor, card: AccountCard) -> None:
    """Ask for what the account lacks, if anything; what is entered is saved and the page drawn anew."""
    entered = completion_form(actor, card) if card.missing else None
    if entered is None:
        return
    with errors.shown() as outcome:
        if entered.contact is not None:
            save_contact(actor, card.account_id, entered.contact, today=today())
        if entered.form is not None:
            edit_account(actor, card.account_id, entered.form, version=card.version, today=today())
    if outcome.ok:
        forget()
        st.rerun()


@dataclass(frozen=True, slots=True)
class Completion:
    """What was entered: the account's form, a new billing contact where one was missing."""

    form: AccountForm | None
    contact: ContactForm | None


def completion_form(actor: Actor, card: AccountCard) -> Completion | None:
    """The missing fields in a small form; what was entered once it is submitted."""
    with st.container(border=True, key="completion"):
        st.markdown(f":orange[:material/assignment_late:] **{plain(_('Complete the account to order'))}**")
        names = [field_name(FIELD_OF[code], words()) for code in card.missing]
        st.caption(plain(_("Missing: {fields}.", fields=names)))
        if "seller_complete" in card.missing:
            st.caption(plain(_("An administrator completes the selling entity under Selling entities.")))
        if "rep" in card.missing and not actor.may(Permission.ASSIGN_REPS):
            st.caption(plain(_("A sales manager assigns a representative on the account page.")))
        askable = [code for code in card.missing if code not in ("seller_complete", "rep")]
        if not askable or not actor.may(Permission.EDIT_ACCOUNTS):
            return None
        with st.form(f"completion:{card.account_id}", border=False):
            values = _fields(actor, askable)
            contact = _contact_fields() if "billing_contact" in askable else None
            if not st.form_submit_button(_("Save and go on"), type="primary"):
                return None
        return Completion(replace(card.form, **values) if values else None, contact)


def _fields(actor: Actor, askable: list[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    with st.grid(3, min_column_width=200, gap="small"):
        for code in askable:
            if code in _TEXTS:
                values[code] = st.text_input(field_name(code, words()), key=f"complete:{code}") or ""
            elif code == "country":
                values[code] = _select(code, sorted(COUNTRIES, key=words().country), words().country)
            elif code == "currency":
                values[code] = _select(code, sorted(CURRENCIES), str)
            elif code == "language":
                values[code] = _select(code, list(LANGUAGES), _NAMES.__getitem__)
            elif code == "seller":
                sellers = {row[0]: row[1] for row in account_choices(actor).sellers}
                values[code] = _select(code, list(sellers), sellers.__getitem__)
    return values


def _select(code: str, options: list[str], named: Any) -> str:
    name = field_name(code, words())
    chosen = st.selectbox(name, options, index=None, format_func=named, placeholder=_("Choose"), key=f"complete:{code}")
    return chosen or ""


def _contact_fields() -> ContactForm:
    st.markdown(f":gray[{plain(_('Billing contact'))}]")
    name, email = st.columns(2, gap="small")
    with name:
        given_name = st.text_input(field_name("name", words()), key="complete:contact_name") or ""
    with email:
        given_email = st.text_input(field_name("email", words()), key="complete:contact_email", type="email") or ""
    return ContactForm(given_name, given_email, "", is_billing_contact=True)
