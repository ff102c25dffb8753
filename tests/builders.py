"""Builders: rows that say only what matters to the test."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from data import database
from data.identity import account_id as id_of
from data.identity import derive_id
from data.models import (
    Account,
    Contact,
    Deputy,
    LicensedUser,
    PurchaseOrder,
    Seller,
    SellerBank,
    SellerTaxNumber,
    Team,
    TeamMember,
    User,
)
from services import access
from services.permissions import Actor, Role

TODAY = date(2026, 4, 11)
NOW = datetime(2026, 4, 11, 9, 30, tzinfo=UTC)

# Country → currency, tax number, bank details, register line: invented, with valid check digits.
SELLERS: dict[str, dict[str, Any]] = {
    "ES": {
        "legal_name": "Northwind Software Iberia, S.L.",
        "currency": "EUR",
        "time_zone": "Europe/Madrid",
        "language": "es",
        "tax_number": "ESB58378431",
        "bank": {"iban": "ES9121000418450200051332", "bic": "CAIXESBBXXX", "bank_name": "Banco Ejemplo"},
        "register_line": "Registro Mercantil de Madrid, tomo 1, folio 1, hoja M-1",
        "address": ("Calle Mayor 1", "28013", "Madrid"),
    },
    "US": {
        "legal_name": "Northwind Software Inc.",
        "currency": "USD",
        "time_zone": "America/New_York",
        "language": "en",
        "tax_number": "12-3456789",
        "bank": {"routing_number": "021000021", "account_number": "123456789", "bank_name": "Example Bank"},
        "register_line": "Delaware corporation, file number 1234567",
        "address": ("1 Main Street", "10001", "New York"),
    },
}


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
    """A complete selling entity of a country, once; returns its code."""
    facts = SELLERS[country]
    code = columns.pop("code", country.lower())
    street, postal_code, city = facts["address"]
    row = {
        "legal_name": facts["legal_name"],
        "country": country,
        "currency": facts["currency"],
        "time_zone": facts["time_zone"],
        "language": facts["language"],
        "street": street,
        "postal_code": postal_code,
        "city": city,
        "register_line": facts["register_line"],
        "invoice_prefix": f"INV{country}",
        "credit_prefix": f"CN{country}",
        "late_payment_texts": {"en": "Late payments bear statutory interest.", "es": "Intereses de demora legales."},
    }
    with database.write_session() as session:
        if session.get(Seller, code) is None:
            session.add(Seller(code=code, **(row | columns)))
            session.flush()
            session.add(SellerTaxNumber(seller=code, country=country, number=facts["tax_number"]))
            for currency in ("EUR", "USD", "GBP"):
                session.add(SellerBank(seller=code, currency=currency, **facts["bank"]))
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
    add(LicensedUser(account_id=account, id=user, email=email, **row))
    return user


def make_team(name: str, *members: Actor) -> int:
    """A team with its members."""
    team = derive_id(TODAY, "team", name)
    add(Team(id=team, name=name), *(TeamMember(team_id=team, user_id=member.user_id) for member in members))
    return team


def make_deputy(rep: Actor, deputy: Actor, starts_on: date, ends_on: date) -> None:
    """A deputy for the days `[starts_on, ends_on)`."""
    row = derive_id(starts_on, "deputy", rep.user_id, deputy.user_id)
    add(Deputy(id=row, user_id=rep.user_id, deputy_id=deputy.user_id, starts_on=starts_on, ends_on=ends_on))
