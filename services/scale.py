"""`python -m services.scale --accounts N --seed 1 URL`: a reproducible large book, written in bulk, for measuring.

Accounts with ten subscriptions each on average (half annual, half monthly), their invoices of the last months, what was
paid of them, contacts and licensed users. Numbers run account by account, not day by day, and nothing is taxed.
"""

import argparse
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select, text

from data import database, migrate
from data.identity import account_id, derive_id
from data.models import Price, User
from data.money import Money
from data.period import Interval, Period, boundary
from data.seed import seed
from services import access, uses
from services.bulk import Rows
from services.commands.sellers import save_seller
from services.commands.users import UserForm, create_user
from services.demo_sellers import demo_sellers
from services.documents.facts import Address
from services.facts import price_of
from services.journal.figures import DUES, FIGURES
from services.permissions import Role
from services.rules import pricing, recurring
from services.rules.cycles import cash_day, delay_of
from services.rules.figures import Dimensions
from services.rules.lifecycle import Status
from services.rules.payment_terms import Terms
from services.scale_copies import copy_accounts, multiply, sums, templates
from services.scale_papers import Billed, Papers, amount_of
from services.scale_payments import Payer
from services.scale_seats import Pool, add_feeds, add_people

REPS = 20
_COUNTRIES = (("ES", "EUR", "es"), ("DE", "EUR", "de"), ("FR", "EUR", "fr"), ("GB", "GBP", "gb"), ("US", "USD", "us"))
_SEGMENTS = ("Energy", "Health", "Industry", "Public sector", "Retail", "Technology")
_CITIES = {"ES": "Madrid", "DE": "Berlin", "FR": "Paris", "GB": "London", "US": "New York"}


@dataclass(frozen=True, slots=True)
class Size:
    """How large: accounts, subscriptions each on average, months of invoices.

    `seats`: assigned of a subscription, on average; `days`: on which each was used; `intervals`: of billing.
    """

    accounts: int
    subscriptions: int = 10
    months: int = 24
    seats: int = 1
    days: int = 0
    intervals: tuple[Interval, ...] = (Interval.YEAR, Interval.MONTH)


