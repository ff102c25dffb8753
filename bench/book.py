"""A large book to measure on: who looks at it, and the accounts, orders and mails that pages are opened with."""

from dataclasses import dataclass
from datetime import date

from bench.order import ITEMS, accounts_without_anything
from data.identity import account_id
from data.money import Money
from services import access, scale
from services.commands.carts import add_to_cart
from services.commands.orders import place_order
from services.commands.payments import PaymentRequest, record_payment
from services.errors import Invalid
from services.permissions import Actor, Role
from services.queries.account_list import list_accounts
from services.queries.account_tabs import orders_of, subscriptions_of
from services.queries.licensed_users import licensed_users
from services.queries.orders import order_card, preview_order
from services.queries.outbox import list_mails
from services.queries.sign_in import choices
from services.rules.order_request import OrderRequest

TODAY = date(2026, 4, 11)
Ids = dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Book:
    """A built book. `addresses`: by page of the menu, the query parameters that it is opened with, each a case."""

    rep: Actor
    finance: Actor
    admin: Actor
    account: int
    addresses: dict[str, list[Ids]]

    @property
    def actors(self) -> tuple[Actor, ...]:
        """Who opens the pages; the admin only what the others may not."""
        return (self.rep, self.finance, self.admin)


def build(size: scale.Size) -> Book:
    """Fill the process's database, which has a schema and no users, and choose what pages are opened with."""
    for _ in scale.build(size, number=1, today=TODAY):
        pass
    return find()


def find() -> Book:
    """Place an order and fill a cart in a book that was built, and choose what pages are opened with."""
    rep, finance, admin = (_actor(role) for role in (Role.SALES_REP, Role.FINANCE, Role.ADMIN))
    try:
        ordered, in_cart = accounts_without_anything(rep, 2)
    except Invalid:  # the book was measured before
        ordered, in_cart = account_id("bench-0"), account_id("bench-1")
    request = OrderRequest(ordered, "bench", ITEMS, evidence="mail", evidence_reference="bench")
    total = preview_order(rep, request, today=TODAY).total
    order = place_order(rep, request, agreed=total, today=TODAY).order_id
    for item in ITEMS:
        add_to_cart(rep, in_cart, item, today=TODAY)
    account = account_id("scale-000000")
    subscription = int(subscriptions_of(rep, account, TODAY)["id"][0])
    user = int(licensed_users(rep, account, today=TODAY).frame["id"][0])
    mail = int(list_mails(rep).frame["mail_id"][0])
    document = order_card(rep, ordered, order).documents[0][0]
    own: Ids = {"account": account}
    received = PaymentRequest(ordered, Money(100, total.currency), TODAY, "bank_transfer", "bench", "bench")
    payment: Ids = {"account": ordered, "payment": record_payment(finance, received, TODAY).payment_id}
    tabs = ("orders", "invoices", "payments", "contacts", "users", "details", "activity")
    billing: Ids = {"kind": "purchase", "product": "support", "plan": "support-pro", "seats": 10, "step": "billing"}
    return Book(
        rep,
        finance,
        admin,
        account,
        {
            "sales/decisions": [{}, {"view": "month"}, {"view": "timeline"}],
            "sales/accounts": [{}, {"q": "group berlin"}, {"state": "incomplete"}, {"page": max(1, _pages(rep))}],
            "sales/account": [own, *(own | {"tab": tab} for tab in tabs)],
            "sales/account_edit": [own],
            "sales/subscribe": [own, {"account": in_cart} | billing],
            "sales/checkout": [{"account": in_cart}],
            "sales/placed": [{"account": ordered, "order": order}],
            "sales/order": [{"account": int(orders_of(rep, ordered)["account_id"][0]), "order": order}],
            "sales/subscription": [own | {"subscription": subscription}],
            "sales/change": [own | {"subscription": subscription, "seats": 999}],
            "sales/bulk_change": [{}, {"product": "support"}],
            "billing/invoices": [{}, {"q": "customer 000000"}, {"status": "overdue"}, {"status": "paid"}],
            "billing/invoice": [{"account": ordered, "document": document}],
            "billing/payments": [{}, {"q": "customer 000000"}, {"status": "balance"}, {"status": "reversed"}],
            "billing/payment": [payment],
            "billing/record_payment": [{}, own],
            "billing/statements": [{}],
            "billing/debits": [{}],
            "billing/outbox": [{}, {"mail": mail}],
            "seats/licensed_users": [{}, own],
            "seats/licensed_user": [own | {"user": user}],
            "seats/assign": [own, own | {"subscription": subscription}],
        },
    )


def _actor(role: Role) -> Actor:
    return access.identify(next(choice.user_id for choice in choices() if choice.role == role), TODAY)


def _pages(actor: Actor) -> int:
    return list_accounts(actor, limit=1, today=TODAY).total // 50
