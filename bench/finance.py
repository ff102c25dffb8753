"""What finance does at a month's end, in a browser on a large book: how long each step takes until the page is drawn.

`python bench/finance.py --accounts 10000 100000 --databases sqlite postgresql`: one JSON object a line and step. The
story is that of the tests: every page of finance, a filter, a figure's documents, an invoice, a file, a month closed.
"""

import argparse
import json
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])

from bench import book
from bench.databases import fresh
from bench.paint import browser
from bench.servers import serve_portal
from data import database, migrate
from services import access, scale
from services.commands.billing import run_night
from services.permissions import Role
from services.queries.sign_in import choices
from tests.browser import finance_story


def measure(given: argparse.Namespace, name: str, accounts: int) -> list[tuple[str, float]]:
    """(step, milliseconds) of the story in a book of so many accounts whose last night has run."""
    steps: list[tuple[str, float]] = []

    @contextmanager
    def timed(step: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        steps.append((step, (time.perf_counter() - began) * 1000))

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = given.book or stack.enter_context(fresh(name, folder))
        database.use(url)
        if not given.book:
            migrate.upgrade()
            with timed("build the book"):
                for _ in scale.build(scale.Size(accounts, given.subscriptions), number=1, today=book.TODAY):
                    pass
        with timed("run the night"):
            run_night(None, book.TODAY, today=book.TODAY)
        finance = next(choice.user_id for choice in choices() if choice.role == Role.FINANCE)
        language = access.identify(finance, book.TODAY).language
        settings = {
            "DATABASE_URL": url,
            "PORTAL_TODAY": book.TODAY.isoformat(),
            "PORTAL_DEV_KEY": os.environ.setdefault("PORTAL_DEV_KEY", secrets.token_hex(16)),
            "BENCH_METER": str(folder / "meter"),
        }
        portal = stack.enter_context(serve_portal(settings))
        tab = stack.enter_context(browser()).new_page(viewport={"width": 1280, "height": 900})
        tab.goto(f"{portal.url}/overview")
        finance_story.patient(tab, given.patience * 1000)
        with timed("sign in"):
            tab.locator(f".st-key-sign_in_{finance} button").click()
            tab.get_by_test_id("stSidebar").wait_for()
            finance_story.settled(tab)
        pack = finance_story.play(tab, language, "DE", timed)
        steps.append(("pack in bytes", len(pack)))
        database.close()
    return steps


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, nargs="+", default=[1_000])
    parser.add_argument("--subscriptions", type=int, default=10, help="of an account, on average")
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--patience", type=int, default=600, help="seconds that a step may take")
    parser.add_argument("--book", help="the URL of a book built before; a month of it is closed")
    given = parser.parse_args()
    for name in given.databases:
        for accounts in given.accounts:
            for step, took in measure(given, name, accounts):
                figures = {"bench": "finance", "database": name, "accounts": accounts, "step": step}
                print(json.dumps(figures | {"bytes" if "bytes" in step else "ms": round(took)}), flush=True)


if __name__ == "__main__":
    main()
