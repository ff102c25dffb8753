"""The stage of a story: a throw-away database with the seller, the catalog and the accounts of its file."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from data import database, schema, seed
from data.identity import account_id as id_of
from data.identity import derive_id
from data.models import (
    Account,
    Contact,
    FxRate,
    Seller,
    SellerBank,
    SellerTaxNumber,
    Setting,
    StandingDiscount,
    User,
)
from services import access
from services.demo_sellers import demo_sellers
from services.permissions import Actor, Role
from services.rules.pricing import SEAT_LIMIT
from services.rules.seller_profile import SellerProfile
from services.rules.tax import VatState
from services.rules.vat_numbers import check as check_vat
from services.scenario.nodes import FIRST_DAY
from services.scenario.story import AccountPart, ProductPart, Story

SELLER = "seller"
ADMIN = "admin@story.example"
# Policies that only guard against slips of the keyboard or of a hurried hand; a file is read before it is played.
POLICIES = {"maximum_seats": SEAT_LIMIT, "one_subscription_per_product": False}
NIGHT, MORNING = time(2), time(9)
_ANYWHERE = {"US": "NY", "CA": "ON", "AU": "NSW"}  # countries that want a state in an address


class StoryClock:
    """The stamps of a story, in the seller's zone: a second later at each look, never back."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._at = datetime.min.replace(tzinfo=UTC)

    def tell(self, day: date, hour: time) -> None:
        """It is this hour of this day now."""
        self._at = max(self._at, datetime.combine(day, hour, self._zone).astimezone(UTC))

    def __call__(self) -> datetime:
        self._at += timedelta(seconds=1)
        return self._at


@dataclass(slots=True)
class Stage:
    """Who acts, when, and what the story's names stand for. `subscriptions`: ref → (account's id, its own)."""

    actor: Actor
    clock: StoryClock
    zone: ZoneInfo
    accounts: dict[str, int]
    subscriptions: dict[str, tuple[int, int]] = field(default_factory=dict)
    purchase_orders: dict[tuple[int, str], int] = field(default_factory=dict)


@contextmanager
def database_of(url: str | None) -> Iterator[None]:
    """The process's database for the length of a story: an empty one by its URL, or a file that is gone afterwards.

    Raises `data.schema.NotEmpty`.
    """
    with tempfile.TemporaryDirectory(prefix="story-") as folder:
        database.use(url or f"sqlite:///{Path(folder) / 'story.db'}", keeps=url is not None)
        try:
            schema.build(database.engine())
            yield
        finally:
            access.use_clock(None)
            database.close()


def set_up(story: Story) -> Stage:
    """Write what the story begins with; the first user is let in by the portal itself."""
    first_day = story.events[0].on if story.events else story.until
    zone = ZoneInfo(story.seller.time_zone)
    clock = StoryClock(zone)
    clock.tell(first_day, time(1))
    access.use_clock(clock)
    user_id = derive_id(FIRST_DAY, "user", ADMIN)
    with access.maintaining() as session:
        session.add(User(id=user_id, name="Admin", email=ADMIN, role=Role.ADMIN.value, language="en"))
        session.add_all(Setting(code=code, value=value) for code, value in (seed.policies() | POLICIES).items())
        seed.seed_tax_rates(session)
        _rates(session, story, first_day)
        _seller(session, story)
        for position, product in enumerate(story.catalog):
            seed.seed_product(session, _row(product), position)
        session.flush()
        accounts = {account.code: _account(session, account, user_id) for account in story.accounts}
    return Stage(access.identify(user_id, first_day), clock, zone, accounts)


def _rates(session: Session, story: Story, first_day: date) -> None:
    """Reference rates of the currencies that are not the seller's; where none is published, one to one is assumed.

    They only print the tax in the seller's currency: no figure of a story depends on them.
    """
    home = story.seller.currency
    foreign = {account.currency for account in story.accounts} - {home}
    if not foreign:
        return
    wanted = (foreign | {home}) - {"EUR"}
    seed.seed_fx_rates(session, wanted, since=first_day - timedelta(days=10))
    for currency in sorted(wanted):
        session.merge(FxRate(currency=currency, day=FIRST_DAY, rate=seed.PARITY, source="assumed"))


