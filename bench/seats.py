"""Milliseconds of every page of seats and their use, in a book of very many, beside the raw queries over the events.

`python bench/seats.py --accounts 100000 --databases sqlite postgresql`: about ten seats an account, one account with
`--large` of them. One JSON object a line: `query_ms` in the database, `ms` the whole call, `cpu_ms` this process's,
`page_ms` a rerun of the page at its server (`--reruns 0`: none), `slowest_ms` at the end. `--url URL` measures a book
that is there already.
"""

import argparse
import json
import os
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parents[1])

from sqlalchemy import case, func, select, update

from bench.book import TODAY
from bench.databases import fresh
from bench.pages import cookie_of
from bench.reports import Clock
from bench.servers import PageFault, reruns, serve_portal
from data import database, migrate
from data.identity import account_id
from data.models import Account, AccountGrant, LicensedUser, Seat, Subscription, UseMark, User, UserDay
from data.period import Interval
from services import access, scale, uses
from services.bulk import Rows
from services.permissions import Actor, Role
from services.queries.invitations import pending_invitations
from services.queries.leavers import preview_leavers
from services.queries.licensed_users import UserFilter, licensed_users, user_choices
from services.queries.search import search
from services.queries.seats import seat_holders, seat_overview, seat_sheet
from services.queries.sign_in import choices
from services.queries.usage import account_use, seat_uses, usage_overview
from services.queries.utilization import UseFilter, use_choices, utilization
from services.queries.utilization_lists import BY, BY_ACCOUNT, use_by, use_by_account, use_map
from services.queries.wasteful_accounts import waste_currencies, wasteful_accounts
from services.rules.usage import SeatUse
from services.scale_seats import Pool, add_people

LARGE = account_id("scale-000000")
GRANTS = 200  # accounts of the licence manager
Cases = Iterator[tuple[str, Callable[[], Any]]]


def build(accounts: int, seats: int, days: int, large: int) -> None:
    """Four subscriptions an account, billed yearly, with so many seats each; then the large account."""
    size = scale.Size(accounts, 4, 24, seats, days, (Interval.YEAR,))
    for _ in scale.build(size, number=1, today=TODAY):
        pass
    with access.maintaining() as session:
        row = session.scalars(select(Subscription).where(Subscription.account_id == LARGE).limit(1)).one()
        by = session.scalars(select(Account.rep_id).where(Account.id == LARGE)).one()
        assert by
        session.execute(
            update(Subscription)
            .where(Subscription.account_id == LARGE, Subscription.id == row.id)
            .values(seats=row.seats + large, seats_assigned=row.seats_assigned + large)
        )
        bulk = Rows(session)
        pool = Pool(LARGE, row.id, row.product, row.starts_on, "large", "many", by)
        add_people(bulk, pool, large, days, TODAY)
        bulk.add("use_marks", {"account_id": LARGE, "id": 1})
        bulk.write()
        manager = session.scalars(select(User.id).where(User.role == Role.LICENCE_MANAGER.value)).one()
        some = select(Account.id).order_by(Account.id).limit(GRANTS - 1)
        for granted in {LARGE, *session.scalars(some)}:
            session.add(AccountGrant(account_id=granted, user_id=manager, granted_at=access.now(), granted_by=by))
    if database.engine().dialect.name == "postgresql":  # as its own upkeep does after a while
        with database.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM (ANALYZE)")


def raw(name: str) -> Iterator[dict[str, object]]:
    """Milliseconds of what the overview tells, asked of seats and days."""
    last = (
        select(func.max(UserDay.day))
        .where(UserDay.account_id == Seat.account_id, UserDay.user_id == Seat.user_id, UserDay.product == Seat.product)
        .correlate(Seat)
        .scalar_subquery()
    )
    active = func.sum(case((last > TODAY - timedelta(days=30), 1), else_=0))
    asked = {
        "active by product": select(Seat.product, func.count(), active)
        .where(Seat.released_at.is_(None))
        .group_by(Seat.product),
        "active by department": select(LicensedUser.department, func.count(), active)
        .select_from(Seat)
        .join(LicensedUser, (LicensedUser.account_id == Seat.account_id) & (LicensedUser.id == Seat.user_id))
        .where(Seat.released_at.is_(None))
        .group_by(LicensedUser.department),
        "bought": select(Subscription.product, func.sum(Subscription.seats)).group_by(Subscription.product),
    }
    for said, statement in asked.items():
        with access.maintaining() as session:
            began = time.perf_counter()
            session.execute(statement).all()
            yield {"database": name, "raw": said, "ms": round((time.perf_counter() - began) * 1000, 1)}


