"""The demo book: invented customers, users and sellers, made by the real commands; the same for the same day."""

import random
import tomllib
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import select

from data.identity import derive_id
from data.models import Account, User
from data.money import Money
from services import access
from services.commands.accounts import create_account
from services.commands.contacts import save_contact
from services.commands.deputies import name_deputy
from services.commands.purchase_orders import save_purchase_order
from services.commands.sellers import save_seller
from services.commands.teams import TeamForm, give_accounts, save_team
from services.commands.users import UserForm, create_user
from services.commands.vat_checks import record_vat_check
from services.demo_orders import Customer, play_orders
from services.demo_sellers import demo_sellers
from services.permissions import Actor, Permission, Role
from services.rules.account_form import AccountForm
from services.rules.contact_form import ContactForm
from services.rules.payment_means import PaymentMeans
from services.rules.purchase_order_form import PurchaseOrderForm

_BOOK = Path(__file__).resolve().parents[1] / "data" / "demo_book.toml"
_YEAR = timedelta(days=365)
_ADMIN = UserForm("Odell Frame", "admin@tarnway.example", Role.ADMIN)
_USERS = (
    UserForm("Alba Montreal", "alba@tarnway.example", Role.SALES_REP, "es"),
    UserForm("Joren Wick", "joren@tarnway.example", Role.SALES_REP),
    UserForm("Hattie Colbrook", "hattie@tarnway.example", Role.SALES_REP),
    UserForm("Marlo Denning", "manager@tarnway.example", Role.SALES_MANAGER),
    UserForm("Nuria Salvat", "finance@tarnway.example", Role.FINANCE, "es"),
    UserForm("Petra Lindqvar", "licences@tarnway.example", Role.LICENCE_MANAGER),
)
_REP_OF = {"ES": 0, "DE": 1, "NL": 1, "FR": 1, "GB": 2, "US": 2}  # country → place in _USERS
_SELF_SERVICE = (14, 40)  # places in the book of customers who buy on the site
_SELLER_OF = {"NL": "de"}  # no entity of their own there
_CURRENCY_OF = {"GB": "GBP", "US": "USD"}
_LANGUAGE_OF = {"ES": "es"}
_FIRST = ("Alda", "Bruno", "Carla", "Dario", "Elke", "Fabien", "Greta", "Hugo", "Inka", "Joss", "Kira", "Loic")
_LAST = ("Amsel", "Bardot", "Calvera", "Dorval", "Estrand", "Falk", "Garrido", "Holm", "Ibarne", "Jansby", "Kerr")


class Clock:
    """Stamps of a story: nine in the morning of the day it is told, a second later at each look."""

    def __init__(self, day: date) -> None:
        self.at = datetime.combine(day, time(9), UTC)

    def tell(self, day: date) -> None:
        """It is this day now."""
        self.at = max(self.at, datetime.combine(day, time(9), UTC))

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


def build(today: date, progress: Callable[[int, int], None] = lambda done, total: None) -> None:
    """Build the book in a database with catalog and no users, as of `today`; `progress(done, total)` in accounts."""
    clock = Clock(today - _YEAR)
    access.use_clock(clock)
    try:
        actors = _people(today - _YEAR)
        customers = tomllib.loads(_BOOK.read_text(encoding="utf-8"))["customer"]
        dice = random.Random(20_260_411)  # the book is the same for everybody
        total = 2 * len(customers)
        made = []
        for done, row in enumerate(customers, start=1):
            made.append(_customer(row, done - 1, actors, dice, today))
            progress(done, total)
        for done, _ in enumerate(play_orders(made, actors["finance"], clock, dice, today), start=len(customers) + 1):
            progress(done, total)
        _teams_and_deputies(actors, today)
    finally:
        access.use_clock(None)


def _people(day: date) -> dict[str, Actor]:
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


