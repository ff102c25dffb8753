"""Finance at a month's end in the browser, in both languages, on a small large book."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date

import pytest
from playwright.sync_api import Page

from services import scale
from services.commands.billing import run_night
from services.permissions import Role
from services.queries.closing import list_months
from tests import builders, databases
from tests.browser import finance_story
from tests.browser.conftest import Portal, serve, sign_in

pytestmark = pytest.mark.browser
TODAY = date(2026, 4, 11)


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal on a book of a few accounts with half a year of invoices, whose last night has run."""
    opened = databases.open_sqlite()
    for _ in scale.build(scale.Size(12, 4, 6), number=1, today=TODAY):
        pass
    run_night(None, TODAY, today=TODAY)
    environment = {"DATABASE_URL": opened.url, "PORTAL_TODAY": TODAY.isoformat(), "PORTAL_DEV_KEY": "tests"}
    for url in serve("dashboard/serve.py", environment, tmp_path_factory.mktemp("portal") / "server.log"):
        yield Portal(url, opened)
    databases.close(opened)


@pytest.mark.parametrize("language", ["en", "es"])
def test_finance_looks_filters_drills_exports_and_closes_a_month(portal: Portal, page: Page, language: str) -> None:
    finance = builders.make_user(Role.FINANCE, email=f"{language}@finance.example", language=language)
    sign_in(page, portal, finance, "/overview")
    closed = sum(line.closed_at is not None for line in list_months(finance, TODAY))
    pack = finance_story.play(page, language, "DE", lambda step: nullcontext())
    assert pack.startswith(b"PK")
    assert sum(line.closed_at is not None for line in list_months(finance, TODAY)) == closed + 1
