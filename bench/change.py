"""Milliseconds of the four-way preview of a change, on a book of some number of accounts.

`python bench/change.py --accounts 1000 --databases sqlite postgresql`: one JSON object a line.
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

from sqlalchemy import event, select

from bench.databases import fresh
from data import database, migrate
from data.models import Subscription
from services import access, scale
from services.permissions import Actor, Role
from services.queries.changes import preview_change
from services.queries.sign_in import choices
from services.rules.change_items import ChangeWish

TODAY = date(2026, 4, 11)


def _owned(count: int) -> list[tuple[int, int, int]]:
    """Running subscriptions of different accounts: account, id, seats."""
    with access.maintaining() as session:
        rows = session.execute(
            select(Subscription.account_id, Subscription.id, Subscription.seats)
            .where(Subscription.status == "active", Subscription.period_start <= TODAY)
            .order_by(Subscription.id)
            .limit(count * 3)
        ).all()
    return list({account: (account, subscription, seats) for account, subscription, seats in rows}.values())[:count]


def measure(previews: int) -> dict[str, float | int]:
    """The time of so many previews, each of another account, and how many statements one sends."""
    actor: Actor = access.identify(next(c.user_id for c in choices() if c.role == Role.SALES_MANAGER), TODAY)
    sent = [0]
    event.listen(database.engine(), "before_cursor_execute", lambda *_: sent.__setitem__(0, sent[0] + 1))
    times, cpu = [], time.process_time()
    for account, subscription, seats in _owned(previews + 3):
        sent[0] = 0
        start = time.perf_counter()
        preview_change(actor, account, subscription, ChangeWish(seats=seats + 5), today=TODAY)
        times.append((time.perf_counter() - start) * 1000)
    cpu = (time.process_time() - cpu) * 1000 / len(times)
    times = times[3:]  # the first ones fill the caches of statements
    return {
        "previews": len(times),
        "statements": sent[0],
        "ms_per_preview": round(statistics.median(times), 1),
        "cpu_ms": round(cpu, 1),  # of this process alone: says more than the clock where others work, too
        "p95_ms": round(sorted(times)[int(len(times) * 0.95)], 1),
        "slowest_ms": round(max(times), 1),
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=1000)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--previews", type=int, default=200)
    given = parser.parse_args()
    for name in given.databases:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            database.use(stack.enter_context(fresh(name, folder)))
            migrate.upgrade()
            for _ in scale.build(scale.Size(given.accounts, subscriptions=10, months=12), number=1, today=TODAY):
                pass
            said = {"bench": "change", "database": name, "accounts": given.accounts}
            print(json.dumps(said | measure(given.previews)), flush=True)
            database.close()


if __name__ == "__main__":
    main()
