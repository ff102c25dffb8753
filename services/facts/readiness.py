"""What accounts lack before they can order: of one account, and as a criterion on lists."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, union_all
from sqlalchemy.orm import Session

from data.models import Account, Contact, Seller
from data.models.accounts import IS_BILLING, IS_BLANK
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
    """What `missing_of` finds, as a criterion on `Account` for a whole book: true where anything is missing.

    Each reason has an index of its own that finds the accounts; who has no billing contact is looked for only where
    there is such an account.
    """
    found = [
        select(Account.id).where(IS_BLANK, _is_blank()),
        *(select(Account.id).where(criterion) for criterion in _with_incomplete_seller(session)),
    ]
    if not _all_have_a_contact(session):
        found.append(select(Account.id).where(~exists().where(Contact.account_id == Account.id, IS_BILLING)))
    return Account.id.in_(union_all(*(one.correlate(None) for one in found)))


def lacks_something(session: Session) -> ColumnElement[bool]:
    """The same for few accounts that are known: each is looked at."""
    has_contact = exists().where(Contact.account_id == Account.id, Contact.is_billing_contact, Contact.is_active)
    return or_(_is_blank(), *_with_incomplete_seller(session), ~has_contact)


def _is_blank() -> ColumnElement[bool]:
    blank = [
        getattr(Account, name) == "" for name in ("legal_name", "country", "currency", "language", "street", "city")
    ]
    return or_(
        *blank,
        and_(Account.postal_code == "", Account.country.not_in(sorted(WITHOUT_POSTAL_CODE))),
        and_(Account.region == "", Account.country.in_(sorted(WITH_STATE))),
        Account.seller.is_(None),
        and_(Account.rep_id.is_(None), Account.team_id.is_(None)),
    )


def _all_have_a_contact(session: Session) -> bool:
    """Whether there are as many billing contacts as accounts: an account has one at most."""
    contacts = session.scalar(select(func.count()).select_from(Contact).where(IS_BILLING)) or 0
    return contacts >= (session.scalar(select(func.count()).select_from(Account)) or 0)


def _with_incomplete_seller(session: Session) -> Iterable[ColumnElement[bool]]:
    """The pairs of selling entity and currency that lack something."""
    sellers = session.scalars(select(Seller)).all()
    profiles = seller_profiles(session, sellers)
    for seller in sellers:
        profile = profiles[seller.code]
        able = [code for code in profile.banks if seller.is_active and not seller_completeness.missing(profile, code)]
        # what lies between: an index finds ranges, and not what is not in a list
        for low, high in pairwise(["", *sorted(able), None]):
            above = Account.currency > low
            yield and_(Account.seller == seller.code, above if high is None else and_(above, Account.currency < high))
