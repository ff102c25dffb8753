"""Builders: rows that say only what matters to the test."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data import database
from data.identity import account_id as id_of
from data.identity import derive_id
from data.models import (
    Account,
    AccountGrant,
    Contact,
    Deputy,
    Entitlement,
    LicensedUser,
    Plan,
    Price,
    PurchaseOrder,
    Seat,
    Seller,
    SellerBank,
    SellerTaxNumber,
    Subscription,
    Team,
    TeamMember,
    User,
)
from data.period import Interval
from services import access
from services.commands.orders import place_order
from services.demo_sellers import demo_sellers
from services.permissions import Actor, Role
from services.queries.orders import preview_order
from services.rules.order_request import OrderRequest
from services.rules.ordering import ItemKind, OrderItem

TODAY = date(2026, 4, 11)
NOW = datetime(2026, 4, 11, 9, 30, tzinfo=UTC)


def write(work: Callable[[Session], Any]) -> Any:
    """Run the work in a transaction of its own."""
    with database.write_session() as session:
        return work(session)


def add(*rows: Any) -> None:
    """Insert rows in order."""
    with database.write_session() as session:
        for row in rows:
            session.add(row)
            session.flush()


def make_user(role: Role = Role.SALES_REP, *, email: str = "", name: str = "", language: str = "en") -> Actor:
    """A user and the actor it is on `TODAY`; the e-mail names it, by default after the role."""
    email = email or f"{role.value}@portal.example"
    user_id = derive_id(date(2026, 1, 1), "user", email)
    name = name or email.split("@")[0].replace("_", " ").title()
    add(User(id=user_id, email=email, name=name, role=role.value, language=language))
    return access.identify(user_id, TODAY)


def make_seller(country: str = "ES", **columns: Any) -> str:
    """A complete selling entity of ES, DE, FR, GB or US, once, with bank details in EUR, USD and GBP; its code."""
    facts = demo_sellers()[country]
    code = columns.pop("code", country.lower())
    row = asdict(facts) | {"code": code, "invoice_prefix": f"INV{country}", "credit_prefix": f"CN{country}"} | columns
    numbers, banks = row.pop("tax_numbers"), row.pop("banks")
    with database.write_session() as session:
        if session.get(Seller, code) is None:
            session.add(Seller(**row))
            session.flush()
            session.add_all(SellerTaxNumber(seller=code, country=c, number=number) for c, number in numbers.items())
            for currency in ("EUR", "USD", "GBP"):
                bank = banks.get(currency) or banks[facts.currency]
                session.add(SellerBank(seller=code, currency=currency, **bank))
    return str(code)


def make_account(code: str = "acme", *, rep: Actor | None = None, seller: str | None = None, **columns: Any) -> int:
    """A Spanish corporate account in euros, complete and ready to order unless a column says otherwise."""
    account = id_of(code)
    row: dict[str, Any] = {
        "legal_name": code.title(),
        "country": "ES",
        "currency": "EUR",
        "language": "en",
        "street": "Gran Vía 2",
        "postal_code": "28013",
        "city": "Madrid",
        "vat_number": "ESA58818501",
        "vat_state": "confirmed",
        "payment_means": "bank_transfer",
        "search_text": code.lower(),
        "created_at": NOW,
    }
    add(
        Account(
            id=account,
            code=code,
            rep_id=rep.user_id if rep else None,
            seller=seller or make_seller("ES"),
            **(row | columns),
        )
    )
    make_contact(account, email=f"billing@{code}.example", is_billing_contact=True)
    return account


def make_grant(licence_manager: Actor, *accounts: int) -> None:
    """Accounts a licence manager may see and work on."""
    user = licence_manager.user_id
    add(*(AccountGrant(account_id=account, user_id=user, granted_at=NOW, granted_by=user) for account in accounts))


def make_contact(account: int, *, email: str, name: str = "", **columns: Any) -> int:
    """A contact of the account."""
    contact = derive_id(TODAY, "contact", account, email)
    add(Contact(account_id=account, id=contact, email=email, name=name or email.split("@")[0].title(), **columns))
    return contact


def make_purchase_order(account: int, number: str = "PO-1", **columns: Any) -> int:
    """A purchase order of the account."""
    po = derive_id(TODAY, "po", account, number)
    add(PurchaseOrder(account_id=account, id=po, number=number, **columns))
    return po


def make_licensed_user(account: int, email: str = "ana@acme.example", **columns: Any) -> int:
    """A licensed user without seats."""
    user = derive_id(TODAY, "licensed user", account, email)
    row = {"name": email.split("@")[0].title(), "created_at": NOW} | columns
    row.setdefault("search_text", f"{row['name']} {email}".casefold())
    add(LicensedUser(account_id=account, id=user, email=email, **row))
    return user


def make_seat(account: int, subscription: int, user: int, *, assigned_on: date, **columns: Any) -> int:
    """A seat of the subscription assigned to the user at noon of a day, counted and not suspended any more."""
    seat = derive_id(assigned_on, "seat", account, user, subscription)
    with database.write_session() as session:
        bought = session.get_one(Subscription, (account, subscription))
        bought.seats_assigned += 1
        session.get_one(LicensedUser, (account, user)).is_suspended = False
        session.add(
            Seat(
                account_id=account,
                id=seat,
                subscription_id=subscription,
                product=bought.product,
                user_id=user,
                assigned_at=datetime(assigned_on.year, assigned_on.month, assigned_on.day, 12, tzinfo=UTC),
                assigned_by=session.scalars(select(User.id).limit(1)).one(),
                **columns,
            )
        )
    return seat


def make_subscription(
    account: int,
    plan: str = "support-pro",
    *,
    seats: int = 10,
    status: str = "active",
    starts_on: date = date(2026, 1, 1),
    ends_on: date | None = None,
    **columns: Any,
) -> int:
    """A monthly subscription with its entitlement on `[starts_on, ends_on)`, as rows: no order, no invoice."""
    subscription = derive_id(starts_on, "subscription", account, plan, status)
    with database.write_session() as session:
        currency = session.scalars(select(Account.currency).where(Account.id == account)).one()
        price = session.scalars(
            select(Price).where(Price.plan == plan, Price.currency == currency, Price.interval == "month")
        ).first()
        product = session.scalars(select(Plan.product).where(Plan.code == plan)).one()
        assert price
        row = {
            "reference": f"S-{plan}-{status}",
            "product": product,
            "plan": plan,
            "price_id": price.id,
            "status": status,
            "is_trial": status == "trialing",
            "seats": seats,
            "interval": "month",
            "starts_on": starts_on,
            "anchor_on": starts_on,
            "period_start": starts_on,
            "period_end": ends_on or date(2099, 1, 1),
            "order_id": 1,
            "created_at": NOW,
        }
        session.add(Subscription(account_id=account, id=subscription, **(row | columns)))
        session.flush()
        session.add(
            Entitlement(
                account_id=account,
                id=derive_id(starts_on, "entitlement", subscription),
                subscription_id=subscription,
                product=product,
                starts_on=starts_on,
                ends_on=ends_on,
            )
        )
    return subscription


def make_invoice(
    actor: Actor, account: int, *items: OrderItem, key: str = "invoice", today: date = TODAY, **more: Any
) -> int:
    """An invoice as a real order issues it, by default for ten seats of one plan for a year; returns its id."""
    wanted = items or (OrderItem(ItemKind.PURCHASE, "support-pro", 10, Interval.YEAR),)
    request = OrderRequest(account, key, wanted, evidence="mail", evidence_reference="Mail of the buyer", **more)
    total = preview_order(actor, request, today=today).total
    return place_order(actor, request, agreed=total, today=today).document_ids[-1]


def make_team(name: str, *members: Actor) -> int:
    """A team with its members."""
    team = derive_id(TODAY, "team", name)
    add(Team(id=team, name=name), *(TeamMember(team_id=team, user_id=member.user_id) for member in members))
    return team


def make_deputy(rep: Actor, deputy: Actor, starts_on: date, ends_on: date) -> None:
    """A deputy for the days `[starts_on, ends_on)`."""
    row = derive_id(starts_on, "deputy", rep.user_id, deputy.user_id)
    add(Deputy(id=row, user_id=rep.user_id, deputy_id=deputy.user_id, starts_on=starts_on, ends_on=ends_on))