def cases(actor: Actor) -> Cases:
    """Name and call of each query of the pages of seats that the actor may open."""
    filters = {"": UseFilter(), ", a product": UseFilter("support"), ", a country": UseFilter("", "DE")}
    yield "utilization: choices", lambda: use_choices(actor)
    for said, wanted in filters.items():
        yield f"utilization: figures{said}", lambda wanted=wanted: utilization(actor, wanted, today=TODAY)
        for by in BY:
            yield f"utilization: by {by}{said}", lambda by=by, wanted=wanted: use_by(actor, by, wanted)
        for by in BY_ACCOUNT:
            yield f"utilization: by {by}{said}", lambda by=by, wanted=wanted: use_by_account(actor, by, wanted)
        yield f"utilization: heat map{said}", lambda wanted=wanted: use_map(actor, wanted)
    for asked in ("group", "customer 000000", "no such name"):
        yield (
            f"utilization: search {asked}",
            lambda asked=asked: use_by_account(actor, "account", UseFilter(), search=asked),
        )
    yield "utilization: a band", lambda: use_by_account(actor, "account", UseFilter(), band="3")
    yield "utilization: page 80", lambda: use_by_account(actor, "account", UseFilter(), offset=3950)
    yield "waste: accounts", lambda: wasteful_accounts(actor, "EUR", today=TODAY)
    yield "waste: currencies", lambda: waste_currencies(actor)
    yield "seats: accounts", lambda: seat_overview(actor)
    yield "seats: accounts, search", lambda: seat_overview(actor, search="group")
    yield "use: accounts", lambda: usage_overview(actor, today=TODAY)
    yield "search: a person", lambda: search(actor, "usermany-77@large.example")
    yield from _of_the_large_account(actor)


def _of_the_large_account(actor: Actor) -> Cases:
    sheet = seat_sheet(actor, LARGE, today=TODAY)
    pool = max(sheet.pools, key=lambda pool: pool.assigned)
    leavers = "\n".join(f"usermany-{number}@large.example" for number in range(1, 101))
    yield "large: seats", lambda: seat_sheet(actor, LARGE, today=TODAY)
    yield "large: holders", lambda: seat_holders(actor, LARGE, pool.subscription_id)
    yield "large: holders, search", lambda: seat_holders(actor, LARGE, pool.subscription_id, search="many-77")
    yield "large: users", lambda: licensed_users(actor, LARGE, today=TODAY)
    found = UserFilter(search="many-77")
    yield "large: users, search", lambda: licensed_users(actor, LARGE, today=TODAY, which=found)
    yield "large: users, filters", lambda: user_choices(actor, LARGE, today=TODAY)
    yield "large: invitations", lambda: pending_invitations(actor, LARGE)
    yield "large: leavers preview", lambda: preview_leavers(actor, LARGE, leavers, today=TODAY)
    yield "large: use", lambda: account_use(actor, LARGE, today=TODAY)
    yield "large: seats and their use", lambda: seat_uses(actor, LARGE, today=TODAY)
    yield "large: idle seats", lambda: seat_uses(actor, LARGE, today=TODAY, use=SeatUse.IDLE)


def measure(name: str, repeats: int, clock: Clock) -> Iterator[dict[str, object]]:
    """Each query for a manager, who sees all, a rep and a licence manager; the first call is not counted."""
    for role in (Role.SALES_MANAGER, Role.SALES_REP, Role.LICENCE_MANAGER):
        actor, slowest = _actor(role), 0.0
        for said, ask in cases(actor):
            ask()
            took, queried, busy = [], [], time.process_time()
            for _ in range(repeats):
                clock.seconds, began = 0.0, time.perf_counter()
                ask()
                took.append((time.perf_counter() - began) * 1000)
                queried.append(clock.seconds * 1000)
            cpu = (time.process_time() - busy) * 1000 / repeats
            ms = statistics.median(took)
            slowest = max(slowest, ms)
            yield {"database": name, "role": role.value, "query": said,
                   "query_ms": round(statistics.median(queried), 1), "ms": round(ms, 1),
                   "cpu_ms": round(cpu, 1)}  # fmt: skip
        yield {"database": name, "role": role.value, "queries": "all", "slowest_ms": round(slowest, 1)}


