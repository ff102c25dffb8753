"""Milliseconds to place an order of three items, all effects included, at some numbers of accounts.

`python bench/order.py --accounts 100 100000 --databases sqlite postgresql`: one JSON object a line.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import date
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])

from sqlalchemy import func, select

from bench.databases import fresh
from data import database, migrate
from data.models import Account
from data.money import Money
from data.period import Interval
from services import access, scale
from services.commands.accounts import create_account
from services.commands.orders import place_order
from services.permissions import Actor
from services.queries.orders import preview_order
from services.queries.sign_in import choices
from services.rules.account_form import AccountForm
from services.rules.contact_form import ContactForm
from services.rules.order_request import OrderRequest
from services.rules.ordering import ItemKind, OrderItem

TODAY = date(2026, 4, 11)
ITEMS = (
    OrderItem(ItemKind.PURCHASE, "support-pro", 10, Interval.YEAR),
    OrderItem(ItemKind.PURCHASE, "backup-devices", 120, Interval.MONTH),
    OrderItem(ItemKind.TRIAL, "meetings-team", 5),
)


def accounts_without_anything(rep: Actor, count: int) -> list[int]:
    """New accounts of the rep, ready to order."""
    form = AccountForm(country="ES", currency="EUR", street="Calle 1", postal_code="28046", city="Madrid")
    made = []
    for number in range(count):
        contact = ContactForm("Billing", f"billing@bench{number}.example", is_billing_contact=True)
        named = {"code": f"bench-{time.time_ns()}", "legal_name": f"Bench {number}, S.L."}  # new ones at each run
        filled = AccountForm(**{**{f: getattr(form, f) for f in form.__slots__}, **named})
        made.append(create_account(rep, filled, billing_contact=contact, today=TODAY).account_id)
    return made


def build(accounts: int) -> None:
    """A book of so many accounts, two subscriptions each, invoices of a month."""
    for _ in scale.build(scale.Size(accounts, subscriptions=2, months=1), number=1, today=TODAY):
        pass


def measure(orders: int) -> dict[str, float | int]:
    """The time of each of so many orders, each of another account."""
    rep = access.identify(next(c.user_id for c in choices() if c.role == "sales_rep"), TODAY)
    times, previews = [], []
    for number, account in enumerate(accounts_without_anything(rep, orders + 3)):
        request = OrderRequest(account, f"bench {number}", ITEMS, evidence="mail", evidence_reference="bench")
        start = time.perf_counter()
        agreed: Money = preview_order(rep, request, today=TODAY).total
        middle = time.perf_counter()
        place_order(rep, request, agreed=agreed, today=TODAY)
        previews.append((middle - start) * 1000)
        times.append((time.perf_counter() - middle) * 1000)
    times, previews = times[3:], previews[3:]  # the first ones fill the caches of statements
    return {
        "orders": orders,
        "ms_per_order": round(statistics.median(times), 1),
        "p95_ms": round(sorted(times)[int(len(times) * 0.95)], 1),
        "slowest_ms": round(max(times), 1),
        "preview_ms": round(statistics.median(previews), 1),
    }


def _accounts() -> int:
    with access.maintaining() as session:
        return session.scalar(select(func.count()).select_from(Account)) or 0


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, nargs="+", default=[100, 100_000])
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--orders", type=int, default=100)
    parser.add_argument("--book", metavar="URL", help="measure on a book that stands already (100 accounts are added)")
    given = parser.parse_args()
    if given.book:
        database.use(given.book)
        said = {"bench": "order", "database": database.engine().dialect.name, "accounts": _accounts()}
        print(json.dumps(said | measure(given.orders)), flush=True)
        return
    for name in given.databases:
        for accounts in given.accounts:
            with ExitStack() as stack:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                database.use(stack.enter_context(fresh(name, folder)))
                migrate.upgrade()
                build(accounts)
                said = {"bench": "order", "database": name, "accounts": accounts}
                print(json.dumps(said | measure(given.orders)), flush=True)
                database.close()


if __name__ == "__main__":
    main()