def build(size: Size, *, number: int, today: date) -> Iterator[int]:
    """Fill the process's database, which has a schema and no users; yields the accounts written so far.

    One transaction a chunk; an interrupted build is begun again on an empty database.
    """
    reps = _people(today)
    with access.maintaining() as session:
        rows = [price_of(row) for row in session.scalars(select(Price))]
    prices = {(price.plan, price.currency, price.interval): price for price in rows}
    story = _Story(size, number, today, reps, prices)
    made = templates(size.accounts)
    rest = size.accounts % made
    if rest:
        yield from _made(story, 0, rest)
    of_rest = sums() if rest else None
    yield from _made(story, rest, made)
    with database.engine().execution_options(writes=True).begin() as connection:
        bulk = Rows(connection)
        for row in story.papers.series():
            bulk.add("number_series", row)
        bulk.write()
    multiply(size.accounts // made, of_rest)
    uses.rebuild(today)
    if made < size.accounts:
        yield from copy_accounts(made, size.accounts)
        with access.maintaining() as session:
            uses.sum_up(session)
    else:
        with database.engine().execution_options(writes=True).begin() as connection:
            connection.execute(text("ANALYZE"))


def _made(story: "_Story", done: int, until: int) -> Iterator[int]:
    """Make accounts one by one; yields how many there are by now."""
    while done < until:
        with database.engine().execution_options(writes=True).begin() as connection:
            bulk = Rows(connection)
            while done < until and not bulk.is_full:
                story.account(bulk, done)
                done += 1
            for table in (FIGURES, DUES):
                bulk.sums(table).clear()  # summed up at the end, all at once
            bulk.write()
        yield done


def _people(today: date) -> list[int]:
    with access.maintaining() as session:
        seed(session)
        admin = derive_id(today, "user", "admin@scale.example")
        session.add(User(id=admin, email="admin@scale.example", name="Admin", role=Role.ADMIN.value))
    actor = access.identify(admin, today)
    for seller in demo_sellers().values():
        save_seller(actor, seller)
    for role in (Role.SALES_MANAGER, Role.FINANCE, Role.LICENCE_MANAGER):
        create_user(actor, UserForm(role.replace("_", " ").title(), f"{role}@scale.example", role), today)
    forms = [UserForm(f"Rep {n:02d}", f"rep{n:02d}@scale.example", Role.SALES_REP) for n in range(REPS)]
    return [create_user(actor, form, today) for form in forms]


class _Story:
    """Accounts one after the other, each from its own dice: the same for the same number and seed."""

    def __init__(self, size: Size, number: int, today: date, reps: list[int], prices: dict[Any, pricing.Price]) -> None:
        self._size, self._number, self._today, self._reps, self._prices = size, number, today, reps, prices
        self._at = datetime(today.year, today.month, today.day, 9, tzinfo=UTC)
        self._plans = sorted({plan for plan, _, interval in prices if interval is Interval.YEAR})
        self._products = {plan: plan.split("-")[0] for plan in self._plans}
        self.papers = Papers(today)

    def account(self, bulk: Rows, place: int) -> None:
        """One account with all that belongs to it."""
        dice = random.Random(self._number * 1_000_003 + place)
        country, currency, seller = dice.choice(_COUNTRIES)
        segment = dice.choice(_SEGMENTS)
        code, rep = f"scale-{place:06d}", self._reps[place % len(self._reps)]
        key = account_id(code)
        name = f"Customer {place:06d} {dice.choice(('Holding', 'Group', 'Industries', 'Services'))}"
        account: dict[str, Any] = {
            "id": key,
            "code": code,
            "legal_name": name,
            "seller": seller,
            "rep_id": rep,
            "country": country,
            "segment": segment,
            "currency": currency,
            "language": "es" if country == "ES" else "en",
            "street": f"{place} Main Street",
            "postal_code": "28046",
            "city": _CITIES[country],
            "region": "NY" if country == "US" else "",
            "payment_means": "bank_transfer",
            "search_text": f"{name} {code} {_CITIES[country]}".lower(),
            "created_at": self._at,
        }
        contact = {"name": "Billing", "email": f"billing@{code}.example", "is_billing_contact": True}
        bulk.add("contacts", {"account_id": key, "id": derive_id(self._today, "contact", key)} | contact)
        facts = {
            "account_id": key,
            "code": code,
            "currency": currency,
            "seller": seller,
            "rep_id": rep,
            "dimensions": Dimensions(country, rep, segment),
            "legal_name": name,
            "address": Address(f"{place} Main Street", "28046", _CITIES[country], country),
        }
        habit = self._subscriptions(bulk, dice, facts)
        bulk.add("accounts", account | habit)

    def _subscriptions(self, bulk: Rows, dice: random.Random, facts: dict[str, Any]) -> dict[str, int]:
        """Subscriptions from some day of the last months on, renewed until today; then the invoices of each day.

        Returns what the account's row keeps of how it pays.
        """
        currency = facts["currency"]
        plans = [plan for plan in self._plans if (plan, currency, Interval.YEAR) in self._prices]
        count = max(1, round(dice.gauss(self._size.subscriptions, self._size.subscriptions / 3)))
        by_day: dict[date, list[Billed]] = {}
        running: list[tuple[Billed, date]] = []
        for position in range(count):
            interval = dice.choice(self._size.intervals)
            price = self._prices[(plans[position % len(plans)], currency, interval)]
            seats = max(price.minimum_seats, dice.randint(5, 80))
            starts_on = self._today - timedelta(days=dice.randint(1, max(2, self._size.months * 30)))
            row = derive_id(starts_on, "subscription", facts["account_id"], position)
            sequence, period = 0, Period(starts_on, boundary(starts_on, interval, 1))
            while period.start <= self._today:
                sequence += 1
                billed = Billed(row, sequence, price, seats, period)
                by_day.setdefault(period.start, []).append(billed)
                period = Period(period.end, boundary(starts_on, interval, sequence + 1))
            running.append((billed, starts_on))
        parties = self.papers.parties(bulk, facts)
        payer = Payer(facts["account_id"], currency, self._number, self._today)
        habit = payer.habit(by_day)
        delay = delay_of(**habit)
        for position, (billed, starts_on) in enumerate(running):
            self._subscription(bulk, facts, billed, starts_on, position, delay)
        if self._size.days:
            products = [self._products[billed.price.plan] for billed, _ in running]
            add_feeds(bulk, facts["account_id"], products, self._today, facts["rep_id"])
        settled = [
            self.papers.invoice(bulk, facts, parties, day, by_day[day], payer.paid_on(day)) for day in sorted(by_day)
        ]
        payer.pay(bulk, [one for one in settled if one is not None])
        return habit

    def _subscription(
        self, bulk: Rows, facts: dict[str, Any], billed: Billed, starts_on: date, position: int, delay: int
    ) -> None:
        """A subscription with its order, entitlement, movement, and who has its seats."""
        key, price, at = facts["account_id"], billed.price, self._at
        owned = {"account_id": key, "subscription_id": billed.subscription_id}
        order = derive_id(starts_on, "order", key, position)
        product = self._products[price.plan]
        assigned = min(billed.seats, 1 + order % (2 * self._size.seats - 1))
        net = amount_of(price, billed.seats)
        yearly = Money(net * price.interval.per_year, price.currency)
        amounts = {"subtotal_minor": net, "tax_minor": 0, "total_minor": net}
        number = f"ORD-{starts_on:%y%m%d}-{order % 10**6:06d}"
        bulk.add(
            "orders",
            {"account_id": key, "id": order, "number": number, "request_key": f"{order}", "payload_hash": ""}
            | {"placed_on": starts_on, "placed_at": at, "placed_by": facts["rep_id"], "currency": price.currency}
            | amounts,
        )
        bulk.add(
            "subscriptions",
            {"account_id": key, "id": billed.subscription_id, "reference": f"{number}-1", "product": product}
            | {"plan": price.plan, "price_id": price.price_id, "status": Status.ACTIVE.value, "seats": billed.seats}
            | {
                "seats_assigned": assigned,
                "interval": price.interval.value,
                "starts_on": starts_on,
                "anchor_on": starts_on,
            }
            | {"period_start": billed.period.start, "period_end": billed.period.end, "sequence": billed.sequence}
            | {"order_id": order, "created_at": at, "currency": price.currency, "period_minor": net}
            | {"cash_on": cash_day(billed.period.end, Terms(), delay)},
        )
        line = {"id": derive_id(starts_on, "order line", order), "order_id": order, "position": 1, "kind": "purchase"}
        line |= {"plan": price.plan, "seats": billed.seats, "interval": price.interval.value, "starts_on": starts_on}
        bulk.add("order_lines", owned | line | {"net_minor": net})
        entitlement = derive_id(starts_on, "entitlement", billed.subscription_id)
        bulk.add("entitlements", owned | {"id": entitlement, "product": product, "starts_on": starts_on})
        bulk.add(
            "movements",
            owned
            | {"id": derive_id(starts_on, "movement", billed.subscription_id), "moved_on": starts_on}
            | {"month": starts_on.year * 100 + starts_on.month, "kind": "expansion" if position else "new"}
            | {"currency": price.currency, "yearly_before_minor": 0, "yearly_after_minor": yearly.minor}
            | {"amount_minor": recurring.monthly(yearly).minor, "plan": price.plan, "order_id": order}
            | facts["dimensions"]._asdict(),
        )
        pool = Pool(key, billed.subscription_id, product, starts_on, facts["code"], f"{position}", facts["rep_id"])
        add_people(bulk, pool, assigned, self._size.days, self._today)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", nargs="?", default=database.url(), help="an empty database (default: DATABASE_URL)")
    parser.add_argument("--accounts", type=int, required=True)
    parser.add_argument("--subscriptions", type=int, default=10, help="of an account, on average")
    parser.add_argument("--months", type=int, default=24, help="of invoices")
    parser.add_argument("--seats", type=int, default=1, help="assigned of a subscription, on average")
    parser.add_argument("--days", type=int, default=0, help="on which each of them was used")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--today", type=date.fromisoformat, default=datetime.now(UTC).date())
    given = parser.parse_args()
    database.use(given.url)
    migrate.upgrade()
    began = time.monotonic()
    size = Size(given.accounts, given.subscriptions, given.months, given.seats, given.days)
    for done in build(size, number=given.seed, today=given.today):
        end = "\n" if done == given.accounts else ""
        print(f"\r{done} of {given.accounts} accounts, {time.monotonic() - began:.0f} s", end=end, flush=True)
    database.close()


if __name__ == "__main__":
    main()
