"""What is done to accounts: created, edited, given to reps and teams."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from data.identity import account_id as id_of
from data.identity import derive_id
from data.models import Account, Contact, Seller, Team, User
from services.access import acting, now, record
from services.errors import Invalid, NotAllowed, Problem
from services.facts.accounts import form_of, is_fixed, open_account, refresh_search
from services.journal.coming import follow_terms
from services.permissions import OWNING_ROLES, Actor, Permission, Role, roles_with
from services.rules import contact_form, payment_terms
from services.rules.account_codes import codes_for
from services.rules.account_form import AccountForm, check, columns, differences, vat_state
from services.rules.account_warnings import warnings
from services.rules.contact_form import ContactForm

REPS = (Role.SALES_REP, Role.SALES_MANAGER)


@dataclass(frozen=True, slots=True)
class SavedAccount:
    """An account as it was written; `warnings` are problems that did not keep it from being saved."""

    account_id: int
    version: int
    warnings: tuple[Problem, ...] = ()


def create_account(
    actor: Actor,
    form: AccountForm,
    *,
    billing_contact: ContactForm | None = None,
    rep_id: int | None = None,
    team_id: int | None = None,
    today: date,
) -> SavedAccount:
    """A new corporate account, complete or not; without a code it gets one from its name.

    A rep becomes its rep; others need `ASSIGN_REPS` to name a rep or team. Without a selling entity the one of its
    country is taken, or the only one. Raises `Invalid`, `NotAllowed`.
    """
    with acting(actor, Permission.EDIT_ACCOUNTS) as session:
        codes = [form.code] if form.code.strip() else list(codes_for(form.legal_name))
        form, problems = check(replace(form, code=codes[0] if codes else ""), today=today)
        contact, faults = contact_form.check(billing_contact) if billing_contact else (None, [])
        rep_id = _own_rep(actor, rep_id, team_id)
        problems += [*faults, *_unknown(session, form.seller, rep_id, team_id)]
        Invalid.when(problems)
        form = form if form.seller else replace(form, seller=_default_seller(session, form.country))
        account = _insert(
            session,
            form,
            iter([form.code, *codes[1:]]),
            rep_id=rep_id,
            team_id=team_id,
            vat_state=vat_state(form),
            created_at=now(),
        )
        if contact:
            session.add(
                Contact(
                    account_id=account.id,
                    id=derive_id(today, "contact", account.id, contact.email),
                    name=contact.name,
                    email=contact.email,
                    phone=contact.phone,
                    is_billing_contact=True,
                    is_invoice_recipient=contact.is_invoice_recipient,
                )
            )
            session.flush()
        refresh_search(session, account)
        given = columns(form_of(account)) | _owner(session, rep_id, team_id)
        __, after = differences(columns(AccountForm()), given)
        _record(session, "create_account", account, None, after)
        return SavedAccount(account.id, account.version, tuple(warnings(form)))


def edit_account(actor: Actor, account_id: int, form: AccountForm, *, version: int, today: date) -> SavedAccount:
    """Write what was changed on the form that was opened at `version`; nothing changed, nothing written.

    Another VAT number loses its confirmation. Raises `NotFound`, `SelfServiceAccount`, `StaleForm`, `Invalid`.
    """
    with acting(actor, Permission.EDIT_ACCOUNTS) as session:
        account = open_account(session, account_id, version)
        current = form_of(account)
        form, problems = check(form, current=current, is_invoiced=is_fixed(session, account_id), today=today)
        Invalid.when([*problems, *_unknown(session, form.seller)])
        before, after = differences(columns(current), columns(form))
        if after:
            for name in after:
                setattr(account, name, columns(form)[name])
            if {"vat_number", "country"} & after.keys():
                account.vat_state = vat_state(form)
                account.vat_checked_on, account.vat_consultation = None, ""
            if payment_terms.FIELDS & after.keys():
                follow_terms(session, account)
            account.version += 1
            refresh_search(session, account)
            _record(session, "edit_account", account, before, after)
        return SavedAccount(account_id, account.version, tuple(warnings(form)))


def assign_rep(actor: Actor, account_id: int, *, rep_id: int | None, team_id: int | None, version: int) -> SavedAccount:
    """Give the account to a rep, a team, or both. Raises `NotFound`, `SelfServiceAccount`, `StaleForm`, `Invalid`."""
    with acting(actor, Permission.ASSIGN_REPS) as session:
        account = open_account(session, account_id, version)
        Invalid.when(_unknown(session, None, rep_id, team_id))
        before, after = differences(_owner(session, account.rep_id, account.team_id), _owner(session, rep_id, team_id))
        if after:
            account.rep_id, account.team_id = rep_id, team_id
            account.version += 1
            _record(session, "assign_rep", account, before, after)
        return SavedAccount(account_id, account.version)


def _record(
    session: Session, action: str, account: Account, before: dict[str, Any] | None, after: dict[str, Any]
) -> None:
    record(session, action, account_id=account.id, subject=account.legal_name, before=before, after=after)


def _owner(session: Session, rep_id: int | None, team_id: int | None) -> dict[str, Any]:
    """Whose the account is, as the audit keeps it: by id, and by name for its readers."""
    rep = session.get(User, rep_id) if rep_id is not None else None
    team = session.get(Team, team_id) if team_id is not None else None
    return {
        "rep_id": rep_id,
        "rep": rep.name if rep else None,
        "team_id": team_id,
        "team": team.name if team else None,
    }


def _own_rep(actor: Actor, rep_id: int | None, team_id: int | None) -> int | None:
    """Whose account a new one is: a rep's own, whatever else was asked for is refused."""
    if actor.may(Permission.ASSIGN_REPS):
        return rep_id
    if team_id is not None or rep_id not in (None, actor.user_id):
        raise NotAllowed(permission=Permission.ASSIGN_REPS, roles=roles_with(Permission.ASSIGN_REPS))
    return actor.user_id if actor.role in OWNING_ROLES else None


def _unknown(
    session: Session, seller: str | None, rep_id: int | None = None, team_id: int | None = None
) -> list[Problem]:
    problems = []
    if seller and not session.scalar(select(Seller.is_active).where(Seller.code == seller)):
        problems.append(Problem("seller", "not_a_choice"))
    if rep_id is not None:
        found = session.execute(select(User.role, User.is_active).where(User.id == rep_id)).one_or_none()
        if found is None or not found[1] or found[0] not in REPS:
            problems.append(Problem("rep", "not_a_choice"))
    if team_id is not None and session.get(Team, team_id) is None:
        problems.append(Problem("team", "not_a_choice"))
    return problems


def _default_seller(session: Session, country: str) -> str | None:
    sellers = session.execute(select(Seller.code, Seller.country).where(Seller.is_active).order_by(Seller.code)).all()
    of_country = [code for code, seller_country in sellers if seller_country == country]
    if of_country:
        return str(of_country[0])
    return str(sellers[0][0]) if len(sellers) == 1 else None


def _insert(session: Session, form: AccountForm, codes: Iterator[str], **values: Any) -> Account:
    """Insert with the first free code. The key decides: the account that has it may be another rep's."""
    code = ""
    for code in codes:
        account = Account(id=id_of(code), **columns(replace(form, code=code)), **values)
        with suppress(IntegrityError), session.begin_nested():
            session.add(account)
            session.flush()
            return account
    raise Invalid(Problem("code", "duplicate", {"value": code}))