def _customer(row: dict[str, str], place: int, actors: dict[str, Actor], dice: random.Random, today: date) -> Customer:
    """An account with its contacts and purchase order; every twelfth came in incomplete."""
    country, code, is_complete = row["country"], row["code"], place % 12 != 11
    rep = list(actors.values())[1 + _REP_OF[country]]
    domain = f"{code}.example"
    is_debited = country in ("DE", "NL") and place % 3 == 0
    form = AccountForm(
        code=code,
        legal_name=row["name"],
        seller=_SELLER_OF.get(country),
        segment=row["segment"],
        country=country,
        currency=_CURRENCY_OF.get(country, "EUR"),
        language=_LANGUAGE_OF.get(country, "en"),
        street=row["street"] if is_complete else "",
        postal_code=row["postal_code"],
        city=row["city"],
        region=row.get("region", ""),
        vat_number=row.get("vat_number", ""),
        net_days=dice.choice((15, 30, 30, 45, 60)),
        end_of_month=place % 9 == 4,
        po_required=place % 10 == 3,
        supplier_number=f"V-{40_000 + 37 * place}" if place % 4 == 0 else "",
        cost_centre=f"CC {100 + place}" if place % 6 == 1 else "",
        payment_means=PaymentMeans.SEPA_DEBIT if is_debited else PaymentMeans.BANK_TRANSFER,
        iban="DE89370400440532013000" if is_debited else "",
        mandate_reference=f"MNDT-{code}"[:35] if is_debited else "",
        mandate_signed_on=today - _YEAR if is_debited else None,
    )
    contact = ContactForm(_name(dice), f"billing@{domain}", "", is_billing_contact=True)
    saved = create_account(rep, form, billing_contact=contact if is_complete else None, today=today)
    if place % 2 == 0:
        recipient = ContactForm(_name(dice), f"invoices@{domain}", is_invoice_recipient=True)
        save_contact(rep, saved.account_id, recipient, today=today)
    po_id = None
    if form.po_required:
        po = PurchaseOrderForm(
            f"45{10_000 + 91 * place}", today + timedelta(days=200), Money.of("250000", form.currency)
        )
        po_id = save_purchase_order(rep, saved.account_id, po, today=today)
    if form.vat_number and place % 5 != 2:
        _confirm(actors["finance"], saved.account_id, today)
    is_corporate = place not in _SELF_SERVICE
    if not is_corporate:
        _hand_to_site(saved.account_id)
    return Customer(saved.account_id, code, rep, form.currency, po_id, orders=is_complete and is_corporate)


def _hand_to_site(account_id: int) -> None:
    """A customer of the self-service site: looked at here, changed there. No command makes one; the site does."""
    with access.maintaining() as session:
        session.get_one(Account, account_id).kind = "self_service"


def _confirm(finance: Actor, account_id: int, today: date) -> None:
    with access.reading(finance, Permission.SEE_ACCOUNTS) as session:
        version = session.get_one(Account, account_id).version
    record_vat_check(
        finance,
        account_id,
        is_confirmed=True,
        checked_on=today - timedelta(days=90),
        consultation=f"WAPIAAAA{account_id % 10**8:08d}",
        version=version,
        today=today,
    )


def _name(dice: random.Random) -> str:
    return f"{dice.choice(_FIRST)} {dice.choice(_LAST)}"


def _teams_and_deputies(actors: dict[str, Actor], today: date) -> None:
    """Corporate Account Services shares four accounts; one rep stands in for another this fortnight."""
    admin, alba, joren = actors["admin"], actors["alba"], actors["joren"]
    team = save_team(admin, TeamForm("Corporate Account Services", (alba.user_id, actors["hattie"].user_id)), today)
    with access.reading(admin, Permission.SEE_ACCOUNTS) as session:
        codes = list(session.scalars(select(Account.code).where(Account.country == "US").order_by(Account.code)))
    give_accounts(admin, team, codes[:4])
    name_deputy(joren, alba.user_id, starts_on=today, ends_on=today + timedelta(days=14), today=today)
