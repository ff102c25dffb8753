"""What accounts lack before they can order: of one account, and as a criterion on lists."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from data.models import Account, Contact, Seller
from services.facts.accounts import form_of
from services.facts.sellers import seller_profile, seller_profiles
from services.rules import readiness, seller_completeness
from services.rules.readiness import WITH_STATE, WITHOUT_POSTAL_CODE, ReadinessFacts


def missing_of(session: Session, account: Account) -> tuple[str, ...]:
    """The codes of what the account lacks to order (see `readiness.FIELD_OF`); empty when it is ready."""
    has_contact = session.scalar(
        select(exists().where(Contact.account_id == account.id, Contact.is_billing_contact, Contact.is_active))
    )
    seller = session.get(Seller, account.seller) if account.seller else None
    facts = ReadinessFacts(
        form=form_of(account),
        has_rep_or_team=bool(account.rep_id or account.team_id),
        has_billing_contact=bool(has_contact),
        seller_missing=_seller_missing(session, seller, account.currency),
    )
    return readiness.missing(facts)


def _seller_missing(session: Session, seller: Seller | None, currency: str) -> tuple[str, ...]:
    if seller is None or not currency:
        return ()
    if not seller.is_active:
        return ("is_active",)
    return seller_completeness.missing(seller_profile(session, seller), currency)


def is_incomplete(session: Session) -> ColumnElement[bool]:
    """What `missing_of` finds, as a criterion on `Account` for lists: true where anything is missing."""
    has_contact = exists().where(Contact.account_id == Account.id, Contact.is_billing_contact, Contact.is_active)
    blank = [
        getattr(Account, name) == "" for name in ("legal_name", "country", "currency", "language", "street", "city")
    ]
    return or_(
        *blank,
        and_(Account.postal_code == "", Account.country.not_in(sorted(WITHOUT_POSTAL_CODE))),
        and_(Account.region == "", Account.country.in_(sorted(WITH_STATE))),
        Account.seller.is_(None),
        and_(Account.rep_id.is_(None), Account.team_id.is_(None)),
        *_with_incomplete_seller(session),
        ~has_contact,
    )


def _with_incomplete_seller(session: Session) -> Iterable[ColumnElement[bool]]:
    """The pairs of selling entity and currency that lack something."""
    sellers = session.scalars(select(Seller)).all()
    profiles = seller_profiles(session, sellers)
    for seller in sellers:
        profile = profiles[seller.code]
        able = [code for code in profile.banks if seller.is_active and not seller_completeness.missing(profile, code)]
        yield and_(Account.seller == seller.code, Account.currency.not_in(["", *able]))