def measure_pages(name: str, url: str, count: int, folder: Path) -> Iterator[dict[str, object]]:
    """Each page rerun at its server, whose cache is 30 seconds old at most, as for any reader."""
    os.environ.setdefault("PORTAL_DEV_KEY", secrets.token_hex(16))
    settings = {"DATABASE_URL": url, "PORTAL_TODAY": TODAY.isoformat(), "BENCH_METER": str(folder / "meter")}
    pages: list[tuple[str, dict[str, str | int]]] = [
        *(("utilization", {"by": by}) for by in (*BY, *BY_ACCOUNT, "map")),
        ("licensed-users", {"account": LARGE}),
        ("use", {}),
        ("use", {"account": LARGE}),
        ("leavers", {"account": LARGE}),
    ]
    with serve_portal(settings | {"PORTAL_DEV_KEY": os.environ["PORTAL_DEV_KEY"]}) as portal:
        slowest = 0.0
        for role in (Role.SALES_MANAGER, Role.SALES_REP, Role.LICENCE_MANAGER):
            cookie = cookie_of(portal.url, _actor(role))
            for page, ids in pages:
                told: dict[str, object] = {
                    "database": name,
                    "role": role.value,
                    "page": page,
                    "asked": ids.get("by", ""),
                }
                try:
                    first = reruns(portal.url, page, ids, cookie, 1)
                    took = sorted(reruns(portal.url, page, ids, cookie, count))
                except PageFault as fault:
                    yield told | {"fault": str(fault)}
                    continue
                p95 = took[int(len(took) * 0.95)]
                slowest = max(slowest, p95)
                yield told | {"first_ms": round(first[0], 1), "page_ms": round(statistics.median(took), 1),
                              "p95_ms": round(p95, 1)}  # fmt: skip
        yield {"database": name, "pages": "all", "slowest_ms": round(slowest, 1)}


def upkeep(name: str) -> Iterator[dict[str, object]]:
    """What the roll-up costs: a round with nothing to do, one account's change, the large account's, and a day's."""
    for said, marks in (("nothing", []), ("an account", [account_id("scale-000001")]), ("the large account", [LARGE])):
        uses.refresh_all(TODAY)
        with access.maintaining() as session:
            session.add_all([UseMark(account_id=marked, id=1) for marked in marks])
        began = time.perf_counter()
        done = uses.refresh(TODAY)
        yield {"database": name, "refresh": said, "accounts": done,
               "ms": round((time.perf_counter() - began) * 1000, 1)}  # fmt: skip


def counts() -> dict[str, object]:
    """How many there are of what is measured."""
    with access.maintaining() as session:
        return {
            model.__tablename__: session.scalar(select(func.count()).select_from(model))
            for model in (Account, Seat, UserDay)
        }


def _actor(role: Role) -> Actor:
    if role is Role.SALES_REP:  # the large account's
        with access.maintaining() as session:
            return access.identify(session.scalars(select(Account.rep_id).where(Account.id == LARGE)).one() or 0, TODAY)
    return access.identify(next(one for one in choices() if one.role == role).user_id, TODAY)


def report(name: str, url: str, given: argparse.Namespace, clock: Clock, folder: Path) -> Iterator[dict[str, object]]:
    """All figures of one database."""
    yield {"database": name} | counts()
    yield from upkeep(name)
    yield from raw(name)
    yield from measure(name, given.repeats, clock)
    if given.reruns:
        yield from measure_pages(name, url, given.reruns, folder)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=10_000)
    parser.add_argument("--seats", type=int, default=3, help="assigned of a subscription, on average")
    parser.add_argument("--days", type=int, default=5, help="on which each seat was used")
    parser.add_argument("--large", type=int, default=20_000, help="seats of the large account")
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--reruns", type=int, default=20, help="of each page; 0: none")
    parser.add_argument("--url", help="a book that this benchmark built before")
    given = parser.parse_args()
    clock = Clock()
    for name in [given.url] if given.url else given.databases:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            url = given.url or stack.enter_context(fresh(name, folder))
            database.use(url)
            stack.callback(database.close)
            kind = database.engine().dialect.name
            migrate.upgrade()
            if not choices():
                began = time.monotonic()
                build(given.accounts, given.seats, given.days, given.large)
                print(json.dumps({"database": kind, "built_in_s": round(time.monotonic() - began, 1)}), flush=True)
            for row in report(kind, url, given, clock, folder):
                print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