def _seller(session: Session, story: Story) -> None:
    """A complete selling entity of the story's country; its name and numbers belong to nobody."""
    part = story.seller
    base = demo_sellers().get(part.country) or _plain_seller(part.country)
    bank = next(iter(base.banks.values()))
    session.add(
        Seller(
            code=SELLER,
            legal_name=base.legal_name,
            country=part.country,
            currency=part.currency,
            time_zone=part.time_zone,
            language="en",
            street=base.street,
            postal_code=base.postal_code,
            city=base.city,
            region=base.region,
            email=base.email,
            register_line=base.register_line,
            invoice_prefix="INV",
            credit_prefix="CN",
            late_payment_texts={"en": base.late_payment_texts.get("en", "")},
        )
    )
    session.flush()
    session.add(
        SellerTaxNumber(seller=SELLER, country=part.country, number=base.tax_numbers.get(part.country, "0000000"))
    )
    currencies = {part.currency} | {account.currency for account in story.accounts}
    session.add_all(
        SellerBank(seller=SELLER, currency=currency, bank_name="Bank", iban=bank.iban or "-", bic=bank.bic or "-")
        for currency in sorted(currencies)
    )


def _plain_seller(country: str) -> SellerProfile:
    """A seller of a country that asks nothing particular of its papers."""
    model = demo_sellers()["DE"]
    return SellerProfile(
        code=SELLER,
        legal_name="Tarnway Software",
        country=country,
        currency="",
        time_zone="",
        language="en",
        invoice_prefix="",
        credit_prefix="",
        street="Main Street 1",
        postal_code="10000",
        city="Town",
        region=_ANYWHERE.get(country, ""),
        email="billing@seller.example",
        banks=model.banks,
    )


def _row(product: ProductPart) -> dict[str, Any]:
    """The product as a row of the catalog's file. A price without a day was always valid."""
    trial = product.trial
    return {
        "code": product.code,
        "name": product.name,
        "trial": {"days": trial.days, "seats": trial.seats, "end": trial.end_action.value, "to": trial.to_plan}
        if trial
        else {},
        "plan": [
            {
                "code": plan.code,
                "name": plan.name,
                "rank": plan.rank,
                "prices": [
                    {
                        "currency": price.currency,
                        "interval": price.interval.value,
                        "model": price.model,
                        "tiers": price.tiers,
                        "valid_from": price.valid_from or FIRST_DAY,
                        "version": f"{price.valid_from:%Y-%m-%d}" if price.valid_from else "",
                    }
                    for price in plan.prices
                ],
            }
            for plan in product.plans
        ],
    }


def _account(session: Session, part: AccountPart, rep_id: int) -> int:
    """An account ready to order, with its billing contact and standing discounts; the rest is filled."""
    account_id, at = id_of(part.code), access.now()
    vat_number, state = "", VatState.UNCHECKED
    if part.vat_number:
        checked = check_vat(part.vat_number, part.country)
        vat_number, state = checked.normalised, VatState.FORM_ONLY if checked.is_valid else VatState.REFUSED
    session.add(
        Account(
            id=account_id,
            code=part.code,
            legal_name=part.name,
            seller=SELLER,
            rep_id=rep_id,
            country=part.country,
            currency=part.currency,
            street="Main Street 2",
            postal_code="10000",
            city="Town",
            region=_ANYWHERE.get(part.country, ""),
            is_business=part.is_business,
            vat_number=vat_number[:30],
            vat_state=state.value,
            net_days=part.terms_days,
            co_term_on=part.co_term_on,
            payment_means="bank_transfer",
            search_text=part.name.casefold(),
            created_at=at,
        )
    )
    session.flush()
    session.add(
        Contact(
            account_id=account_id,
            id=derive_id(FIRST_DAY, "contact", account_id),
            name="Billing",
            email="billing@customer.example",
            is_billing_contact=True,
        )
    )
    session.add_all(
        StandingDiscount(
            account_id=account_id,
            id=derive_id(FIRST_DAY, "discount", account_id, plan),
            plan=plan,
            percent=percent,
            reason="Agreed before the story begins",
        )
        for plan, percent in part.discounts
    )
    session.flush()
    return account_id
