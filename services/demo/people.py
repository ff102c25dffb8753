"""The people of the demo book: users, sellers, and the customers with their contacts and purchase orders."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from data.identity import derive_id
from data.models import Account, StandingDiscount, User
from data.money import Money
from services import access
from services.commands.accounts import create_account
from services.commands.contacts import save_contact
from services.commands.deputies import name_deputy
from services.commands.grants import grant_accounts
from services.commands.purchase_orders import save_purchase_order
from services.commands.sellers import save_seller
from services.commands.teams import TeamForm, give_accounts, save_team
from services.commands.users import UserForm, create_user
from services.commands.vat_checks import record_vat_check
from services.demo_sellers import demo_sellers
from services.permissions import Actor, Permission, Role
from services.rules.account_form import AccountForm
from services.rules.contact_form import ContactForm
from services.rules.payment_means import PaymentMeans
from services.rules.purchase_order_form import PurchaseOrderForm

_ADMIN = UserForm("Odell Frame", "admin@tarnway.example", Role.ADMIN)
_USERS = (
    UserForm("Alba Montreal", "alba@tarnway.example", Role.SALES_REP, "es"),
    UserForm("Joren Wick", "joren@tarnway.example", Role.SALES_REP),
    UserForm("Hattie Colbrook", "hattie@tarnway.example", Role.SALES_REP),
    UserForm("Marlo Denning", "manager@tarnway.example", Role.SALES_MANAGER),
    UserForm("Nuria Salvat", "finance@tarnway.example", Role.FINANCE, "es"),
    UserForm("Petra Lindqvar", "licences@tarnway.example", Role.LICENCE_MANAGER),
)
_REP_OF = {"ES": "alba", "DE": "joren", "NL": "joren", "FR": "joren", "GB": "hattie", "US": "hattie"}
_SELF_SERVICE = (14, 40)  # places in the book of customers who buy on the site
_SELLER_OF = {"NL": "de"}  # no entity of their own there
_CURRENCY_OF = {"GB": "GBP", "US": "USD"}
_LANGUAGE_OF = {"ES": "es"}
_IBAN = "DE89370400440532013000"
FIRST = ("Alda", "Bruno", "Carla", "Dario", "Elke", "Fabien", "Greta", "Hugo", "Inka", "Joss", "Kira", "Loic", "Mirko")
LAST = (
    "Amsel",
    "Bardot",
    "Calvera",
    "Dorval",
    "Estrand",
    "Falk",
    "Garrido",
    "Holm",
    "Ibarne",
    "Jansby",
    "Kerr",
    "Lund",
)

Actors = dict[str, Actor]  # by the name before the @


@dataclass(slots=True)
class Customer:
    """A customer of the book: its row of the book, who sells to it, how it pays, and what it has.

    `opens`: the day its account is opened on. `wants`: products that its story is about; `owned`: product →
    subscription. `lag`: days after the due day between which it pays. `stops_paying_on`: invoices
    due from that day on stay unpaid.
    """

    row: dict[str, Any]
    place: int
    rep: Actor
    dice: random.Random
    lag: tuple[int, int]
    net_days: int
    stops_paying_on: date | None = None
    opens: date = date.max
    wants: set[str] = field(default_factory=set)
    account_id: int = 0
    po_id: int | None = None
    owned: dict[str, int] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """Its account's code."""
        return str(self.row["code"])

    @property
    def story(self) -> str:
        """The particular story told of it; an ordinary life where empty."""
        return str(self.row.get("story", ""))

    @property
    def country(self) -> str:
        """Where it sits."""
        return str(self.row["country"])

    @property
    def currency(self) -> str:
        """What it is billed in."""
        return _CURRENCY_OF.get(self.country, "EUR")

    @property
    def is_complete(self) -> bool:
        """Whether its account has what an order needs: every twelfth has not yet."""
        return self.place % 12 != 11

    @property
    def orders(self) -> bool:
        """Whether it orders here."""
        return self.is_complete and self.place not in _SELF_SERVICE

    @property
    def is_debited(self) -> bool:
        """Whether its invoices are collected."""
        return self.country in ("DE", "NL") and self.place % 3 == 0

    @property
    def means(self) -> PaymentMeans:
        """How it pays."""
        return PaymentMeans.SEPA_DEBIT if self.is_debited else PaymentMeans.BANK_TRANSFER


def users(day: date) -> Actors:
    """The users and sellers; the first administrator is let in by the portal itself."""
    with access.maintaining() as session:
        first = derive_id(day, "user", _ADMIN.email)
        session.add(User(id=first, name=_ADMIN.name, email=_ADMIN.email, role=_ADMIN.role, language=_ADMIN.language))
    actors = {"admin": access.identify(first, day)}
    for form in _USERS:
        actors[form.email.split("@")[0]] = access.identify(create_user(actors["admin"], form, day), day)
    for seller in demo_sellers().values():
        save_seller(actors["admin"], seller)
    return actors


