"""What is done to contacts: saved, removed, made the billing contact or invoice recipients."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import Account, Contact
from services.access import acting, record
from services.errors import Invalid, NotFound, Problem, StaleForm
from services.facts.accounts import open_account, refresh_search
from services.permissions import Actor, Permission
from services.rules.account_form import differences
from services.rules.contact_form import MOST_RECIPIENTS, ContactForm, check

_FIELDS = ("name", "email", "phone", "is_billing_contact", "is_invoice_recipient")


def save_contact(
    actor: Actor,
    account_id: int,
    form: ContactForm,
    *,
    contact_id: int | None = None,
    version: int | None = None,
    today: date,
) -> int:
    """Add a contact, or write what was changed on one opened at `version`; returns its id.

    A new billing contact replaces the one before; the billing contact stays one until another is chosen. A removed
    contact whose address is entered again is back. Raises `NotFound`, `SelfServiceAccount`, `StaleForm`, `Invalid`.
    """
    with acting(actor, Permission.EDIT_ACCOUNTS) as session:
        account = open_account(session, account_id)
        form, problems = check(form)
        contacts = _contacts(session, account_id)
        contact = _find(contacts, contact_id) if contact_id is not None else _removed(contacts, form.email)
        if contact and contact_id is not None and version is not None and contact.version != version:
            raise StaleForm
        Invalid.when([*problems, *_conflicts(form, contact, contacts)])
        if contact is None:
            key = derive_id(today, "contact", account_id, form.email, len(contacts))
            contact = Contact(account_id=account_id, id=key, version=0)
        before = _values(contact) if contact.is_active and contact.version else {}
        if form.is_billing_contact:
            _no_billing_contact(session, [other for other in contacts if other is not contact])
        for name in _FIELDS:
            setattr(contact, name, getattr(form, name))
        before, after = differences(before, _values(contact))
        if after or not contact.is_active:
            contact.is_active = True
            contact.version += 1
            session.add(contact)
            _record(session, "save_contact", account, contact, before, after)
        return contact.id


def remove_contact(actor: Actor, account_id: int, contact_id: int, *, version: int | None = None) -> None:
    """Take a contact off the account; orders keep naming them. The billing contact cannot go: choose another first.

    Raises `NotFound`, `SelfServiceAccount`, `StaleForm`, `Invalid`.
    """
    with acting(actor, Permission.EDIT_ACCOUNTS) as session:
        account = open_account(session, account_id)
        contact = _find(_contacts(session, account_id), contact_id)
        if version is not None and contact.version != version:
            raise StaleForm
        if contact.is_billing_contact:
            raise Invalid(Problem("billing_contact", "one_billing_contact"))
        before = _values(contact)
        contact.is_active, contact.is_invoice_recipient = False, False
        contact.version += 1
        _record(session, "remove_contact", account, contact, before, None)


def set_billing_contact(actor: Actor, account_id: int, contact_id: int) -> None:
    """Make a contact the account's one billing contact. Raises `NotFound`, `SelfServiceAccount`."""
    with acting(actor, Permission.EDIT_ACCOUNTS) as session:
        account = open_account(session, account_id)
        contacts = _contacts(session, account_id)
        contact = _find(contacts, contact_id)
        before = next((other.email for other in contacts if other.is_billing_contact), "")
        if before == contact.email:
            return
        _no_billing_contact(session, contacts)
        contact.is_billing_contact = True
        contact.version += 1
        values = {"billing_contact": before}, {"billing_contact": contact.email}
        _record(session, "set_billing_contact", account, contact, *values)


def set_recipients(actor: Actor, account_id: int, contact_ids: Iterable[int]) -> None:
    """Have exactly these contacts get the invoices, at most five; none: the billing contact gets them.

    Raises `NotFound`, `SelfServiceAccount`, `Invalid`.
    """
    chosen = set(contact_ids)
    with acting(actor, Permission.EDIT_ACCOUNTS) as session:
        account = open_account(session, account_id)
        contacts = [contact for contact in _contacts(session, account_id) if contact.is_active]
        if chosen - {contact.id for contact in contacts}:
            raise NotFound(kind="contact")
        if len(chosen) > MOST_RECIPIENTS:
            raise Invalid(Problem("invoice_recipients", "too_many_recipients", {"limit": MOST_RECIPIENTS}))
        before = sorted(contact.email for contact in contacts if contact.is_invoice_recipient)
        after = sorted(contact.email for contact in contacts if contact.id in chosen)
        if before == after:
            return
        for contact in contacts:
            if contact.is_invoice_recipient != (contact.id in chosen):
                contact.is_invoice_recipient = contact.id in chosen
                contact.version += 1
        values = {"invoice_recipients": before}, {"invoice_recipients": after}
        _record(session, "set_recipients", account, None, *values)


def _contacts(session: Session, account_id: int) -> Sequence[Contact]:
    """All of the account's contacts, removed ones included."""
    return session.scalars(select(Contact).where(Contact.account_id == account_id)).all()


def _find(contacts: Sequence[Contact], contact_id: int) -> Contact:
    for contact in contacts:
        if contact.id == contact_id and contact.is_active:
            return contact
    raise NotFound(kind="contact")


def _removed(contacts: Sequence[Contact], email: str) -> Contact | None:
    return next((contact for contact in contacts if contact.email == email and not contact.is_active), None)


def _conflicts(form: ContactForm, contact: Contact | None, contacts: Sequence[Contact]) -> list[Problem]:
    problems = []
    others = [other for other in contacts if other is not contact]
    if any(other.email == form.email for other in others):
        problems.append(Problem("email", "duplicate", {"value": form.email}))
    if contact and contact.is_billing_contact and not form.is_billing_contact:
        problems.append(Problem("billing_contact", "one_billing_contact"))
    recipients = sum(other.is_invoice_recipient and other.is_active for other in others) + form.is_invoice_recipient
    if form.is_invoice_recipient and recipients > MOST_RECIPIENTS:
        problems.append(Problem("invoice_recipients", "too_many_recipients", {"limit": MOST_RECIPIENTS}))
    return problems


def _no_billing_contact(session: Session, contacts: Iterable[Contact]) -> None:
    """Clear the role first and at once: the database allows only one at any moment."""
    for contact in contacts:
        if contact.is_billing_contact:
            contact.is_billing_contact = False
            contact.version += 1
    session.flush()


def _values(contact: Contact) -> dict[str, Any]:
    return {name: getattr(contact, name) for name in _FIELDS}


def _record(
    session: Session,
    action: str,
    account: Account,
    contact: Contact | None,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    session.flush()
    refresh_search(session, account)
    record(
        session,
        action,
        account_id=account.id,
        subject=contact.email if contact else account.legal_name,
        subject_id=contact.id if contact else None,
        before=before,
        after=after,
    )
