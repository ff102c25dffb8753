"""An account opened for a change, as a form, and how far it is fixed; what the list searches of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from data.models import Account, Contact, Document, Subscription
from services.access import lock_account
from services.errors import SelfServiceAccount, StaleForm
from services.rules.account_form import FIELDS, AccountForm, search_text


def form_of(account: Account) -> AccountForm:
    """The account as its form."""
    values: dict[str, Any] = {name: getattr(account, name) for name in FIELDS}
    return AccountForm(**values | {"fixed_days": tuple(account.fixed_days)})


def open_account(session: Session, account_id: int, version: int | None = None) -> Account:
    """The account, locked for a change. Raises `NotFound`, `SelfServiceAccount`, `StaleForm` for another version."""
    account = lock_account(session, account_id)
    if account.kind == "self_service":
        raise SelfServiceAccount
    if version is not None and account.version != version:
        raise StaleForm
    return account


def is_fixed(session: Session, account_id: int) -> bool:
    """Whether country and currency stay as they are: a document was issued, or a paid subscription runs in them."""
    document = exists().where(Document.account_id == account_id)
    subscription = exists().where(Subscription.account_id == account_id, Subscription.is_trial.is_(False))
    return bool(session.scalar(select(or_(document, subscription))))


def refresh_search(session: Session, account: Account) -> None:
    """Write anew what the list searches, from the account and its active contacts."""
    contacts = session.execute(
        select(Contact.name, Contact.email)
        .where(Contact.account_id == account.id, Contact.is_active)
        .order_by(Contact.is_billing_contact.desc(), Contact.name)
    )
    account.search_text = search_text(form_of(account), tuple(text for row in contacts for text in row))