def customer(row: dict[str, Any], place: int, actors: Actors) -> Customer:
    """A customer of the book, before its account is opened."""
    dice = random.Random(f"tarnway {row['code']}")  # its own: another's story does not change it
    is_plain = not row.get("story")
    lags = ((-15, -5), *[(-11, -6)] * 6, (2, 18), (2, 18), (24, 40)) if is_plain else ((-11, -6),)
    made = Customer(
        row=row,
        place=place,
        rep=actors[_REP_OF[row["country"]]],
        dice=dice,
        lag=dice.choice(lags),
        net_days=dice.choice((15, 30, 30, 45, 60)) if is_plain else 30,
    )
    if made.is_debited:
        made.lag, made.net_days = (0, 0), 14
    return made


def open_account(customer: Customer, finance: Actor, day: date, *, po: PurchaseOrderForm | None = None) -> None:
    """Open the account with its contacts and what was agreed with it."""
    row, place = customer.row, customer.place
    domain = f"{customer.code}.example"
    form = AccountForm(
        code=customer.code,
        legal_name=row["name"],
        seller=_SELLER_OF.get(customer.country),
        segment=row["segment"],
        country=customer.country,
        currency=customer.currency,
        language=_LANGUAGE_OF.get(customer.country, "en"),
        street=row["street"] if customer.is_complete else "",
        postal_code=row["postal_code"],
        city=row["city"],
        region=row.get("region", ""),
        vat_number=row.get("vat_number", ""),
        net_days=customer.net_days,
        end_of_month=place % 9 == 4 and not customer.story,
        co_term_on=row.get("co_term_on"),
        po_required=po is not None,
        supplier_number=f"V-{40_000 + 37 * place}" if place % 4 == 0 else "",
        cost_centre=f"CC {100 + place}" if place % 6 == 1 else "",
        payment_means=customer.means,
        iban=_IBAN if customer.is_debited else "",
        mandate_reference=f"MNDT-{customer.code}"[:35] if customer.is_debited else "",
        mandate_signed_on=day if customer.is_debited else None,
    )
    contact = ContactForm(_name(customer.dice), f"billing@{domain}", "", is_billing_contact=True)
    saved = create_account(customer.rep, form, billing_contact=contact if customer.is_complete else None, today=day)
    customer.account_id = saved.account_id
    if place % 2 == 0:
        recipient = ContactForm(_name(customer.dice), f"invoices@{domain}", is_invoice_recipient=True)
        save_contact(customer.rep, saved.account_id, recipient, today=day)
    if po is not None:
        customer.po_id = save_purchase_order(customer.rep, saved.account_id, po, today=day)
    if form.vat_number and place % 5 != 2:
        _confirm(finance, saved.account_id, saved.version, day)
    if place in _SELF_SERVICE:
        _hand_to_site(saved.account_id)
    if "standing" in row:
        _agree(saved.account_id, row["standing"], day)


def purchase_order(customer: Customer, expires_on: date) -> PurchaseOrderForm:
    """The customer's framework order."""
    cap = Money.of("900000", customer.currency) if customer.place % 20 == 13 else None
    return PurchaseOrderForm(f"45{10_000 + 91 * customer.place}", expires_on, cap)


def _hand_to_site(account_id: int) -> None:
    """A customer of the self-service site: looked at here, changed there. No command makes one; the site does."""
    with access.maintaining() as session:
        session.get_one(Account, account_id).kind = "self_service"


def _agree(account_id: int, agreed: dict[str, str], day: date) -> None:
    """A standing discount, as it came with the contract: the portal reads them and has no form for them."""
    key = derive_id(day, "discount", account_id, agreed["plan"])
    amounts = {name: Decimal(agreed[name]) for name in ("percent", "unit_amount") if name in agreed}
    with access.maintaining() as session:
        session.add(StandingDiscount(account_id=account_id, id=key, **agreed | amounts))


def _confirm(finance: Actor, account_id: int, version: int, day: date) -> None:
    record_vat_check(
        finance,
        account_id,
        is_confirmed=True,
        checked_on=day,
        consultation=f"WAPIAAAA{account_id % 10**8:08d}",
        version=version,
        today=day,
    )


def _name(dice: random.Random) -> str:
    return f"{dice.choice(FIRST)} {dice.choice(LAST)}"


def share_work(actors: Actors, today: date) -> None:
    """Corporate Account Services shares four accounts; one rep stands in for another this fortnight.

    The licence manager is granted the accounts of the continent.
    """
    admin, alba, joren = actors["admin"], actors["alba"], actors["joren"]
    team = save_team(admin, TeamForm("Corporate Account Services", (alba.user_id, actors["hattie"].user_id)), today)
    with access.reading(admin, Permission.SEE_ACCOUNTS) as session:
        codes = list(session.scalars(select(Account.code).where(Account.country == "US").order_by(Account.code)))
        continent = select(Account.code).where(Account.country.not_in(("US", "GB")))
        granted = list(session.scalars(continent))
    give_accounts(admin, team, codes[:4])
    grant_accounts(admin, actors["licences"].user_id, granted)
    name_deputy(joren, alba.user_id, starts_on=today, ends_on=today + timedelta(days=14), today=today)
