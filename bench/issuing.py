"""Documents issued and written a second, from ready values: numbers, lines, months, postings, in chunks of 1,000.

`python bench/issuing.py --documents 10000 --databases sqlite postgresql`: one JSON object a line.
"""

import argparse
import gc
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])

from sqlalchemy import select

from bench.databases import fresh
from data import database, migrate
from data.models import Account, Price, Seller, Subscription
from data.period import Interval, Period, boundary
from services import access, facts, scale
from services.bulk import Rows
from services.documents.facts import DocumentKind
from services.documents.frozen import freeze_parties, seller_text
from services.journal import BilledItem, Issue, issue_documents
from services.rules.bills import charge_bill
from services.rules.proration import charge
from services.rules.tax import TaxDecision, Treatment

TODAY = date(2026, 4, 11)
CHUNK = 1_000
DOMESTIC = TaxDecision(Treatment.STANDARD, "ES", Decimal(21), "domestic", "")


def issues(count: int) -> Iterator[Issue]:
    """Invoices of the book's accounts, one to three lines each, annual and monthly."""
    dice = random.Random(1)
    with access.maintaining() as session:
        sellers = session.scalars(select(Seller)).all()
        texts = {row.code: seller_text(facts.seller_facts(session, row, row.currency)) for row in sellers}
        prefixes = {row.code: row.invoice_prefix for row in sellers}
        prices = {row.id: facts.price_of(row) for row in session.scalars(select(Price))}
        names = {plan.code: (product.name, plan.name) for product, plan in facts.catalog(session)}
        owned: dict[int, list[Subscription]] = {}
        for row in session.scalars(select(Subscription)):
            owned.setdefault(row.account_id, []).append(row)
        accounts = sorted(session.scalars(select(Account)), key=lambda account: account.id)
    for number in range(count):
        account = accounts[number % len(accounts)]
        mine = owned[account.id]
        billed = [mine[(number + place) % len(mine)] for place in range(dice.choice((1, 2, 3)))]
        lines = []
        for place, subscription in enumerate(billed):
            price = prices[subscription.price_id]
            period = Period(TODAY, boundary(TODAY, Interval(subscription.interval), 1))
            lines.append((place, charge(price, seats=dice.randint(10, 300), period=period)))
        assert account.seller
        yield Issue(
            account_id=account.id,
            seller=account.seller,
            series=prefixes[account.seller],
            kind=DocumentKind.INVOICE,
            language=account.language,
            bill=charge_bill(lines, lambda _: DOMESTIC, account.currency),
            items={
                place: BilledItem(row.id, row.sequence + 1, row.plan, *names[row.plan])
                for place, row in enumerate(billed)
            },
            parties=freeze_parties(texts[account.seller], facts.buyer_facts(account)),
            natural_key=f"bench {number}",
            issued_on=TODAY,
            due_on=TODAY + timedelta(days=30),
        )


def measure(count: int) -> dict[str, float | int]:
    """Issue so many documents, a transaction a chunk; the time of making the values is not counted."""
    ready, chunks, processor = issues(count), [], 0.0
    gc.disable()
    while chunk := list(islice(ready, CHUNK)):
        began, before = time.perf_counter(), time.process_time()
        with access.maintaining() as session:
            rows = Rows(session)
            issue_documents(session, rows, chunk)
            rows.write()
        chunks.append(time.perf_counter() - began)
        processor += time.process_time() - before
        gc.collect()
    return {
        "documents": count,
        "documents_per_s": round(count / sum(chunks)),
        "documents_per_cpu_s": round(count / processor),
        "slowest_ms": round(max(chunks) * 1000),
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    given = parser.parse_args()
    for name in given.databases:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            database.use(stack.enter_context(fresh(name, folder)))
            migrate.upgrade()
            for _ in scale.build(scale.Size(1_000, months=1), number=1, today=TODAY):
                pass
            print(json.dumps({"bench": "issuing", "database": name} | measure(given.documents)), flush=True)
            database.close()


if __name__ == "__main__":
    main()
