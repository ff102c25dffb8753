"""Server time of a rerun and first paint of every page, beside an empty Streamlit app served in the same run.

`python bench/pages.py --accounts 1000 100000 --databases sqlite postgresql --pages invoices`: one JSON object a line.
The server time is measured at the other end of the browser's connection. `cpu_ms` (the server's processor time, which
a busy machine distorts least), `sql_ms` and `statements` are of one rerun on average.
"""

import argparse
import json
import os
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

sys.path[0] = str(Path(__file__).resolve().parents[1])

from playwright.sync_api import Browser

from bench import book, lists
from bench.databases import fresh
from bench.meter import Meter
from bench.paint import browser, paint
from bench.servers import PageFault, Server, reruns, serve_empty_app, serve_portal
from dashboard import dev_sessions
from dashboard.navigation import MENU, Line
from data import database, migrate
from services import scale
from services.permissions import Actor

Figures = dict[str, object]


def measure(given: argparse.Namespace, name: str, accounts: int) -> Iterator[Figures]:
    """Every page, by every actor that may open it, and every list; in a book of so many accounts."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = given.book or stack.enter_context(fresh(name, folder))
        database.use(url)
        if given.book:
            found = book.find()
        else:
            migrate.upgrade()
            began = time.perf_counter()
            found = book.build(scale.Size(accounts, given.subscriptions, given.months))
            yield {"book_built_s": round(time.perf_counter() - began, 1)}
        if not given.no_lists:
            yield from lists.measure(found, given.reruns)
        meter = Meter(folder / "meter")
        settings = {
            "DATABASE_URL": url,
            "PORTAL_TODAY": book.TODAY.isoformat(),
            "PORTAL_DEV_KEY": os.environ["PORTAL_DEV_KEY"],
            "BENCH_METER": str(folder / "meter"),
        }
        portal = stack.enter_context(serve_portal(settings))
        empty = stack.enter_context(serve_empty_app(folder))
        chromium = stack.enter_context(browser()) if given.paints else None
        for line, actor, ids in _cases(found, given.pages):
            yield _page(line, actor, ids, portal, empty, meter, chromium, given)
        database.close()


def _cases(found: book.Book, wanted: list[str]) -> Iterator[tuple[Line, Actor, book.Ids]]:
    for line in MENU:
        if wanted and not any(part in line.path for part in wanted):
            continue
        actors = [actor for actor in found.actors if actor.may(line.permission)]
        for actor in actors[:2] if actors[0] is not found.admin else actors:
            if actor is found.admin and len(actors) > 1:
                continue
            for ids in found.addresses.get(line.path, [{}]):
                yield line, actor, ids


def _page(
    line: Line,
    actor: Actor,
    ids: book.Ids,
    portal: Server,
    empty: Server,
    meter: Meter,
    chromium: Browser | None,
    given: argparse.Namespace,
) -> Figures:
    asked = " ".join(f"{name}={value}" for name, value in ids.items() if not isinstance(value, int) or value < 10**6)
    told: Figures = {"page": line.path, "asked": asked, "role": actor.role.value}
    cookie = cookie_of(portal.url, actor)
    page = "" if line is MENU[0] else line.address
    try:
        reruns(portal.url, page, ids, cookie, 1)  # fills the caches
        before, busy = meter.read(), portal.cpu_ms()
        took = sorted(reruns(portal.url, page, ids, cookie, given.reruns))
    except PageFault as fault:
        return told | {"fault": str(fault)}
    statements, sql_ms = (after - was for after, was in zip(meter.read(), before, strict=True))
    cpu_ms = None if busy is None else round(((portal.cpu_ms() or busy) - busy) / (given.reruns + 2), 1)
    idle = reruns(empty.url, "", {}, "", 5)
    told |= {
        "p50_ms": round(statistics.median(took), 1),
        "p95_ms": round(took[int(len(took) * 0.95)], 1),
        "cpu_ms": cpu_ms,
        "empty_ms": round(statistics.median(idle), 1),
        "sql_ms": round(sql_ms / (given.reruns + 2), 1),
        "statements": round(statements / (given.reruns + 2)),
    }
    if chromium is not None:
        address = f"/{page}" + (f"?{urlencode(ids)}" if ids else "")
        both = [
            (paint(chromium, portal.url, address, cookie), paint(chromium, empty.url, "/")) for _ in range(given.paints)
        ]
        for name in ("first", "drawn"):
            ours, theirs = (statistics.median(getattr(pair[side], name) for pair in both) for side in (0, 1))
            label = "first_paint" if name == "first" else "drawn"
            told |= {f"{label}_ms": round(ours), f"empty_{label}_ms": round(theirs)}
            told |= {f"{label}_ratio": round(ours / theirs, 2)}
    return told


def cookie_of(portal: str, actor: Actor) -> str:
    """The cookie of a browser in which the actor has signed in."""
    connection = HTTPConnection(urlsplit(portal).netloc)
    connection.request("GET", dev_sessions.entry_address(actor.user_id, "/"))
    return (connection.getresponse().headers["Set-Cookie"] or "").partition(";")[0]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, nargs="+", default=[100, 10_000])
    parser.add_argument("--subscriptions", type=int, default=10, help="of an account, on average")
    parser.add_argument("--months", type=int, default=24, help="of invoices")
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--pages", nargs="+", default=[], help="only pages whose path contains one of these")
    parser.add_argument("--reruns", type=int, default=50)
    parser.add_argument("--paints", type=int, default=3, help="drawings of each page in a browser; 0: none")
    parser.add_argument("--no-lists", action="store_true", help="leave the list queries out")
    parser.add_argument("--book", help="the URL of a book built before; an order and a cart are added to it")
    given = parser.parse_args()
    os.environ.setdefault("PORTAL_DEV_KEY", secrets.token_hex(16))
    for name in given.databases:
        for accounts in given.accounts:
            known = {"bench": "pages", "database": name, "accounts": accounts}
            for figures in measure(given, name, accounts):
                print(json.dumps(known | figures), flush=True)


if __name__ == "__main__":
    main()
