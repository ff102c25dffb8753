"""Selling entities: the list with what each still lacks, and one as its form shows it."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.models import Account, IssuedNumber, NumberSeries, Seller
from services.access import reading
from services.errors import NotFound
from services.facts.sellers import seller_profile, seller_profiles
from services.permissions import Actor, Permission
from services.rules.seller_completeness import missing
from services.rules.seller_profile import SellerProfile


@dataclass(frozen=True, slots=True)
class SellerRow:
    """A selling entity in the list. `missing`: field codes; `currencies`: those it has bank details in."""

    code: str
    legal_name: str
    country: str
    currencies: tuple[str, ...]
    series: tuple[str, str]
    accounts: int
    documents: int
    missing: tuple[str, ...]
    is_active: bool


@dataclass(frozen=True, slots=True)
class SellerCard:
    """One selling entity. `version` goes back with the form; `has_issued`: country, currency and prefixes are fixed."""

    profile: SellerProfile
    version: int
    has_issued: bool
    missing: tuple[str, ...]


def list_sellers(actor: Actor) -> tuple[SellerRow, ...]:
    """Every selling entity, active ones first, by name."""
    with reading(actor, Permission.SEE_SELLERS) as session:
        accounts, documents = _accounts(session), _documents(session)
        sellers = session.scalars(select(Seller).order_by(Seller.is_active.desc(), Seller.legal_name)).all()
        profiles = seller_profiles(session, sellers)
        return tuple(_row(seller, profiles[seller.code], accounts, documents) for seller in sellers)


def seller_card(actor: Actor, code: str) -> SellerCard:
    """One selling entity with everything its form shows; raises `NotFound`."""
    with reading(actor, Permission.SEE_SELLERS) as session:
        seller = session.get(Seller, code)
        if seller is None:
            raise NotFound(kind="seller")
        profile = seller_profile(session, seller)
        series = (seller.invoice_prefix, seller.credit_prefix)
        issued = session.scalar(select(IssuedNumber.number).where(IssuedNumber.series.in_(series)).limit(1))
        return SellerCard(profile, seller.version, issued is not None, missing(profile, profile.currency))


def _accounts(session: Session) -> dict[str, int]:
    rows = session.execute(select(Account.seller, func.count()).where(Account.seller.is_not(None)).group_by("seller"))
    return {str(seller): count for seller, count in rows}


def _documents(session: Session) -> dict[str, int]:
    """Series prefix → numbers given so far, read from the counters: nothing is counted."""
    rows = session.execute(select(NumberSeries.series, func.sum(NumberSeries.last_number)).group_by("series"))
    return {series: int(count) for series, count in rows}


def _row(seller: Seller, profile: SellerProfile, accounts: dict[str, int], documents: dict[str, int]) -> SellerRow:
    return SellerRow(
        code=seller.code,
        legal_name=seller.legal_name,
        country=seller.country,
        currencies=tuple(sorted(profile.banks, key=lambda currency: (currency != seller.currency, currency))),
        series=(seller.invoice_prefix, seller.credit_prefix),
        accounts=accounts.get(seller.code, 0),
        documents=documents.get(seller.invoice_prefix, 0) + documents.get(seller.credit_prefix, 0),
        missing=missing(profile, seller.currency),
        is_active=seller.is_active,
    )


def time_zone_of(actor: Actor, account_id: int) -> str:
    """The time zone of the account's selling entity: its days are business days. Empty without one, or unknown."""
    with reading(actor, Permission.SEE_ACCOUNTS) as session:
        zone = session.scalar(
            select(Seller.time_zone).join(Account, Account.seller == Seller.code).where(Account.id == account_id)
        )
        return zone or ""
