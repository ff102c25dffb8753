"""Rows turned into what an import is judged against: accounts as they are, who sells, which entities there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Account, Contact, Document, Seller, Subscription, User
from data.money import CURRENCIES
from services.facts.accounts import form_of
from services.facts.sellers import seller_profiles
from services.permissions import OWNING_ROLES, Actor, Permission, Role
from services.rules import seller_completeness
from services.rules.contact_form import ContactForm
from services.rules.import_verdicts import Ground, Known

SELLING = (Role.SALES_REP.value, Role.SALES_MANAGER.value)


def ground(session: Session, actor: Actor, *, rep_id: int | None, today: date) -> Ground:
    """What all rows of an import share. `rep_id`: who new accounts go to if a manager imports; a rep's are its own."""
    reps = session.execute(select(User.email, User.id).where(User.is_active, User.role.in_(SELLING)))
    sellers = session.scalars(select(Seller).where(Seller.is_active).order_by(Seller.code)).all()
    lacks: dict[tuple[str, str], tuple[str, ...]] = {}
    for code, profile in seller_profiles(session, sellers).items():
        lacks |= {(code, currency): seller_completeness.missing(profile, currency) for currency in CURRENCIES}
    may_assign = actor.may(Permission.ASSIGN_REPS)
    return Ground(
        today=today,
        reps={email.casefold(): user for email, user in reps},
        default_rep=actor.user_id if actor.role in OWNING_ROLES or not may_assign else rep_id,
        may_assign=may_assign,
        actor_email=actor.email.casefold(),
        sellers={seller.code: seller.country for seller in sellers},
        lacks=lacks,
    )


def taken(session: Session, ids: Iterable[int]) -> frozenset[int]:
    """Which of these accounts exist, whoever's they are: past the row scope, and nothing but the fact."""
    statement = select(Account.id).where(Account.id.in_(list(ids)))
    return frozenset(session.connection().scalars(statement))


def known_accounts(session: Session, accounts: Sequence[Account]) -> dict[int, Known]:
    """The accounts as they are, by id; a handful of queries however many there are."""
    ids = [account.id for account in accounts]
    contacts = {
        contact.account_id: ContactForm(contact.name, contact.email, contact.phone, True, contact.is_invoice_recipient)
        for contact in session.scalars(
            select(Contact).where(Contact.account_id.in_(ids), Contact.is_billing_contact, Contact.is_active)
        )
    }
    # As for an edit: a document was issued, or a paid subscription runs in the country and currency.
    fixed = set(session.scalars(select(Document.account_id).where(Document.account_id.in_(ids)).distinct()))
    fixed |= set(
        session.scalars(
            select(Subscription.account_id)
            .where(Subscription.account_id.in_(ids), Subscription.is_trial.is_(False))
            .distinct()
        )
    )
    return {
        account.id: Known(
            form=form_of(account),
            rep_id=account.rep_id,
            has_team=account.team_id is not None,
            contact=contacts.get(account.id),
            is_invoiced=account.id in fixed,
            is_corporate=account.kind == "corporate",
        )
        for account in accounts
    }
